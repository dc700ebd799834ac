"""The form of the district's file: which tables and names it may have, and what may stand there."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a field of the district's own can mean to us. OF_CONTACT are kept for each contact of a student.
ROLES = ("release_block", "hidden_contact", "exemption", "status", "educational_rights")
OF_CONTACT = frozenset({"educational_rights"})

#: From when on students see their own reports: always; from 16 years or after grade 10; never.
SELF_ACCESS = ("all", "16_or_grade_10", "off")


@dataclass(frozen=True)
class _One:
    """A text, a number, a date, or yes or no; `form` is the pattern of the whole, `said` the same in words."""

    kind: type | tuple[type, ...]
    form: str
    said: str


@dataclass(frozen=True)
class _Each:
    """A list."""

    rule: _Rule
    least: int = 1


@dataclass(frozen=True)
class _Table:
    needs: Mapping[str, _Rule] = field(default_factory=dict)
    may: Mapping[str, _Rule] = field(default_factory=dict)


_Rule = _One | _Each | _Table

_NAME = _One(str, r".*\S.*", "a name")
_CDS = _One(str, r"[0-9]{14}", "14 digits between quotation marks")
_DISTRICT_CDS = _One(str, r"[0-9]{7}0{7}", "14 digits between quotation marks, the last seven of them 0")
_REVISION = _One(int, r"[1-9][0-9]{0,5}", "a whole number from 1 on")
_SQL_NAME = _One(str, r"[A-Za-z][A-Za-z0-9_]{0,29}", "a name of letters, digits and _, at most 30 long")
_GROUPS = _Each(_One((int, str), r"[0-9]{1,10}", "a number"), least=0)
_ACCOUNTS = _Each(_One(str, r"\S(.*\S)?", "a user name"), least=0)
_SCHOOLS = _Each(_One(int, r"[1-9][0-9]{0,9}", "a school number"))
_FIELD = _Table(
    {"table": _SQL_NAME, "field": _SQL_NAME, "key": _SQL_NAME, "when": _Each(_One(str, r"\S(.*\S)?", "a text"))}
)
_DATE = _One(datetime.date, r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date without quotation marks, as 2026-11-11")
_YES_OR_NO = _One(bool, r"True|False", "true or false")
_ADDRESS = _One(str, r"https://[!-~]+", "an address that starts with https://")
_PAGES = _Table(
    may={
        "list_on_opening": _YES_OR_NO,
        "student_self_access": _One(str, "|".join(SELF_ACCESS), " or ".join(SELF_ACCESS)),
        "teachers_see_blocked": _YES_OR_NO,
    }
)
_FAMILIES = _Table(
    may={
        **dict.fromkeys(("caaspp_guide", "elpac_guide"), _ADDRESS),
        **dict.fromkeys(("contact_name", "contact_phone"), _NAME),
        "contact_email": _One(str, r"[!-~]+@[!-~]+", "an e-mail address"),
    }
)
_FILE = _Table(
    {"district": _Table({"name": _NAME, "cds": _DISTRICT_CDS}, {"revision": _REVISION})},
    {
        "access": _Table(may={"full_groups": _GROUPS, "full_accounts": _ACCOUNTS, "view_groups": _GROUPS}),
        "lea": _Each(_Table({"cds": _CDS, "name": _NAME, "schools": _SCHOOLS})),
        "fields": _Table(may=dict.fromkeys(ROLES, _FIELD)),
        "pages": _PAGES,
        "families": _FAMILIES,
        "calendar": _Table(may={"holidays": _Each(_DATE, least=0)}),
    },
)


def faults(tables: Mapping[str, Any]) -> list[str]:
    """One sentence for each thing in the file (as `tomllib` reads it) that is missing, unknown, ill-formed, doubled."""
    return list(_faults("", tables, _FILE)) or list(_repetitions(tables))


def _faults(place: str, value: Any, rule: _Rule) -> Iterator[str]:
    """Where `value` is not what `rule` says; `place` is its dotted name in the file."""
    if isinstance(rule, _Table) and isinstance(value, dict):
        yield from _table_faults(place, value, rule)
    elif isinstance(rule, _Each) and isinstance(value, list) and len(value) >= rule.least:
        for number, part in enumerate(value, 1):
            yield from _faults(f"{place} number {number}", part, rule.rule)
    elif not isinstance(rule, _One):
        yield f"{place} is not a {'table' if isinstance(rule, _Table) else 'list with something in it'}"
    elif not _is(value, rule.kind) or not re.fullmatch(rule.form, str(value)):
        yield f"{place} is {value!r}; it must be {rule.said}"


def _is(value: Any, kind: type | tuple[type, ...]) -> bool:
    """To Python, yes and no are numbers too; here they are not."""
    return isinstance(value, kind) and isinstance(value, bool) == (kind is bool)


def _table_faults(place: str, table: dict[str, Any], rule: _Table) -> Iterator[str]:
    known = {**rule.needs, **rule.may}
    for name, value in table.items():
        inner = f"{place}.{name}".lstrip(".")
        yield from _faults(inner, value, known[name]) if name in known else [f"{inner} is not a name known here"]
    yield from (f"{place}.{name} is missing".lstrip(".") for name in rule.needs if name not in table)


def _repetitions(tables: Mapping[str, Any]) -> Iterator[str]:
    leas = tables.get("lea", [])
    schools = Counter(school for lea in leas for school in lea["schools"])
    yield from (f"school {school} is listed twice under lea" for school, n in schools.items() if n > 1)
    codes = Counter([tables["district"]["cds"], *(lea["cds"] for lea in leas)])
    yield from (f"CDS code {cds} stands for more than one LEA" for cds, n in codes.items() if n > 1)
    for role, told in tables.get("fields", {}).items():
        if told["field"].upper() == told["key"].upper():
            yield f"fields.{role}.key is the field itself"
