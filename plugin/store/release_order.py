"""The orders in which releases are listed, each told in stretches that an index of the table has as they are.

PostgreSQL and SQLite disagree on where NULLs stand, and neither finds its way in an index by a condition with OR in it.
A stretch has no NULLs in its order and needs no OR: it is read from any row on without reading what lies before.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, not_, true

from plugin.store.release_filters import Only
from plugin.store.tables import releases


class Sort(enum.StrEnum):
    """URGENCY: families who could not be told, then the longest waiting, then what is settled. DUE: what is settled
    comes last."""

    URGENCY = "urgency"
    NAME = "name"
    SCHOOL = "school"
    GRADE = "grade"
    FOUND = "found"
    TOLD = "told"
    LOOKED = "looked"
    DUE = "due"


@dataclass(frozen=True)
class Part:
    """Rows that meet `where`. None of them is in a list of `without`; the database can't know that, and would look."""

    where: ColumnElement[bool]
    without: frozenset[Only] = frozenset()


@dataclass(frozen=True)
class Stretch:
    """Rows in the order of `keys`, which are names of columns without NULLs, and then of their ids.

    An index has each part in that order by itself; `by_year` where it has so only within a year. `empty` is a column
    that is NULL in all of them and stands before their ids in the index: PostgreSQL wants to be told.
    """

    keys: Sequence[str]
    parts: Sequence[Part]
    by_year: bool = True
    empty: str = ""


NO_MAIL = frozenset({Only.NO_MAIL})
#: Nothing of these is settled.
UNSETTLED = frozenset({Only.NOT_LOOKED, Only.DUE_SOON})

_c = releases.c
_URGENCIES = [
    Part(_c.urgency == 0),
    Part(_c.urgency == 1),
    Part(_c.urgency == 2, UNSETTLED),
]


def stretches(sort: Sort) -> Sequence[Stretch]:
    match sort:
        case Sort.URGENCY:
            return [Stretch(["found_at"], [part]) for part in _URGENCIES]
        case Sort.NAME:
            return [Stretch(["last_first"], [Part(true())], by_year=False)]
        case Sort.SCHOOL:
            return [Stretch(["school_number", "last_first"], [Part(true())], by_year=False)]
        case Sort.GRADE:
            return [Stretch(["grade", "last_first"], [Part(true())], by_year=False)]
        case Sort.FOUND:
            return [Stretch(["found_at"], _URGENCIES)]
        case Sort.TOLD:
            told, untold = _empty_last("told_at", Part(true()))
            # A time stands there only while a mail counts as sent: store/tellings.py.
            return [replace(told, parts=[replace(part, without=NO_MAIL) for part in told.parts]), untold]
        case Sort.LOOKED:
            return [
                Stretch(["looked_at"], [Part(_c.looked_at.is_not(None), UNSETTLED)]),
                Stretch([], [Part(_c.looked_at.is_(None))], empty="looked_at"),
            ]
        case Sort.DUE:
            owed, settled = Part(not_(_c.settled)), Part(_c.settled, UNSETTLED)
            return [*_empty_last("due_on", owed), *_empty_last("due_on", settled)]


def _empty_last(key: str, part: Part) -> list[Stretch]:
    column = releases.c[key]
    return [
        Stretch([key], [Part(and_(part.where, column.is_not(None)), part.without)]),
        Stretch([], [Part(and_(part.where, column.is_(None)), part.without)], empty=key),
    ]
