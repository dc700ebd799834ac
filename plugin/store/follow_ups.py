"""What the office owes families, until somebody says that it is done."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from plugin.store.database import Database
from plugin.store.tables import follow_ups

#: What closes with a handing over closes within this time of it.
SOON = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class FollowUp:
    """`due_on` is a day in California; `closed_by` a user name of staff."""

    opened_at: datetime.datetime
    due_on: datetime.date
    closed_at: datetime.datetime | None
    closed_by: str | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def was_closed(self, by: str, since: datetime.datetime) -> bool:
        """Whether this account closed it at that moment or soon after."""
        return self.closed_by == by and self.closed_at is not None and since <= self.closed_at <= since + SOON


@dataclass(frozen=True)
class FollowUps:
    """One is open for a student and a cause at a time."""

    database: Database

    def open(
        self, lea_cds: str, student_dcid: int, cause: str, *, by: str, due_on: datetime.date, now: datetime.datetime
    ) -> None:
        """Keep a new one; where one is open, that one stays as it is."""
        row = {
            "lea_cds": lea_cds,
            "student_dcid": student_dcid,
            "cause": cause,
            "opened_at": now,
            "opened_by": by,
            "due_on": due_on,
        }
        try:
            with self.database.begin() as connection:
                connection.execute(insert(follow_ups).values(row))
        except IntegrityError:  # somebody else's, opened a moment ago
            return

    def newest(self, student_dcid: int, cause: str) -> FollowUp | None:
        """The open one where there is one, else the one that was opened last."""
        columns = (follow_ups.c.opened_at, follow_ups.c.due_on, follow_ups.c.closed_at, follow_ups.c.closed_by)
        kept = select(*columns).where(follow_ups.c.student_dcid == student_dcid, follow_ups.c.cause == cause)
        with self.database.read() as connection:
            row = connection.execute(kept.order_by(follow_ups.c.id.desc()).limit(1)).one_or_none()
        return FollowUp(*row) if row else None

    def due(self, student_dcids: Collection[int], cause: str) -> dict[int, datetime.date]:
        """By when each open one is due, by student."""
        still_open = select(follow_ups.c.student_dcid, follow_ups.c.due_on).where(
            follow_ups.c.student_dcid.in_(student_dcids),
            follow_ups.c.cause == cause,
            follow_ups.c.closed_at.is_(None),
        )
        with self.database.read() as connection:
            return {dcid: due_on for dcid, due_on in connection.execute(still_open)}

    def close(self, student_dcid: int, cause: str, *, by: str, now: datetime.datetime) -> None:
        """Close what is open; who comes second changes nothing."""
        still_open = update(follow_ups).where(
            follow_ups.c.student_dcid == student_dcid, follow_ups.c.cause == cause, follow_ups.c.closed_at.is_(None)
        )
        with self.database.begin() as connection:
            connection.execute(still_open.values(closed_at=now, closed_by=by))

    def reopen(self, student_dcid: int, cause: str, closed: FollowUp) -> None:
        """Open the newest one again, unless it is another than this or somebody was faster."""
        newest = (
            select(follow_ups.c.id)
            .where(follow_ups.c.student_dcid == student_dcid, follow_ups.c.cause == cause)
            .order_by(follow_ups.c.id.desc())
            .limit(1)
        )
        this = update(follow_ups).where(
            follow_ups.c.id == newest.scalar_subquery(),
            follow_ups.c.closed_by == closed.closed_by,
            follow_ups.c.closed_at == closed.closed_at,
        )
        with self.database.begin() as connection:
            connection.execute(this.values(closed_at=None, closed_by=None))
