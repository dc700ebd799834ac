"""The students of a search: who is still to be asked for, and how asking ended. Each outcome is kept as it comes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from plugin.store.found_reports import FoundReport, keep_reports
from plugin.store.rows import given_rows
from plugin.store.tables import searched


@dataclass(frozen=True)
class Waiting:
    """A student who is still to be asked for."""

    dcid: int
    tries: int


@dataclass(frozen=True)
class Outcome:
    """How asking for one student ended. `cause` is "ok" or a failure's; `again` puts the student at the end."""

    dcid: int
    cause: str
    reports: Sequence[FoundReport] = ()
    again: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a search is: students in all, those who were asked for, new reports, and failures by cause."""

    students: int
    asked: int
    found: int
    failures: Mapping[str, int]


#: Further than any list of students is long.
BEHIND = 10_000_000
#: Students who are written at once.
LOT = 1_000
#: Students who were asked for, and what came of it; `place` is how much further behind they go.
ASKED = given_rows(*(searched.c[name] for name in ("search_id", "student_dcid", "outcome", "found", "place")))
END = (
    update(searched)
    .where(searched.c.search_id == ASKED.c.search_id, searched.c.student_dcid == ASKED.c.student_dcid)
    .values(
        outcome=ASKED.c.outcome,
        found=ASKED.c.found,
        tries=searched.c.tries + 1,
        place=searched.c.place + ASKED.c.place,
        asked_at=bindparam("asked_at"),
    )
)


def line_up(connection: Connection, search_id: int, dcids: Iterable[int]) -> None:
    """Whom the search asks for, in this order."""
    row = {"search_id": search_id, "tries": 0, "outcome": "", "found": 0}
    students = list(enumerate(dict.fromkeys(dcids)))
    for start in range(0, len(students), LOT):
        lot = [row | {"student_dcid": dcid, "place": place} for place, dcid in students[start:][:LOT]]
        connection.execute(insert(searched), lot)


def waiting(connection: Connection, search_id: int, limit: int) -> list[Waiting]:
    these = and_(searched.c.search_id == search_id, searched.c.outcome == "")
    left = select(searched.c.student_dcid, searched.c.tries).where(these).order_by(searched.c.place).limit(limit)
    return [Waiting(*row) for row in connection.execute(left)]


def keep(
    connection: Connection, lea_cds: str, search_id: int, outcomes: Sequence[Outcome], now: datetime.datetime
) -> None:
    reports = [report for outcome in outcomes for report in outcome.reports]
    new = keep_reports(connection, lea_cds, search_id, reports, now)
    rows = [_ended(search_id, one, new[one.dcid]) for one in outcomes]
    connection.execute(END, {"rows": rows, "asked_at": now})


def progress(connection: Connection, search_id: int) -> Progress:
    each = select(searched.c.outcome, func.count(), func.sum(searched.c.found)).where(searched.c.search_id == search_id)
    rows = connection.execute(each.group_by(searched.c.outcome)).all()
    students = sum(count for _, count, _ in rows)
    left = sum(count for outcome, count, _ in rows if not outcome)
    failures = {outcome: count for outcome, count, _ in rows if outcome not in {"", "ok"}}
    return Progress(students, students - left, int(sum(new for *_, new in rows)), failures)


def asked_since(
    connection: Connection, search_id: int, since: datetime.datetime
) -> tuple[int, datetime.datetime | None]:
    lately = and_(searched.c.search_id == search_id, searched.c.asked_at >= since)
    count, first = connection.execute(select(func.count(), func.min(searched.c.asked_at)).where(lately)).one()
    return count, first


def forget(connection: Connection, search_id: int) -> None:
    connection.execute(delete(searched).where(searched.c.search_id == search_id))


def _ended(search_id: int, outcome: Outcome, new: int) -> tuple[int, int, str, int, int]:
    return search_id, outcome.dcid, "" if outcome.again else outcome.cause, new, BEHIND if outcome.again else 0
