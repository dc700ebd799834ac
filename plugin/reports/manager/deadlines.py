"""By when families have to know, and what that rests on: an LEA's school calendar, and when it had the state's results.

What is saved here is counted into the releases at once, as far as nobody has to wait for it; the worker does the rest.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plugin.model import PACIFIC, Lea, Viewer
from plugin.reports import choosing, due_dates
from plugin.reports.due_dates import DueDate, Program, SchoolCalendar
from plugin.reports.services import Asking, Services
from plugin.reports.trying import Operator

CALENDAR, RECEIPTS = "calendar", "receipts"
#: Where stands when all releases were gone through last: plugin/reports/manager/checking.py.
CHECKED = "checked"
#: Releases at a time, and how often while somebody waits for the page.
CHUNK, MOST_CHUNKS = 1000, 20


@dataclass(frozen=True)
class Calendar:
    """`years` are first and last day of instruction. `imported` is False while district.toml's holidays stand in."""

    years: tuple[tuple[datetime.date, datetime.date], ...]
    holidays: frozenset[datetime.date]
    version: int
    imported: bool

    @property
    def of_school(self) -> SchoolCalendar:
        return SchoolCalendar(self.years, self.holidays)


@dataclass(frozen=True)
class Receipts:
    """By (program, year as the state writes it): the day on which the LEA had the results."""

    days: Mapping[tuple[Program, str], datetime.date]
    version: int


@dataclass(frozen=True)
class Deadlines:
    """An LEA's, for counting many."""

    calendar: SchoolCalendar
    received: Mapping[tuple[Program, str], datetime.date]

    def of(self, program: str, year: str, found_at: datetime.datetime, enrolled: datetime.date | None) -> DueDate:
        law = Program(program)
        found, received = found_at.astimezone(PACIFIC).date(), self.received.get((law, year))
        return due_dates.due(law, self.calendar, found=found, received=received, enrolled=enrolled)


def deadlines_of(services: Services, lea: Lea) -> Deadlines:
    return Deadlines(calendar_of(services, lea).of_school, receipts_of(services, lea).days)


def calendar_of(services: Services, lea: Lea) -> Calendar:
    saved = services.choices.of(lea.cds, CALENDAR)
    if not saved.choice:
        return Calendar((), services.district.holidays, saved.version, imported=False)
    day = datetime.date.fromisoformat
    years = tuple((day(first), day(last)) for first, last in saved.choice["years"])
    return Calendar(years, frozenset(map(day, saved.choice["holidays"])), saved.version, imported=True)


def save_calendar(
    services: Services,
    viewer: Viewer,
    lea: Lea,
    years: Iterable[tuple[datetime.date, datetime.date]],
    holidays: Iterable[datetime.date],
    replaces: int,
    asking: Asking,
) -> None:
    """In the place of the version `replaces`; what is due is counted anew. SavedMeanwhile; AuditUnavailable."""
    terms = [[first.isoformat(), last.isoformat()] for first, last in sorted(years)]
    closed = [day.isoformat() for day in sorted(holidays)]
    change = {"calendar": f"{len(terms)} school years, {len(closed)} holidays"}
    choice = {"years": terms, "holidays": closed}
    choosing.save(services, Operator.of(viewer, asking), lea, CALENDAR, choice, change, seen=replaces)
    count_anew(services, lea)


def receipts_of(services: Services, lea: Lea) -> Receipts:
    saved = services.choices.of(lea.cds, RECEIPTS)
    days = {}
    for key, day in (saved.choice or {}).items():
        program, _slash, year = key.partition("/")
        days[Program(program), year] = datetime.date.fromisoformat(day)
    return Receipts(days, saved.version)


def save_receipts(
    services: Services,
    viewer: Viewer,
    lea: Lea,
    days: Mapping[tuple[Program, str], datetime.date | None],
    replaces: int,
    asking: Asking,
) -> None:
    """The days on which the LEA had these results, all or none; None takes one back. What is due is counted anew.

    Raises SavedMeanwhile and AuditUnavailable.
    """
    before = services.choices.of(lea.cds, RECEIPTS).choice or {}
    given = {f"{program}/{year}": day.isoformat() if day else "" for (program, year), day in days.items()}
    change = {f"received {key}": f"{before.get(key, '–')} → {day or '–'}" for key, day in given.items()}
    choice = {key: day for key, day in {**before, **given}.items() if day}
    choosing.save(services, Operator.of(viewer, asking), lea, RECEIPTS, choice, change, seen=replaces)
    for program, year in days:
        count_anew(services, lea, program=program, year=year)


def count_anew(services: Services, lea: Lea, *, program: str = "", year: str = "") -> None:
    """Write the due dates of these releases that are others now. Where they are too many, the worker goes through all
    of them with its next round."""
    deadlines, after = deadlines_of(services, lea), 0
    for _chunk in range(MOST_CHUNKS):
        clocks = services.releases.clocks(lea.cds, after, CHUNK, program=program, year=year)
        changed: dict[tuple[datetime.date, bool], list[int]] = {}
        for one in clocks:
            due = deadlines.of(one.program, one.year, one.found_at, one.enrolled_on)
            if (due.day, due.estimated) != (one.due_on, one.due_estimated):
                changed.setdefault((due.day, due.estimated), []).append(one.id)
        services.releases.set_due(changed)
        if len(clocks) < CHUNK:
            return
        after = clocks[-1].id
    services.marks.forget(CHECKED)
