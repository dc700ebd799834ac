"""A school calendar as it is typed: years in two fields each, days without school one on a line, checked as a whole."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from plugin.model import Lea, Viewer
from plugin.reports.faults import Fault, Faulty
from plugin.reports.manager import deadlines
from plugin.reports.services import Asking, Services
from plugin.reports.typed_days import day_of, no_day, written
from plugin.wording import _

Day = datetime.date
Years = tuple[tuple[Day, Day], ...]

#: Days from the first of instruction to the last; the longest break without school.
LONGEST_YEAR = LONGEST_BREAK = datetime.timedelta(days=366)
#: Any other year is a slip of the hand.
YEARS = range(2000, 2101)
#: More lines than ten years of holidays have.
MOST_LINES = 500
#: Characters of a line that are said back.
LONGEST_SAID = 40
BETWEEN = re.compile(r"\s+(?:to|-|–|—)\s+")

BACKWARDS = _("The last day comes before the first.")
LONG_YEAR = _("A school year of more than 366 days: look at the first and the last day again.")
NO_YEAR = _("A school year begins between %(first)s and %(last)s.")
OVERLAP = _("This school year begins before another one has ended.")
NO_HOLIDAY = _("Line %(line)s (%(text)s) is no day. Write 11/11/2026, or for several days 12/21/2026 to 01/01/2027.")
WRONG_BREAK = _("Line %(line)s (%(text)s): the last day comes before the first, or more than 366 days after it.")
FAR_BREAK = _("Line %(line)s (%(text)s): this is not between the years %(first)s and %(last)s.")
TOO_MANY = _("There are more than %(most)s lines.")


@dataclass(frozen=True)
class Typed:
    """As it stands in the fields: first and last day by row, and the lines of days without school."""

    years: Mapping[int, tuple[str, str]]
    holidays: str

    @classmethod
    def of(cls, years: Iterable[tuple[Day, Day]], holidays: Iterable[Day]) -> Typed:
        rows = {row: (first.isoformat(), last.isoformat()) for row, (first, last) in enumerate(sorted(years), 1)}
        lines = (" to ".join(dict.fromkeys(map(written, both))) for both in runs(holidays))
        return cls(rows, "\n".join(lines))


@dataclass(frozen=True)
class Changes:
    """What a calendar would gain and lose. Days without school are together where nothing lies between them."""

    years_new: Years
    years_gone: Years
    holidays_new: Years
    holidays_gone: Years

    def __bool__(self) -> bool:
        return any(vars(self).values())


def checked(typed: Typed) -> tuple[Years, frozenset[Day]]:
    """The calendar in these fields. Faulty, with every fault in them; empty rows and lines are left out."""
    rows = {row: days for row, days in typed.years.items() if any(days)}
    years = {row: (day_of(first), day_of(last)) for row, (first, last) in rows.items()}
    lines = {line: text for line, text in enumerate(typed.holidays.splitlines(), 1) if text.strip()}
    breaks = {line: _between(text) for line, text in lines.items()}
    faults = [*_of_years(rows, years), *_of_breaks(lines, breaks)]
    if faults:
        raise Faulty(faults)
    whole = sorted((first, last) for first, last in years.values() if first and last)
    return tuple(whole), frozenset(day for both in breaks.values() if both for day in _days(*both))


def save(services: Services, viewer: Viewer, lea: Lea, typed: Typed, seen: int, asking: Asking) -> None:
    """Save what is typed, where it isn't saved already. Raises Faulty, SavedMeanwhile and AuditUnavailable."""
    years, holidays = checked(typed)
    saved = deadlines.calendar_of(services, lea)
    if not saved.imported or changes((saved.years, saved.holidays), (years, holidays)):
        deadlines.save_calendar(services, viewer, lea, years, holidays, seen, asking)


def changes(before: tuple[Iterable[tuple[Day, Day]], Collection[Day]], after: tuple[Years, Collection[Day]]) -> Changes:
    was, becomes = set(before[0]), set(after[0])
    closed, closes = set(before[1]), set(after[1])
    years = tuple(sorted(becomes - was)), tuple(sorted(was - becomes))
    return Changes(*years, tuple(runs(closes - closed)), tuple(runs(closed - closes)))


def runs(days: Iterable[Day]) -> Iterator[tuple[Day, Day]]:
    """First and last of all that lie next to each other."""
    first = last = None
    for day in sorted(days):
        if first and last and day - last <= datetime.timedelta(days=1):
            last = day
            continue
        if first and last:
            yield first, last
        first = last = day
    if first and last:
        yield first, last


def _of_years(
    rows: Mapping[int, tuple[str, str]], years: Mapping[int, tuple[Day | None, Day | None]]
) -> Iterator[Fault]:
    ended = datetime.date.min
    for row, (first, last) in sorted(years.items(), key=lambda item: item[1][0] or datetime.date.max):
        for column, text, day in zip(("first", "last"), rows[row], (first, last), strict=True):
            if day is None:
                yield Fault(column, no_day(text), place=row)
        if first and last:
            yield from _of_year(row, first, last, ended)
            ended = max(ended, last)


def _of_year(row: int, first: Day, last: Day, ended: Day) -> Iterator[Fault]:
    if first.year not in YEARS:
        yield Fault("first", NO_YEAR, {"first": YEARS[0], "last": YEARS[-1]}, place=row)
    if last < first:
        yield Fault("last", BACKWARDS, place=row)
    elif last - first > LONGEST_YEAR:
        yield Fault("last", LONG_YEAR, place=row)
    if first <= ended:
        yield Fault("first", OVERLAP, place=row)


def _of_breaks(lines: Mapping[int, str], breaks: Mapping[int, tuple[Day, Day] | None]) -> Iterator[Fault]:
    if len(lines) > MOST_LINES:
        yield Fault("holidays", TOO_MANY, {"most": MOST_LINES})
    for line, both in breaks.items():
        facts: dict[str, str | float] = {"line": line, "text": lines[line][:LONGEST_SAID]}
        if both is None:
            yield Fault("holidays", NO_HOLIDAY, facts, place=line)
        elif not datetime.timedelta() <= both[1] - both[0] <= LONGEST_BREAK:
            yield Fault("holidays", WRONG_BREAK, facts, place=line)
        elif both[0].year not in YEARS:
            yield Fault("holidays", FAR_BREAK, {**facts, "first": YEARS[0], "last": YEARS[-1]}, place=line)


def _between(text: str) -> tuple[Day, Day] | None:
    """One day or a run of them, as somebody wrote it in a line."""
    days = [day_of(part) for part in BETWEEN.split(text.strip())]
    first, last = days[0], days[-1]
    return (first, last) if first and last and len(days) <= 2 else None


def _days(first: Day, last: Day) -> Iterator[Day]:
    return (first + datetime.timedelta(days=further) for further in range((last - first).days + 1))
