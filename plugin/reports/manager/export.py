"""The manager's list as a file for spreadsheet programs, of any length: written while it is read.

Its last line says whether it is whole. A download that broke off has none, and so is known for what it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

import structlog

from plugin.model import PACIFIC, Lea, SchoolYear, Viewer
from plugin.reports import due_dates, grades, scope
from plugin.reports.grades import Label
from plugin.reports.manager import in_words, listing, spreadsheet
from plugin.reports.manager.listing import Filters, Row, Sort
from plugin.reports.manager.spreadsheet import Cell
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event

log = structlog.get_logger()

HEADER = (
    "Student",
    "PowerSchool DCID",
    "School",
    "Grade",
    "Has left",
    "Release blocked",
    "Program",
    "Test year",
    "Tests",
    "Found on",
    "Told",
    "Told on",
    "Looked on",
    "Looked by",
    "Student looked on",
    "Due on",
    "Due date",
    "Handed over on",
    "Handed over by",
    "Family's request due on",
    "Notes",
)
WHOLE = "End of the list. Releases: {count}"
BROKEN = "THE LIST IS NOT COMPLETE: reading it failed after {count} releases. Download it again."


def begin(
    services: Services,
    viewer: Viewer,
    lea: Lea,
    filters: Filters,
    sort: Sort,
    asking: Asking,
    *,
    descending: bool = False,
) -> Iterator[bytes]:
    """The file's pieces, of whatever this viewer reaches, after putting the download on record.

    Raises SchoolSystemUnavailable and AuditUnavailable.
    """
    reach = scope.reach(services.roster, viewer)
    services.record(Event.LIST_EXPORTED, viewer, asking, lea_cds=lea.cds, change=_chosen(filters))
    rows = listing.every(services, reach, lea, filters, sort, descending=descending)
    names, today = tuple(services.grade_names.of(lea.cds)), services.today()
    year = SchoolYear.containing(today)
    lines = (cells(row, _grade(grades.named(row.grade, year, names)), today) for row in rows)
    return spreadsheet.written(with_an_end(lines, asking.request_id))


def with_an_end(lines: Iterable[tuple[Cell, ...]], request_id: str) -> Iterator[tuple[Cell, ...]]:
    """The header, these lines, and one that says how it ended."""
    yield HEADER
    count = 0
    try:
        for line in lines:
            yield line
            count += 1
    except Exception as error:  # the answer has long begun: no other page can be shown for it any more
        log.error("export_broken", request=request_id, kind=type(error).__name__)
        yield _filled(BROKEN.format(count=count))
    else:
        yield _filled(WHOLE.format(count=count))


def cells(row: Row, grade: str, today: datetime.date) -> tuple[Cell, ...]:
    """A release as a line of the file. Days are days in California."""
    return (
        row.name,
        row.student_dcid,
        row.school,
        grade,
        _yes(row.has_left),
        _yes(row.blocked),
        due_dates.NAMES.get(row.program, row.program),
        row.year,
        "; ".join(in_words.tests(row.record_types)),
        _day(row.found_at),
        in_words.TELLING[row.telling],
        _day(row.told_at),
        _day(row.looked_at),
        row.looked_by,
        _day(row.student_looked_at),
        row.due_on,
        in_words.due(row, today),
        row.handed_over_on,
        row.handed_over_by,
        row.follow_up_due,
        "; ".join(f"{_day(one.at)} {one.by}: {one.text}" for one in row.notes),
    )


def _chosen(filters: Filters) -> Mapping[str, str]:
    """By what the list was narrowed, for the record; of a student's name only that one was searched for."""
    said = {**vars(filters), "only": ", ".join(sorted(filters.only)), "name": "typed" if filters.name else ""}
    return {"list": "; ".join(f"{name}: {value}" for name, value in said.items() if value not in {None, ""}) or "all"}


def _filled(text: str) -> tuple[Cell, ...]:
    return (text, *[""] * (len(HEADER) - 1))


def _grade(label: Label) -> str:
    return label.text if label.own else label.text % {"number": label.number}


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return moment.astimezone(PACIFIC).date() if moment else None
