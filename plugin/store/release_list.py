"""The list of releases, page by page: filtered, sorted, and as fast on the last page as on the first."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from plugin.store.database import Database
from plugin.store.releases import Telling
from plugin.store.tables import releases

#: Rows on a page.
PAGE = 50
#: So many are counted; nobody reads on further.
COUNTED = 10_000
#: What is due within so many days is due soon.
SOON = datetime.timedelta(days=7)


class Only(enum.StrEnum):
    """NOT_LOOKED: nor handed over. NO_MAIL: nobody could be written to. DUE_SOON: within a week, or overdue."""

    NOT_LOOKED = "not_looked"
    NO_MAIL = "no_mail"
    BLOCKED = "blocked"
    DUE_SOON = "due_soon"
    LEFT = "left"


class Sort(enum.StrEnum):
    """URGENCY: families who could not be told, then the longest waiting, then what is settled."""

    URGENCY = "urgency"
    NAME = "name"
    SCHOOL = "school"
    GRADE = "grade"
    FOUND = "found"
    TOLD = "told"
    LOOKED = "looked"
    DUE = "due"


@dataclass(frozen=True)
class Filters:
    """None and empty don't filter. `name` is the beginning of a first or last name, in any letters' case, or of both in
    either order."""

    school: int | None = None
    grade: int | None = None
    program: str = ""
    year: str = ""
    only: frozenset[Only] = frozenset()
    name: str = field(default="", repr=False)


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
    """Cursors are empty where there is nowhere to go."""

    rows: Sequence[Listed]
    total: int
    total_is_capped: bool
    first: str
    previous: str
    next: str
    last: str


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
        """Those of the schools in `reach`, or of all where it is None. A cursor that is not ours is the first page."""
        start = int(cursor) if cursor.isdecimal() and len(cursor) < 9 else 0
        where = _where(lea_cds, reach, filters, today)
        keys = _keys(sort)
        order = [key.desc().nulls_last() if descending else key.nulls_last() for key in keys]
        with self.database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(releases).where(where)) or 0
            columns = [releases.c[name] for name in Listed.__dataclass_fields__]
            rows = connection.execute(select(*columns).where(where).order_by(*order).offset(start).limit(size))
            listed = [Listed(**{**row._mapping, "telling": Telling(row.telling)}) for row in rows]
        last = max(0, (total - 1) // size * size)
        return ListedPage(
            listed,
            min(total, COUNTED),
            total > COUNTED,
            first="0" if start else "",
            previous=str(max(0, start - size)) if start else "",
            next=str(start + size) if start + size < total else "",
            last=str(last) if last > start else "",
        )

    def years(self, lea_cds: str) -> list[str]:
        """Every year of which there is a release, the newest first."""
        these = select(releases.c.year).where(releases.c.lea_cds == lea_cds).distinct()
        with self.database.read() as connection:
            return sorted(connection.scalars(these), reverse=True)


def _keys(sort: Sort) -> list[ColumnElement[object]]:
    names = {
        Sort.URGENCY: ("urgency", "found_at"),
        Sort.NAME: ("last_first",),
        Sort.SCHOOL: ("school_number", "last_first"),
        Sort.GRADE: ("grade", "last_first"),
        Sort.FOUND: ("found_at",),
        Sort.TOLD: ("told_at",),
        Sort.LOOKED: ("looked_at",),
        Sort.DUE: ("due_on",),
    }[sort]
    return [releases.c[name] for name in (*names, "id")]


def _where(lea_cds: str, reach: frozenset[int] | None, filters: Filters, today: datetime.date) -> ColumnElement[bool]:
    c = releases.c
    conditions = [c.lea_cds == lea_cds]
    if reach is not None:
        conditions.append(c.school_number.in_(reach) if reach else false())
    if filters.school is not None:
        conditions.append(c.school_number == filters.school)
    if filters.grade is not None:
        conditions.append(c.grade == filters.grade)
    if filters.program:
        conditions.append(c.program == filters.program)
    if filters.year:
        conditions.append(c.year == filters.year)
    conditions += [_only(one, today) for one in filters.only]
    if typed := " ".join(filters.name.replace(",", " ").split()).casefold():
        end = typed + "\U0010ffff"
        conditions.append(or_(*(and_(one >= typed, one < end) for one in (c.last_first, c.first_last))))
    return and_(*conditions)


def _only(one: Only, today: datetime.date) -> ColumnElement[bool]:
    c = releases.c
    match one:
        case Only.NOT_LOOKED:
            return c.urgency < 2
        case Only.NO_MAIL:
            return c.telling.in_([Telling.NOBODY, Telling.REFUSED])
        case Only.BLOCKED:
            return c.blocked
        case Only.DUE_SOON:
            return and_(c.urgency < 2, c.due_on <= today + SOON)
        case Only.LEFT:
            return c.has_left
