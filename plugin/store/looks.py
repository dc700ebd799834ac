"""Who has looked at which release, drawn from the access record: it alone says who was handed a report.

Each look stands once, however often it is drawn, and is written into its release where that was found already.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_, update

from plugin.model import Persona
from plugin.store.audit import Event
from plugin.store.database import Database, inserting
from plugin.store.tables import audit, looks, releases

#: Student, program and year: what names a release in every table.
Which = tuple[int, str, str]


@dataclass(frozen=True)
class Opening:
    """A parent's or student's, as the access record has it."""

    persona: Persona
    subject: str
    student_dcid: int
    record_types: frozenset[str]
    year: str


@dataclass(frozen=True)
class Entry:
    """A row of the access record, and the opening that it tells of, if any."""

    number: int
    at: datetime.datetime
    opening: Opening | None


@dataclass(frozen=True)
class Look:
    """That somebody was handed a report of a release. `informs` is whether the family knows of it by that."""

    which: Which
    persona: Persona
    subject: str
    informs: bool
    at: datetime.datetime
    audit_id: int


RELEASE = (releases.c.student_dcid, releases.c.program, releases.c.year)
#: A look, and the release that it is at.
AT_RELEASE = and_(
    looks.c.student_dcid == releases.c.student_dcid,
    looks.c.program == releases.c.program,
    looks.c.year == releases.c.year,
)


@dataclass(frozen=True)
class Looks:
    database: Database

    def entries(self, after: int, limit: int) -> list[Entry]:
        """The access record behind this number, all of it: what is missing in between is missing there."""
        columns = (audit.c[name] for name in ("id", "at", "event", "outcome", "persona", "subject", "student_dcid"))
        behind = select(*columns, audit.c.report).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
        with self.database.read() as connection:
            return [Entry(row.id, row.at, _opening(row)) for row in connection.execute(behind)]

    def keep(self, new: Collection[Look]) -> None:
        """Keep these, and write them into their releases; of the same look the earliest stays."""
        rows: dict[tuple[object, ...], dict[str, Any]] = {}
        for one in new:
            key = (*one.which, one.persona, one.subject, one.informs)
            if key not in rows or one.at < rows[key]["at"]:
                rows[key] = _row(one)
        if not rows:
            return
        with self.database.begin() as connection:
            first = inserting(connection, looks)
            earlier = {"at": first.excluded.at, "audit_id": first.excluded.audit_id}
            later = looks.c.at > first.excluded.at
            keep = first.on_conflict_do_update(index_elements=looks.primary_key, set_=earlier, where=later)
            connection.execute(keep, [rows[key] for key in sorted(rows)])
        # Once more from the start: a release that was found meanwhile must see them, or be seen.
        self.write_into({one.which for one in new})

    def write_into(self, which: Collection[Which]) -> None:
        """Write into these releases what is known of looks. What stands there already is not written again."""
        informed, by_student = looks.c.informs, looks.c.persona == Persona.STUDENT
        told = {
            "looked_at": _first(func.min(looks.c.at), informed),
            "looked_by": _first(looks.c.persona, informed, in_order=True),
            "student_looked_at": _first(func.min(looks.c.at), by_student),
        }
        news = or_(*(releases.c[name].is_distinct_from(told[name]) for name in ("looked_at", "student_looked_at")))
        these = tuple_(*RELEASE).in_(sorted(which))
        told["looked_by"] = func.coalesce(told["looked_by"], "")
        with self.database.begin() as connection:
            connection.execute(update(releases).where(these, exists().where(AT_RELEASE), news).values(told))


def _first(what: ColumnElement[Any], which: ColumnElement[bool], *, in_order: bool = False) -> ColumnElement[Any]:
    """Of the looks at the release that is written into."""
    found = select(what).where(AT_RELEASE, which)
    return (found.order_by(looks.c.at).limit(1) if in_order else found).scalar_subquery()


def _row(one: Look) -> dict[str, Any]:
    dcid, program, year = one.which
    row = {"student_dcid": dcid, "program": program, "year": year, "persona": one.persona, "subject": one.subject}
    return {**row, "informs": one.informs, "at": one.at, "audit_id": one.audit_id}


def _opening(row: Any) -> Opening | None:
    if (row.event, row.outcome) != (Event.VIEW, "ok") or row.persona not in {Persona.PARENT, Persona.STUDENT}:
        return None
    types, year = row.report.get("record_types", []), row.report.get("year", "")
    return Opening(Persona(row.persona), row.subject, row.student_dcid, frozenset(types), year)
