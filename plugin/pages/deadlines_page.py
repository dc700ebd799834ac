"""The page of due dates and the school calendar: what it shows, and how what was typed on it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import flask
from werkzeug.datastructures import MultiDict

from plugin.model import Lea
from plugin.pages.asking import viewer
from plugin.reports import scope
from plugin.reports.due_dates import NAMES, Program, due
from plugin.reports.faults import Fault, Faulty
from plugin.reports.manager import calendar_file, calendar_typed, deadlines, receipts
from plugin.reports.manager.calendar_typed import Changes, Typed
from plugin.reports.manager.deadlines import Calendar
from plugin.reports.manager.receipts import Results
from plugin.reports.services import Services

#: Empty rows below the school years, for new ones.
SPARE_ROWS = 2
#: How the names of the fields begin that hold a day of receipt.
RECEIVED = "received-"


@dataclass(frozen=True)
class Shown:
    """What stands on the page beside what is saved. `word` chooses the sentence: see templates/deadlines_notice.html.

    `receipts` and `calendar` are as they were typed, None where nothing was.
    """

    word: str = ""
    receipts: Mapping[Results, str] | None = None
    calendar: Typed | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def wrong(self) -> dict[tuple[int, str], Fault]:
        return {(fault.place, fault.field): fault for fault in self.faults}


def page(services: Services, lea: Lea, shown: Shown) -> str:
    calendar, received = deadlines.calendar_of(services, lea), deadlines.receipts_of(services, lea)
    typed = shown.calendar or Typed.of(calendar.years, calendar.holidays)
    saved = {one: day.isoformat() for one, day in received.days.items()}
    return flask.render_template(
        "deadlines.html",
        lea=lea,
        leas=services.roster.leas(),
        is_theirs=scope.reaches_all(services.roster, viewer(), lea),
        shown=shown,
        received=received,
        results=receipts.expected(services, lea),
        days=shown.receipts if shown.receipts is not None else saved,
        due={one: due(one[0], calendar.of_school, found=day, received=day) for one, day in received.days.items()},
        calendar=calendar,
        typed=typed,
        spare=range(len(typed.years) + 1, len(typed.years) + 1 + SPARE_ROWS),
        changes=changes(calendar, shown.calendar) if shown.calendar else None,
        programs=NAMES,
        runs=calendar_typed.runs,
        header=",".join(calendar_file.HEADER),
        today=services.today(),
    )


def changes(saved: Calendar, typed: Typed) -> Changes | None:
    """What saving it would change; None while it can't be saved."""
    try:
        return calendar_typed.changes((saved.years, saved.holidays), calendar_typed.checked(typed))
    except Faulty:
        return None


def read_receipts(form: MultiDict[str, str]) -> dict[Results, str]:
    """The days as they were sent, in fields such as `received-caaspp/2025-26`."""
    sent = {name.removeprefix(RECEIVED): text.strip() for name, text in form.items() if name.startswith(RECEIVED)}
    keys = {name: name.partition("/") for name in sent}
    return {
        (Program(program), year): sent[name]
        for name, (program, _slash, year) in keys.items()
        if program in receipts.COUNTED
    }


def read_calendar(form: MultiDict[str, str]) -> Typed:
    """The calendar as it was sent: its rows, such as `first-1` and `last-1`, without empty ones, numbered anew."""
    rows = [name.removeprefix("first-") for name in form if name.startswith("first-")]
    years = [(form.get(f"first-{row}", "").strip(), form.get(f"last-{row}", "").strip()) for row in rows]
    return Typed(dict(enumerate(filter(any, years), 1)), form.get("holidays", ""))


def read_file(content: bytes) -> Shown:
    """What the page shows of a file that was sent: its calendar in the form, or why it can't be."""
    try:
        typed = Typed.of(*calendar_file.read(content))
    except Faulty as refusal:
        return Shown("unreadable", faults=refusal.faults)
    try:
        calendar_typed.checked(typed)
    except Faulty as refusal:
        return Shown("calendar_faulty", calendar=typed, faults=refusal.faults)
    return Shown("imported", calendar=typed)
