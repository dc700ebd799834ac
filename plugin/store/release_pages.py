"""Reads a page of a sorted list from wherever it begins, forwards or backwards, by the indexes of its stretches."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from plugin.store.columns import Moment, OrderedText
from plugin.store.cursors import Cursor, Way
from plugin.store.release_filters import Only
from plugin.store.release_order import Stretch
from plugin.store.tables import releases

#: Values of a row's keys and its id.
Values = Sequence[Any]


@dataclass(frozen=True)
class Placed:
    """Where a row stands: the number of its stretch, and in that its values."""

    stretch: int
    values: Values

    @property
    def id(self) -> int:
        number: int = self.values[-1]
        return number


@dataclass(frozen=True)
class Page:
    rows: Sequence[Placed]
    has_previous: bool
    has_next: bool


@dataclass(frozen=True)
class Pages:
    """`stretches` in their order; `descending` turns the order within each.

    `where` says which rows, and each meets one of `names`; `reachable` says which ones a cursor may name. `only` is
    what `where` filters by, `years` are all that it can find.
    """

    connection: Connection
    where: ColumnElement[bool]
    names: Sequence[ColumnElement[bool]]
    reachable: ColumnElement[bool]
    only: frozenset[Only]
    stretches: Sequence[Stretch]
    years: Sequence[str]
    descending: bool
    size: int

    def at(self, cursor: Cursor) -> Page:
        """What a cursor leads to, and always something where there is anything: the rows around it may be gone."""
        if cursor.way is Way.LAST:
            return self._page(None, back=True)
        position = self._position(cursor)
        if position is None:
            return self._page(None, back=False)
        page = self._page(position, back=cursor.way is Way.BEFORE)
        if cursor.way is Way.BEFORE and len(page.rows) < self.size:
            return self._page(None, back=False)
        return page if page.rows else self._page(None, back=True)

    def count(self, most: int) -> int:
        """How many rows there are in all, up to so many."""
        # That they are of these years says nothing new, but leads PostgreSQL to the indexes, which begin with years.
        these = self.where, or_(*self.names), releases.c.year.in_(self.years)
        some = select(literal(1)).where(*these).limit(most).subquery()
        return self.connection.scalar(select(func.count()).select_from(some)) or 0

    def cursor(self, way: Way, placed: Placed) -> Cursor:
        """What leads on from this row."""
        *keys, _id = _keys(self.stretches[placed.stretch])
        told = [_told(key, value) for key, value in zip(keys, placed.values[:-1], strict=True)]
        return Cursor(way, placed.stretch, placed.id, told)

    def _page(self, position: Placed | None, *, back: bool) -> Page:
        found = list(self._walk(position, back))
        more, rows, inside = len(found) > self.size, found[: self.size], position is not None
        return Page(rows[::-1], more, inside) if back else Page(rows, inside, more)

    def _walk(self, position: Placed | None, back: bool) -> Iterator[Placed]:
        """The rows from there on, and one more than a page has."""
        numbers, missing = [*range(len(self.stretches))][:: -1 if back else 1], self.size + 1
        for number in numbers[numbers.index(position.stretch) if position else 0 :]:
            beyond = position.values if position and position.stretch == number else None
            wanted = self._next(self.stretches[number], beyond, back, missing) if missing else None
            rows = [] if wanted is None else self.connection.execute(wanted).all()
            yield from (Placed(number, row) for row in rows)
            missing -= len(rows)

    def _next(self, stretch: Stretch, beyond: Values | None, back: bool, limit: int) -> Select[Any] | None:
        """So many of a stretch's next rows; None where it can have none."""
        keys, down = _keys(stretch), self.descending != back
        order = _order([*([releases.c[stretch.empty]] if stretch.empty else []), *keys], down)
        where = [self.where, *(() if beyond is None else (_beyond(keys, beyond, down),))]
        if stretch.by_year:
            found = [(and_(releases.c.year == year, or_(*self.names)), order) for year in self.years]
        else:
            found = list(zip(self.names, (order, _order(_first(keys), down)), strict=False))
        each = [
            select(*keys).where(*where, part, which).order_by(*how).limit(limit)
            for part in (part.where for part in stretch.parts if not part.without & self.only)
            for which, how in found
        ]
        if len(each) < 2:
            return each[0] if each else None
        merged = union_all(*(select(one.subquery()) for one in each)).subquery()
        return select(merged).order_by(*_order([merged.c[key.name] for key in keys], down)).limit(limit)

    def _position(self, cursor: Cursor) -> Placed | None:
        """Where a cursor points; None where it is the first page or names nothing that can be."""
        if cursor.way not in {Way.AFTER, Way.BEFORE} or not 0 <= cursor.stretch < len(self.stretches):
            return None
        keys = _keys(self.stretches[cursor.stretch])
        try:
            values = [_heard(key, value) for key, value in zip(keys, [*cursor.values, cursor.row], strict=True)]
        except ValueError:
            return None
        if None not in values:
            return Placed(cursor.stretch, values)
        named = self.connection.execute(select(*keys).where(self.reachable, releases.c.id == cursor.row)).one_or_none()
        return Placed(cursor.stretch, named) if named else None


def _keys(stretch: Stretch) -> list[Column[Any]]:
    return [releases.c[key] for key in (*stretch.keys, "id")]


def _first(keys: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """The same order for those found by first name, but not that of an index.

    Else PostgreSQL may read through all last names until it has met enough of them, which takes seconds.
    """
    return [key.concat("") if key is releases.c.last_first else key for key in keys]


def _order(keys: Sequence[ColumnElement[Any]], down: bool) -> list[ColumnElement[Any]]:
    return [key.desc() if down else key.asc() for key in keys]


def _beyond(keys: Sequence[Column[Any]], values: Values, down: bool) -> ColumnElement[bool]:
    here = tuple_(*(literal(value, key.type) for key, value in zip(keys, values, strict=True)))
    return tuple_(*keys) < here if down else tuple_(*keys) > here


def _told(key: Column[Any], value: Any) -> str | int | None:
    """A value as a cursor carries it; None in the place of a name."""
    if isinstance(key.type, OrderedText):
        return None
    return value.isoformat() if isinstance(value, datetime.date) else int(value)


def _heard(key: Column[Any], value: Any) -> Any:
    """The same back; None in the place of a name. ValueError where it is no value of the column."""
    match key.type, value:
        case OrderedText(), None:
            return None
        case Integer(), int():
            return value
        case Date(), str():
            return datetime.date.fromisoformat(value)
        case Moment(), str() if value.endswith("+00:00"):
            return datetime.datetime.fromisoformat(value)
    raise ValueError(key.name)
