"""Searches for new reports: who is still to be asked for, and what was found. Each outcome is kept as it comes.

A search is in one worker's hands at a time, for as long as its lease; when that worker is gone, another goes on, and
asks again at most for those who were being asked for.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from plugin.store import found_reports
from plugin.store.database import Database
from plugin.store.found_reports import FoundReport, keep_reports
from plugin.store.rows import given_rows
from plugin.store.tables import searched, searches

#: How long a worker may be silent before another goes on.
LEASE = datetime.timedelta(minutes=2)
#: How long after its end it is known who was asked for; then only how many were.
KEPT = datetime.timedelta(days=1)


class State(enum.StrEnum):
    """SEARCHING and PAUSED go on; STOPPED and DONE are the end."""

    SEARCHING = "searching"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True)
class Search:
    id: int
    lea_cds: str
    state: State
    begun_at: datetime.datetime
    begun_by: str
    ended_at: datetime.datetime | None


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


COLUMNS = tuple(searches.c[name] for name in ("id", "lea_cds", "state", "begun_at", "begun_by", "ended_at"))

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


@dataclass(frozen=True)
class Searches:
    database: Database

    def begin(
        self,
        lea_cds: str,
        dcids: Iterable[int],
        *,
        by: str,
        now: datetime.datetime,
        due_at: datetime.datetime | None = None,
    ) -> int | None:
        """Begin one through these students, in this order; its number.

        None where one goes on for this LEA, or one was begun for the moment `due_at` of its plan.
        """
        row = {"lea_cds": lea_cds, "state": State.SEARCHING, "begun_at": now, "begun_by": by, "worker": ""}
        try:
            with self.database.begin() as connection:
                new = insert(searches).values(row | {"leased_until": now, "due_at": due_at}).returning(searches.c.id)
                number = connection.execute(new).scalar_one()
                students = list(enumerate(dict.fromkeys(dcids)))
                for start in range(0, len(students), LOT):
                    row = {"search_id": number, "tries": 0, "outcome": "", "found": 0}
                    lot = [row | {"student_dcid": dcid, "place": place} for place, dcid in students[start:][:LOT]]
                    connection.execute(insert(searched), lot)
                return number
        except IntegrityError:
            return None

    def open_ones(self) -> list[Search]:
        """Those that go on, or would if they weren't paused."""
        with self.database.read() as connection:
            rows = connection.execute(select(*COLUMNS).where(searches.c.ended_at.is_(None)).order_by(searches.c.id))
            return [_search(row) for row in rows]

    def one(self, number: int) -> Search:
        with self.database.read() as connection:
            return _search(connection.execute(select(*COLUMNS).where(searches.c.id == number)).one())

    def latest(self, lea_cds: str) -> Search | None:
        return next(iter(self.recent(lea_cds, 1)), None)

    def recent(self, lea_cds: str, limit: int) -> list[Search]:
        """The newest first."""
        newest = select(*COLUMNS).where(searches.c.lea_cds == lea_cds).order_by(searches.c.id.desc()).limit(limit)
        with self.database.read() as connection:
            return [_search(row) for row in connection.execute(newest)]

    def in_hand(self, number: int, now: datetime.datetime) -> bool:
        """Whether some worker has it in hand."""
        held = and_(searches.c.id == number, searches.c.worker != "", searches.c.leased_until > now)
        with self.database.read() as connection:
            return connection.execute(select(searches.c.id).where(held)).first() is not None

    def lease(self, number: int, worker: str, now: datetime.datetime) -> bool:
        """Take a search in hand, or keep it; False where it is paused, at its end or in somebody else's hands."""
        free = or_(searches.c.worker == worker, searches.c.leased_until <= now)
        mine = and_(searches.c.id == number, searches.c.state == State.SEARCHING, free)
        with self.database.begin() as connection:
            taken = update(searches).where(mine).values(worker=worker, leased_until=now + LEASE)
            return connection.execute(taken).rowcount == 1

    def release(self, number: int, worker: str, now: datetime.datetime) -> None:
        """Let it go, so that nobody needs to wait for the lease's end."""
        mine = and_(searches.c.id == number, searches.c.worker == worker)
        with self.database.begin() as connection:
            connection.execute(update(searches).where(mine).values(worker="", leased_until=now))

    def change(self, number: int, state: State, now: datetime.datetime) -> bool:
        """Pause, go on, stop or end; False where it has ended already."""
        ended = {"ended_at": now} if state in {State.STOPPED, State.DONE} else {}
        going = and_(searches.c.id == number, searches.c.ended_at.is_(None))
        with self.database.begin() as connection:
            return connection.execute(update(searches).where(going).values(state=state, **ended)).rowcount == 1

    def waiting(self, number: int, limit: int) -> list[Waiting]:
        """The next ones to ask for."""
        left = select(searched.c.student_dcid, searched.c.tries).where(
            searched.c.search_id == number, searched.c.outcome == ""
        )
        with self.database.read() as connection:
            return [Waiting(*row) for row in connection.execute(left.order_by(searched.c.place).limit(limit))]

    def keep(self, search: Search, outcomes: Sequence[Outcome], now: datetime.datetime) -> None:
        """Keep how these ended, and what is new, all at once."""
        if not outcomes:
            return
        reports = [report for outcome in outcomes for report in outcome.reports]
        with self.database.begin() as connection:
            new = keep_reports(connection, search.lea_cds, search.id, reports, now)
            rows = [_ended(search, one, new[one.dcid]) for one in outcomes]
            connection.execute(END, {"rows": rows, "asked_at": now})

    def progress(self, number: int) -> Progress:
        with self.database.read() as connection:
            numbers = connection.scalar(select(searches.c.numbers).where(searches.c.id == number))
            return Progress(**numbers) if numbers else _progress(connection, number)

    def forget_students(self, now: datetime.datetime) -> int:
        """Keep the numbers, and nothing of the students, of what ended a while ago; how many searches that were."""
        over = and_(searches.c.ended_at < now - KEPT, searches.c.numbers.is_(None))
        with self.database.read() as connection:
            ended = connection.scalars(select(searches.c.id).where(over)).all()
        for number in ended:
            with self.database.begin() as connection:
                numbers = asdict(_progress(connection, number))
                still = and_(searches.c.id == number, over)
                if connection.execute(update(searches).where(still).values(numbers=numbers)).rowcount:
                    connection.execute(delete(searched).where(searched.c.search_id == number))
        return len(ended)

    def asked_since(self, number: int, since: datetime.datetime) -> tuple[int, datetime.datetime | None]:
        """How many students were asked for since then, and when the first of them was."""
        lately = and_(searched.c.search_id == number, searched.c.asked_at >= since)
        with self.database.read() as connection:
            count, first = connection.execute(select(func.count(), func.min(searched.c.asked_at)).where(lately)).one()
        return count, first

    def known(self, lea_cds: str) -> set[tuple[int, str]]:
        """Student and year of every report that was ever found for this LEA."""
        with self.database.read() as connection:
            return found_reports.known(connection, lea_cds)


def _ended(search: Search, outcome: Outcome, new: int) -> tuple[int, int, str, int, int]:
    return search.id, outcome.dcid, "" if outcome.again else outcome.cause, new, BEHIND if outcome.again else 0


def _progress(connection: Connection, number: int) -> Progress:
    each = select(searched.c.outcome, func.count(), func.sum(searched.c.found)).where(searched.c.search_id == number)
    rows = connection.execute(each.group_by(searched.c.outcome)).all()
    students = sum(count for _, count, _ in rows)
    waiting = sum(count for outcome, count, _ in rows if not outcome)
    failures = {outcome: count for outcome, count, _ in rows if outcome not in {"", "ok"}}
    return Progress(students, students - waiting, int(sum(new for *_, new in rows)), failures)


def _search(row: Sequence[Any]) -> Search:
    number, lea_cds, state, *rest = row
    return Search(number, lea_cds, State(state), *rest)
