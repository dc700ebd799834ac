"""The report manager's table: a row for each release, page by page or all of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

from plugin.model import Lea
from plugin.reports.follow_ups import BLOCKED
from plugin.reports.services import Services
from plugin.store.handlings import Handling, Kind
from plugin.store.release_list import PAGE, Filters, Listed, Only, Sort
from plugin.store.releases import Telling

__all__ = ["PAGE", "Filters", "Listing", "Only", "Row", "Sort", "Telling", "every", "page", "years"]

#: Rows that are read at a time for an export.
CHUNK = 1000


@dataclass(frozen=True)
class Row(Listed):
    """A release as staff see it. `school` is its name; `name` ("Last, First") is empty until PowerSchool was asked.

    `due_on` is by when the law wants the family told; `follow_up_due` by when a blocked family's own request is due,
    None where none is open. `notes` are what colleagues wrote, the newest first.
    """

    school: str
    follow_up_due: datetime.date | None
    notes: tuple[Handling, ...] = field(repr=False)

    @property
    def informed(self) -> bool:
        """Whether the family has seen the report, here or on paper."""
        return self.looked_at is not None or self.handed_over_on is not None


@dataclass(frozen=True)
class Listing:
    """A page of the table. The cursors lead to other pages of the same filters and sort; empty: there is none.

    `total` counts no further than store/release_list.COUNTED, and then `total_is_capped`.
    """

    rows: Sequence[Row]
    total: int
    total_is_capped: bool
    first: str
    previous: str
    next: str
    last: str


def page(
    services: Services,
    reach: frozenset[int] | None,
    lea: Lea,
    filters: Filters,
    sort: Sort = Sort.URGENCY,
    cursor: str = "",
    *,
    descending: bool = False,
    size: int = PAGE,
) -> Listing:
    """The page that a cursor leads to; without one, or with one that isn't ours, the first.

    `reach` comes from reports/scope.py. Raises SchoolSystemUnavailable where PowerSchool can't name the schools.
    """
    found = services.release_list.page(
        lea.cds, reach, filters, sort, cursor, descending=descending, today=services.today(), size=size
    )
    rows = _rows(services, found.rows)
    return Listing(rows, found.total, found.total_is_capped, found.first, found.previous, found.next, found.last)


def every(
    services: Services,
    reach: frozenset[int] | None,
    lea: Lea,
    filters: Filters,
    sort: Sort = Sort.URGENCY,
    *,
    descending: bool = False,
) -> Iterator[Row]:
    """All rows of all pages as of now, read in chunks as they are asked for: each once, with what it says by then."""
    found = services.release_list.numbers(lea.cds, reach, filters, sort, descending=descending, today=services.today())
    for begin in range(0, len(found), CHUNK):
        yield from _rows(services, services.release_list.rows(list(found[begin : begin + CHUNK])))


def years(services: Services, lea: Lea) -> list[str]:
    """Every year of which the LEA has a release, as the state writes years, the newest first."""
    return services.release_list.years(lea.cds)


def _rows(services: Services, found: Sequence[Listed]) -> list[Row]:
    schools = services.recent_roster.schools() if found else {}
    written = services.handlings.of([one.id for one in found])
    owed = services.follow_ups.due([one.student_dcid for one in found], BLOCKED)
    return [
        Row(
            **{each.name: getattr(one, each.name) for each in fields(Listed)},
            school=schools.get(one.school_number, ""),
            follow_up_due=owed.get(one.student_dcid),
            notes=tuple(each for each in written.get(one.id, ()) if each.kind is Kind.NOTE),
        )
        for one in found
    ]
