"""The list of releases, page by page: filtered, sorted, and as fast on the last page as on the first.

A page begins where another one ended, so that no row is read which isn't shown: docs/decisions/0017-report-manager.md.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy import Connection, func, select

from plugin.store.cursors import Cursor, Way, fingerprint
from plugin.store.database import Database
from plugin.store.release_filters import Filters, Only, by_name, where
from plugin.store.release_order import Sort, stretches
from plugin.store.release_pages import Pages
from plugin.store.releases import Telling
from plugin.store.tables import releases

__all__ = ["COUNTED", "PAGE", "Filters", "Listed", "ListedPage", "Only", "ReleaseList", "Sort"]

#: Rows on a page.
PAGE = 50
#: So many are counted; nobody reads on further.
COUNTED = 10_000
#: Ids that are read at a time where all are wanted.
CHUNK = 5_000


@dataclass(frozen=True)
class Listed:
    """A release as it is kept. `due_on` is a day in California; `looked_by` is a persona."""

    id: int
    student_dcid: int
    name: str = field(repr=False)
    school_number: int
    grade: int
    program: str
    year: str
    record_types: str
    found_at: datetime.datetime
    telling: Telling
    told_at: datetime.datetime | None
    looked_at: datetime.datetime | None
    looked_by: str
    student_looked_at: datetime.datetime | None
    due_on: datetime.date | None
    due_estimated: bool
    has_left: bool
    blocked: bool
    handed_over_on: datetime.date | None
    handed_over_by: str


@dataclass(frozen=True)
class ListedPage:
    """`total` counts no further than COUNTED. Cursors are empty where there is nowhere to go."""

    rows: Sequence[Listed]
    total: int
    total_is_capped: bool
    first: str
    previous: str
    next: str
    last: str


COLUMNS = tuple(releases.c[each.name] for each in fields(Listed))


@dataclass(frozen=True)
class ReleaseList:
    database: Database

    def page(
        self,
        lea_cds: str,
        reach: frozenset[int] | None,
        filters: Filters,
        sort: Sort,
        cursor: str,
        *,
        descending: bool = False,
        today: datetime.date,
        size: int = PAGE,
    ) -> ListedPage:
        """Those of the schools in `reach`, or of all where it is None.

        The first page where the cursor is empty, belongs to another list or is none of ours.
        """
        mark = fingerprint(lea_cds, sort, descending, *filters.told())
        with self.database.read() as connection:
            pages = _pages(connection, lea_cds, reach, filters, sort, descending=descending, today=today, size=size)
            page = pages.at(Cursor.read(cursor, mark))
            rows = _rows(connection, [placed.id for placed in page.rows])
            total = pages.count(COUNTED + 1)
        before = pages.cursor(Way.BEFORE, page.rows[0]) if page.has_previous else None
        after = pages.cursor(Way.AFTER, page.rows[-1]) if page.has_next else None
        return ListedPage(
            rows,
            min(total, COUNTED),
            total > COUNTED,
            first=Cursor(Way.FIRST).write(mark) if before else "",
            previous=before.write(mark) if before else "",
            next=after.write(mark) if after else "",
            last=Cursor(Way.LAST).write(mark) if after else "",
        )

    def numbers(
        self,
        lea_cds: str,
        reach: frozenset[int] | None,
        filters: Filters,
        sort: Sort,
        *,
        descending: bool = False,
        today: datetime.date,
    ) -> array[int]:
        """The ids of all rows of all pages, as of one moment: so that none is missed or doubled while they are read."""
        found = array("q")
        with self.database.read() as connection:
            pages = _pages(connection, lea_cds, reach, filters, sort, descending=descending, today=today, size=CHUNK)
            page = pages.at(Cursor(Way.FIRST))
            found.extend(placed.id for placed in page.rows)
            while page.has_next:
                page = pages.at(pages.cursor(Way.AFTER, page.rows[-1]))
                found.extend(placed.id for placed in page.rows)
        return found

    def rows(self, ids: Sequence[int]) -> list[Listed]:
        """In this order, as they are now."""
        with self.database.read() as connection:
            return _rows(connection, ids)

    def years(self, lea_cds: str) -> list[str]:
        """Every year of which there is a release, the newest first."""
        with self.database.read() as connection:
            return _years(connection, lea_cds)


def _pages(
    connection: Connection,
    lea_cds: str,
    reach: frozenset[int] | None,
    filters: Filters,
    sort: Sort,
    *,
    descending: bool,
    today: datetime.date,
    size: int,
) -> Pages:
    return Pages(
        connection,
        where=where(lea_cds, reach, filters, today),
        names=by_name(filters),
        reachable=where(lea_cds, reach, Filters(), today),
        only=filters.only,
        stretches=stretches(sort),
        years=[filters.year] if filters.year else _years(connection, lea_cds),
        descending=descending,
        size=size,
    )


def _years(connection: Connection, lea_cds: str) -> list[str]:
    """By leaps from one to the next: an index has them, each a hundred thousand times."""
    year = releases.c.year
    newest = select(func.max(year).label("year")).where(releases.c.lea_cds == lea_cds).cte("newest", recursive=True)
    older = select(func.max(year)).where(releases.c.lea_cds == lea_cds, year < newest.c.year).scalar_subquery()
    found = newest.union_all(select(older).where(newest.c.year.is_not(None)))
    return [one for one in connection.scalars(select(found.c.year)) if one is not None]


def _rows(connection: Connection, ids: Sequence[int]) -> list[Listed]:
    """In this order."""
    found = connection.execute(select(*COLUMNS).where(releases.c.id.in_(ids)))
    rows = {row.id: Listed(**{**row._mapping, "telling": Telling(row.telling)}) for row in found}
    return [rows[one] for one in ids]
