"""Releases: a student's reports of one program and year, from the finding of the first to the family's knowing of it.

Each comes once, whatever finds it how often; what follows is written into its row by those who do it, so that a list
of all of them is a matter of reading one table.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import select, update

from plugin.names import folded
from plugin.store.database import Database
from plugin.store.tables import releases


class Telling(enum.StrEnum):
    """How far the telling of a family is.

    WAITING: nobody has looked yet whom to write to. OFF: found while the LEA sent no notices. NOBODY: there is no
    address. SENDING: mails are on their way. TOLD: at least one went. UNKNOWN: none is known to have gone, one may
    have. REFUSED: mail servers had none of them.
    """

    WAITING = "waiting"
    OFF = "off"
    NOBODY = "nobody"
    SENDING = "sending"
    TOLD = "told"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class Release:
    """What background work knows a release by."""

    id: int
    student_dcid: int
    program: str
    year: str
    lea_cds: str
    record_types: str
    found_at: datetime.datetime
    search_id: int


@dataclass(frozen=True)
class Known(Release):
    """A release beside what is known of its student: whether the school system named them by now, and has them still.

    `enrolled_on` is the first day in this LEA.
    """

    is_named: bool
    has_left: bool
    enrolled_on: datetime.date | None


@dataclass(frozen=True)
class Person:
    """What the school system says of a student. `language` is the family's, as it is coded there."""

    first: str = field(repr=False)
    last: str = field(repr=False)
    school_number: int
    grade: int
    language: str
    has_left: bool


@dataclass(frozen=True)
class Facts:
    """What holds of a release now. `person` is None where the school system has none: who it was stays as it is.

    `due_on` is the day in California by which the family has to know.
    """

    release_id: int
    person: Person | None
    blocked: bool
    enrolled_on: datetime.date | None
    due_on: datetime.date
    due_estimated: bool


@dataclass(frozen=True)
class Clock:
    """By when a family has to know of a release, and what that counts from."""

    id: int
    program: str
    year: str
    found_at: datetime.datetime
    enrolled_on: datetime.date | None
    due_on: datetime.date | None
    due_estimated: bool


COLUMNS = tuple(releases.c[one.name] for one in fields(Release))

#: What `check` writes, and what it looks at before.
CHECKED = tuple(
    releases.c[name]
    for name in (
        *("id", "checked_at", "name", "last_first", "first_last", "school_number", "grade", "language", "has_left"),
        *("blocked", "enrolled_on", "due_on", "due_estimated"),
    )
)


@dataclass(frozen=True)
class Releases:
    database: Database

    def to_check(self, after: int, limit: int, *, new: bool) -> list[Known]:
        """Those behind number `after` that the school system was asked of, or for `new` ones: never."""
        c = releases.c
        columns = (*COLUMNS, c.name != "", c.has_left, c.enrolled_on)
        these = select(*columns).where(c.id > after, c.checked_at.is_(None) if new else c.checked_at.is_not(None))
        with self.database.read() as connection:
            return [Known(*row) for row in connection.execute(these.order_by(c.id).limit(limit))]

    def check(self, facts: Sequence[Facts], now: datetime.datetime) -> None:
        """Write down what holds of these. Rows that say so already are not written again: there may be a million."""
        rows = {one.release_id: _row(one) for one in facts}
        with self.database.read() as connection:
            kept = connection.execute(select(*CHECKED).where(releases.c.id.in_(rows))).all()
        news = [one.id for one in kept if one.checked_at is None or not rows[one.id].items() <= one._mapping.items()]
        if news:
            with self.database.begin() as connection:
                for number in news:
                    this = update(releases).where(releases.c.id == number)
                    connection.execute(this.values({**rows[number], "checked_at": now}))

    def clocks(self, lea_cds: str, after: int, limit: int, *, program: str = "", year: str = "") -> list[Clock]:
        """Those of an LEA, or of one program and year of it, behind number `after`."""
        c = releases.c
        columns = (c[each.name] for each in fields(Clock))
        these = select(*columns).where(c.lea_cds == lea_cds, c.id > after)
        if program:
            these = these.where(c.program == program, c.year == year)
        with self.database.read() as connection:
            return [Clock(*row) for row in connection.execute(these.order_by(c.id).limit(limit))]

    def set_due(self, due: Mapping[tuple[datetime.date, bool], Collection[int]]) -> None:
        """Numbers of releases by their due date, and whether it is estimated."""
        with self.database.begin() as connection:
            for (day, estimated), ids in due.items():
                these = update(releases).where(releases.c.id.in_(sorted(ids)))
                connection.execute(these.values(due_on=day, due_estimated=estimated))


def _row(facts: Facts) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(facts, name) for name in ("blocked", "enrolled_on", "due_on", "due_estimated")}
    one = facts.person
    if one is None:
        return {**row, "has_left": True}
    names = {
        "name": f"{one.last}, {one.first}".strip(", "),
        "last_first": folded(f"{one.last} {one.first}"),
        "first_last": folded(f"{one.first} {one.last}"),
    }
    return {**row, **names} | {name: getattr(one, name) for name in ("school_number", "grade", "language", "has_left")}
