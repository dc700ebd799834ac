"""The state's JSON, read into our nouns. Strict about what matters, blind to fields that we don't know.

Whatever comes, the only error is Unreadable; its text says what was wrong in our words, never in theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from plugin.ets.contract import Contract, ReportFields
from plugin.model import Report, SchoolYear

#: A student has a handful of reports a year and the state keeps three years; this is far beyond.
MOST_REPORTS = 500
LONGEST_TEXT = 200
Document = dict[str, Any]

# What must not reach a page or a database: controls, lone surrogates (they can't be encoded) and marks that turn
# the direction of what follows.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Unreadable(Exception):
    """An answer that does not keep the contract."""


@dataclass(frozen=True)
class Token:
    """`seconds` is the life that the state gives it, None where it does not say; `leas` are 14-digit CDS codes."""

    text: str = field(repr=False)
    seconds: float | None
    leas: frozenset[str]


def document(body: bytes) -> Document:
    """A JSON object. Refused: doubled keys, NaN, deep nesting, endless numbers, anything not UTF-8."""
    try:
        content = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(content, dict):
        raise Unreadable("not a JSON object")
    return content


def _unique(pairs: Sequence[tuple[str, Any]]) -> Document:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key stands twice")
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def token(content: Document, contract: Contract) -> Token:
    names = contract.token
    text, seconds, leas = (content.get(name) for name in (names.token, names.expires_in, names.leas))
    if not isinstance(text, str) or not re.fullmatch(r"[!-~]{1,8192}", text):
        raise Unreadable("no usable token")
    known = [lea for lea in leas if isinstance(lea, str)] if isinstance(leas, list) else []
    return Token(text, _seconds(seconds), frozenset(known))


def _seconds(value: object) -> float | None:
    """A number, or a text that is one."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value):
        return float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def reports(content: Document, contract: Contract, ssid: str) -> list[Report]:
    """The final reports, each once, in the state's order. Their links are not checked yet."""
    listed = content.get(contract.reports.list)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Unreadable("no list of reports")
    if content.get(contract.reports.ssid) != ssid:
        raise Unreadable("answer for another student")
    if len(listed) > MOST_REPORTS:
        raise Unreadable(f"more than {MOST_REPORTS} reports")
    final = [one for one in listed if _text(one, contract.report.status) == contract.report.final]
    return list(dict.fromkeys(_report(one, contract.report) for one in final))


def _report(one: Document, names: ReportFields) -> Report:
    year = _text(one, names.year)
    return Report(
        record_types=_texts(one, names.record_types),
        test_name=_text(one, names.test_name),
        program=_text(one, names.program, needed=False),
        year=SchoolYear.parse(year),
        year_text=year,
        grade=_text(one, names.grade, needed=False),
        language=_text(one, names.language, needed=False),
        format=_text(one, names.format, needed=False),
        url=_link(one, names.url),
    )


def _text(one: Document, name: str, *, needed: bool = True) -> str:
    """Text, or a number as text. What a person can do without is empty where it is missing."""
    value = one.get(name)
    if isinstance(value, str | int) and not isinstance(value, bool):
        return clean(str(value))
    if needed:
        raise Unreadable("a report without one of its texts")
    return ""


def _link(one: Document, name: str) -> str:
    """As it came: links.py judges it. Empty where the state has none yet."""
    value = one.get(name, 0)
    if not isinstance(value, str | None):
        raise Unreadable("a report without a link")
    return value or ""


def _texts(one: Document, name: str) -> frozenset[str]:
    values = one.get(name)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise Unreadable("a report without record types")
    return frozenset(clean(value) for value in values)


def clean(text: str) -> str:
    """Fit for a page and a database, whatever the state wrote."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)[:LONGEST_TEXT]


def code(content: Document, contract: Contract) -> str:
    """The state's own word for a failure; empty where there is none."""
    value = content.get(contract.error.code)
    return str(value) if isinstance(value, str | int) else ""
