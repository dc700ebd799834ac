"""The state's JSON, read into our nouns. Strict about what matters, blind to fields that we don't know.

Whatever comes, the only error is Unreadable; its text says what was wrong in our words, never in theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import structlog

from plugin.ets.contract import Contract, ReportFields
from plugin.ets.strict_json import Document, Unreadable
from plugin.model import Report, SchoolYear

log = structlog.get_logger()

#: A student has a handful of reports a year and the state keeps three years; this is far beyond.
MOST_REPORTS = 500
LONGEST_TEXT = 200

# What must not reach a page or a database: controls, lone surrogates (they can't be encoded) and marks that turn
# the direction of what follows.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class WrongStudent(Unreadable):
    """An answer about somebody whom nobody asked for."""


@dataclass(frozen=True)
class Token:
    """`seconds` is the life that the state gives it, None where it does not say; `leas` are 14-digit CDS codes."""

    text: str = field(repr=False)
    seconds: float | None
    leas: frozenset[str]


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


def reports(
    content: Document, contract: Contract, ssid: str, years: frozenset[SchoolYear] | None = None
) -> list[Report]:
    """The final reports, each once, in the state's order, of these `years` or of all. Links are not checked yet.

    A single report that can't be read does not take the others from the student: it is left out and logged.
    """
    listed = content.get(contract.reports.list)
    if not isinstance(listed, list):
        raise Unreadable("no list of reports")
    if content.get(contract.reports.ssid) != ssid:
        raise WrongStudent("answer for another student")
    if len(listed) > MOST_REPORTS:
        raise Unreadable(f"more than {MOST_REPORTS} reports")
    found, faults = _readable(listed, contract.report, years)
    if faults and not found:
        raise faults[0]
    if faults:
        log.warning("state.report_unreadable", first=str(faults[0]), left_out=len(faults), of=len(listed))
    return list(dict.fromkeys(found))


def _readable(
    listed: list[Any], names: ReportFields, years: frozenset[SchoolYear] | None
) -> tuple[list[Report], list[Unreadable]]:
    found, faults = [], []
    for one in listed:
        try:
            if not isinstance(one, dict):
                raise Unreadable("no list of reports")
            if _text(one, names.status) == names.final and _is_of(years, one, names):
                found.append(_report(one, names))
        except Unreadable as fault:
            faults.append(fault)
    return found, faults


def _is_of(years: frozenset[SchoolYear] | None, one: Document, names: ReportFields) -> bool:
    """Whether it is of one of these years. One whose year we can't read may be."""
    if years is None:
        return True
    year = SchoolYear.parse(_text(one, names.year))
    return year is None or year in years


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
    if isinstance(value, str):
        return clean(value)
    if type(value) is int:  # a bool is none
        return str(value)[:LONGEST_TEXT]
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
    if not isinstance(values, list) or not values or not all([isinstance(value, str) for value in values]):
        raise Unreadable("a report without record types")
    return frozenset([clean(value) for value in values])


def clean(text: str) -> str:
    """Fit for a page and a database, whatever the state wrote."""
    fit = text if text.isprintable() else _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
    return fit[:LONGEST_TEXT]


def code(content: Document, contract: Contract) -> str:
    """The state's own word for a failure; empty where there is none."""
    value = content.get(contract.error.code)
    return str(value) if isinstance(value, str | int) else ""
