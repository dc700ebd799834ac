"""Searches for new reports: one at a time goes on for an LEA, until its students are asked for or somebody stops it.

A search is in one worker's hands at a time, for as long as its lease; when that worker is gone, another goes on, and
asks again at most for those who were being asked for.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from plugin.store import found_reports, searched
from plugin.store.database import Database
from plugin.store.searched import Outcome, Progress, Waiting
from plugin.store.tables import searches

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


COLUMNS = tuple(searches.c[name] for name in ("id", "lea_cds", "state", "begun_at", "begun_by", "ended_at"))


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
                searched.line_up(connection, number, dcids)
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
        with self.database.read() as connection:
            return searched.waiting(connection, number, limit)

    def keep(self, search: Search, outcomes: Sequence[Outcome], now: datetime.datetime) -> None:
        """Keep how these ended, and what is new, all at once."""
        if outcomes:
            with self.database.begin() as connection:
                searched.keep(connection, search.lea_cds, search.id, outcomes, now)

    def progress(self, number: int) -> Progress:
        with self.database.read() as connection:
            numbers = connection.scalar(select(searches.c.numbers).where(searches.c.id == number))
            return Progress(**numbers) if numbers else searched.progress(connection, number)

    def forget_students(self, now: datetime.datetime) -> int:
        """Keep the numbers, and nothing of the students, of what ended a while ago; how many searches that were."""
        over = and_(searches.c.ended_at < now - KEPT, searches.c.numbers.is_(None))
        with self.database.read() as connection:
            ended = connection.scalars(select(searches.c.id).where(over)).all()
        for number in ended:
            with self.database.begin() as connection:
                numbers = asdict(searched.progress(connection, number))
                still = and_(searches.c.id == number, over)
                if connection.execute(update(searches).where(still).values(numbers=numbers)).rowcount:
                    searched.forget(connection, number)
        return len(ended)

    def asked_since(self, number: int, since: datetime.datetime) -> tuple[int, datetime.datetime | None]:
        """How many students were asked for since then, and when the first of them was."""
        with self.database.read() as connection:
            return searched.asked_since(connection, number, since)

    def known(self, lea_cds: str) -> set[tuple[int, str]]:
        """Student and year of every report that was ever found for this LEA."""
        with self.database.read() as connection:
            return found_reports.known(connection, lea_cds)


def _search(row: Sequence[Any]) -> Search:
    number, lea_cds, state, *rest = row
    return Search(number, lea_cds, State(state), *rest)
