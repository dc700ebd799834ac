"""How many releases there are, of how many the family was told and knows, by school, language and day.

Counted by the database in one go, so that all numbers are of the same moment. A release's rows are never read here:
the index ix_releases_counts holds all that is asked.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select, text

from plugin.model import PACIFIC
from plugin.store.columns import Moment
from plugin.store.database import Database
from plugin.store.tables import releases

_Counted = dict[Any, "Count"]

_INFORMED = or_(releases.c.looked_at.is_not(None), releases.c.handed_over_on.is_not(None))


@dataclass(frozen=True)
class Chosen:
    """Which releases: of every program where `program` is empty, of every school where `schools` is None."""

    lea_cds: str
    year: str
    program: str = ""
    schools: frozenset[int] | None = None


@dataclass(frozen=True)
class Count:
    """`told`: a mail went. `informed`: an adult who counts has looked, or the report was handed over."""

    found: int = 0
    told: int = 0
    informed: int = 0

    @property
    def left(self) -> int:
        """How many are left whose family is not informed."""
        return self.found - self.informed

    def __add__(self, other: Count) -> Count:
        return Count(self.found + other.found, self.told + other.told, self.informed + other.informed)

    def __mul__(self, times: int) -> Count:
        return Count(self.found * times, self.told * times, self.informed * times)


@dataclass(frozen=True)
class Counts:
    """By school number, by language as the school system codes it, and by the day in California on which it happened.

    `due` counts by due day those whose family is not informed, as far ahead as was asked.
    """

    by_school: Mapping[int, Count]
    by_language: Mapping[str, Count]
    by_day: Mapping[datetime.date, Count]
    due: Mapping[datetime.date, int]


@dataclass(frozen=True)
class ReleaseCounts:
    database: Database

    def count(self, chosen: Chosen, *, due_until: datetime.date) -> Counts:
        where = _where(chosen)
        with self.database.read() as connection:
            schools, languages = _by_school_and_language(connection, where)
            due = _due(connection, and_(where, releases.c.due_on <= due_until))
            return Counts(schools, languages, _by_day(connection, where), due)


def _where(chosen: Chosen) -> ColumnElement[bool]:
    conditions = [releases.c.lea_cds == chosen.lea_cds, releases.c.year == chosen.year]
    if chosen.program:
        conditions.append(releases.c.program == chosen.program)
    if chosen.schools is not None:
        conditions.append(releases.c.school_number.in_(chosen.schools))
    return and_(*conditions)


def _by_school_and_language(connection: Connection, where: ColumnElement[bool]) -> tuple[_Counted, _Counted]:
    """Both of one reading, which takes hardly longer than one of them."""
    keys, numbers = (releases.c.school_number, releases.c.language), (func.count(), func.count(releases.c.told_at))
    query = select(*keys, *numbers, func.count().filter(_INFORMED)).where(where).group_by(*keys)
    schools: _Counted = {}
    languages: _Counted = {}
    for school, language, *counted in connection.execute(query).all():
        _add(schools, school, Count(*counted))
        _add(languages, language, Count(*counted))
    return schools, languages


def _by_day(connection: Connection, where: ColumnElement[bool]) -> dict[datetime.date, Count]:
    days: _Counted = {}
    for moment, one in ((releases.c.found_at, Count(found=1)), (releases.c.told_at, Count(told=1))):
        hour = _hour(connection, moment)
        for at, many in connection.execute(_numbers(and_(where, moment.is_not(None)), hour)).all():
            _add(days, _day(at), one * many)
    hour, handed_over_on = _hour(connection, releases.c.looked_at), releases.c.handed_over_on
    for at, on_day, many in connection.execute(_numbers(and_(where, _INFORMED), hour, handed_over_on)).all():
        _add(days, min(day for day in (at and _day(at), on_day) if day), Count(informed=many))
    return dict(sorted(days.items()))


def _due(connection: Connection, where: ColumnElement[bool]) -> dict[datetime.date, int]:
    rows = connection.execute(_numbers(and_(where, not_(_INFORMED)), releases.c.due_on)).all()
    return dict(sorted((day, many) for day, many in rows))


def _numbers(where: ColumnElement[bool], *keys: ColumnElement[Any]) -> Select[Any]:
    return select(*keys, func.count()).where(where).group_by(*keys)


def _hour(connection: Connection, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The hour that a moment lies in: the databases don't share a way to tell California's day, and no clock is put
    forward or back between two full hours of UTC."""
    if connection.dialect.name == "postgresql":
        return func.date_bin(text("interval '1 hour'"), moment, text("timestamptz '2000-01-01 00:00Z'"), type_=Moment())
    return func.strftime("%Y-%m-%d %H:00:00", moment, type_=Moment())


def _day(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(PACIFIC).date()


def _add(counted: _Counted, key: object, count: Count) -> None:
    counted[key] = counted.get(key, Count()) + count
