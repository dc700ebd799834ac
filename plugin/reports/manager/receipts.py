"""When an LEA received the state's results, as its coordinator types it: a day for each program and year."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from plugin.model import Lea, SchoolYear, Viewer
from plugin.reports.due_dates import Program
from plugin.reports.faults import Fault, Faulty
from plugin.reports.manager import deadlines, listing
from plugin.reports.services import Asking, Services
from plugin.reports.typed_days import NO_DAY, day_of
from plugin.wording import _

#: A program, and a year as the state writes it.
Results = tuple[Program, str]
#: Those whose due date counts from the receipt. That of the Initial ELPAC counts from the student's enrollment.
COUNTED = (Program.CAASPP, Program.SUMMATIVE_ELPAC)

NOT_YET = _("This day is still to come. Write the day on which the results were there.")
TOO_EARLY = _("This is before the school year of the test began.")


def expected(services: Services, lea: Lea) -> list[Results]:
    """Of which a day can be typed, the newest first: what was found, what is saved, and this school year's."""
    saved = {year for _program, year in deadlines.receipts_of(services, lea).days}
    years = {*listing.years(services, lea), *saved, str(SchoolYear.containing(services.today()))}
    return [(program, year) for year in sorted(years, reverse=True) for program in COUNTED]


def save(services: Services, viewer: Viewer, lea: Lea, typed: Mapping[Results, str], seen: int, asking: Asking) -> None:
    """Save what differs from what is saved; an empty text takes a day back. `seen` is the version that was shown.

    Raises Faulty, with nothing saved and the faults numbered as `expected` lists them from 1; SavedMeanwhile;
    AuditUnavailable.
    """
    wanted = expected(services, lea)
    days = {one: day_of(typed.get(one, "")) for one in wanted}
    faults = [fault for place, one in enumerate(wanted, 1) for fault in _faults(services, place, one, typed)]
    if faults:
        raise Faulty(faults)
    saved = deadlines.receipts_of(services, lea).days
    changed = {one: day for one, day in days.items() if day != saved.get(one)}
    if changed:
        deadlines.save_receipts(services, viewer, lea, changed, seen, asking)


def _faults(services: Services, place: int, results: Results, typed: Mapping[Results, str]) -> Iterator[Fault]:
    text, year = typed.get(results, ""), SchoolYear.parse(results[1])
    day, today = day_of(text), services.today()
    if text and day is None:
        yield Fault("received", NO_DAY, place=place)
    elif day and day > today:
        yield Fault("received", NOT_YET, place=place)
    elif day and year and day < datetime.date(year.starts, 7, 1):
        yield Fault("received", TOO_EARLY, place=place)
