"""What the due dates rest on: an LEA's school calendar, and the days on which it received the state's results."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plugin.model import Lea, Viewer
from plugin.reports.due_dates import Program, SchoolCalendar
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event

CALENDAR, RECEIPTS = "calendar", "receipts"


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
    whole = {"years": terms, "holidays": closed}
    change = {"calendar": f"{len(terms)} school years, {len(closed)} holidays"}
    services.record(Event.CHOICE_CHANGED, viewer, asking, lea_cds=lea.cds, change=change)
    services.choices.save(lea.cds, CALENDAR, whole, replaces=replaces, by=viewer.username, now=services.now())


def receipts_of(services: Services, lea: Lea) -> Receipts:
    saved = services.choices.of(lea.cds, RECEIPTS)
    days = {}
    for key, day in (saved.choice or {}).items():
        program, _slash, year = key.partition("/")
        days[Program(program), year] = datetime.date.fromisoformat(day)
    return Receipts(days, saved.version)


def save_receipt(
    services: Services,
    viewer: Viewer,
    lea: Lea,
    program: Program,
    year: str,
    day: datetime.date | None,
    replaces: int,
    asking: Asking,
) -> None:
    """The day on which the LEA had a program's results of a year; None takes it back. What is due is counted anew.

    Raises Faulty (in the future, or before that school year), SavedMeanwhile and AuditUnavailable.
    """
    saved = dict(services.choices.of(lea.cds, RECEIPTS).choice or {})
    key = f"{program}/{year}"
    before = saved.pop(key, "–")
    if day:
        saved[key] = day.isoformat()
    change = {f"received {key}": f"{before} → {saved.get(key, '–')}"}
    services.record(Event.CHOICE_CHANGED, viewer, asking, lea_cds=lea.cds, change=change)
    services.choices.save(lea.cds, RECEIPTS, saved, replaces=replaces, by=viewer.username, now=services.now())
