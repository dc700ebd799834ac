"""How far each family is told of each release. What becomes of a mail is written here in the same transaction."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, func, not_, or_, select, update

from plugin.store.database import Database
from plugin.store.releases import COLUMNS, Release, Telling
from plugin.store.tables import credentials, mails, releases, searches

#: A search is summed up without those whom nobody could tell for so long after its end.
LONGEST_WAIT = datetime.timedelta(hours=12)

ON_THE_WAY = (Telling.WAITING, Telling.SENDING)


@dataclass(frozen=True)
class Ended:
    """A search that is over and not summed up."""

    search_id: int
    lea_cds: str


@dataclass(frozen=True)
class Tellings:
    database: Database

    def to_address(self) -> list[str]:
        """The LEAs with releases of which nobody has looked yet whom to write to; who has fewest comes first."""
        waiting = select(releases.c.lea_cds).where(releases.c.telling == Telling.WAITING)
        with self.database.read() as connection:
            return list(connection.scalars(waiting.group_by(releases.c.lea_cds).order_by(func.count())))

    def waiting(self, lea_cds: str, after: int, limit: int) -> list[Release]:
        """Those releases of one LEA, the oldest first, from the one behind number `after` on."""
        ours = and_(releases.c.lea_cds == lea_cds, releases.c.telling == Telling.WAITING, releases.c.id > after)
        with self.database.read() as connection:
            rows = connection.execute(select(*COLUMNS).where(ours).order_by(releases.c.id).limit(limit))
            return [Release(*row) for row in rows]

    def to_send(self, now: datetime.datetime) -> list[str]:
        """The LEAs with credentials and with mails to families that are due; who has fewest comes first."""
        of_lea = and_(mails.c.release_id.is_not(None), mails.c.lea_cds == credentials.c.lea_cds)
        # By LEA, since by that the index finds what is due past all the mails of years.
        due = select(func.count()).where(of_lea, mails.c.due_at <= now).scalar_subquery()
        with self.database.read() as connection:
            rows = connection.execute(select(credentials.c.lea_cds, due.label("due")))
            counted = {lea_cds: count for lea_cds, count in rows if count}
        return sorted(counted, key=counted.__getitem__)

    def left(self, lea_cds: str) -> tuple[int, int]:
        """How many of an LEA's releases nobody looked at yet, and how many mails to its families are to be tried."""
        unaddressed = select(func.count()).where(releases.c.lea_cds == lea_cds, releases.c.telling == Telling.WAITING)
        unsent = select(func.count()).where(
            mails.c.release_id.is_not(None), mails.c.lea_cds == lea_cds, mails.c.due_at.is_not(None)
        )
        with self.database.read() as connection:
            return connection.scalar(unaddressed) or 0, connection.scalar(unsent) or 0

    def release_of(self, message_id: str) -> Release:
        """What this mail to a family is about."""
        this = select(*COLUMNS).join(mails, mails.c.release_id == releases.c.id).where(mails.c.message_id == message_id)
        with self.database.read() as connection:
            return Release(*connection.execute(this).one())

    def leave(self, lea_cds: str, now: datetime.datetime) -> int:
        """Tell nobody of what waits, because the LEA sends no notices; how many that were."""
        waiting = update(releases).where(releases.c.lea_cds == lea_cds, releases.c.telling == Telling.WAITING)
        with self.database.begin() as connection:
            return connection.execute(waiting.values(telling=Telling.OFF, addressed_at=now)).rowcount

    def to_sum_up(self, now: datetime.datetime) -> list[Ended]:
        """Searches that are over, whose families are told as far as they can be by now."""
        pending = exists().where(releases.c.search_id == searches.c.id, releases.c.telling.in_(ON_THE_WAY))
        ended = and_(searches.c.ended_at.is_not(None), searches.c.summed_up_at.is_(None))
        ready = or_(not_(pending), searches.c.ended_at <= now - LONGEST_WAIT)
        with self.database.read() as connection:
            rows = connection.execute(select(searches.c.id, searches.c.lea_cds).where(ended, ready))
            return [Ended(*row) for row in rows.all()]

    def of_search(self, search_id: int) -> Mapping[tuple[Telling, bool], int]:
        """How many releases a search found, by how far their telling is and whether they are blocked."""
        columns = (releases.c.telling, releases.c.blocked)
        each = select(*columns, func.count()).where(releases.c.search_id == search_id).group_by(*columns)
        with self.database.read() as connection:
            return {(Telling(telling), blocked): count for telling, blocked, count in connection.execute(each)}


def begin(
    connection: Connection, release_id: int, now: datetime.datetime, *, blocked: bool, found_somebody: bool
) -> bool:
    """Take a release that waits for it to be told; False where somebody has done so before."""
    waiting = update(releases).where(releases.c.id == release_id, releases.c.telling == Telling.WAITING)
    told = {"telling": Telling.SENDING if found_somebody else Telling.NOBODY, "blocked": blocked, "addressed_at": now}
    return connection.execute(waiting.values(told)).rowcount == 1


def lock(connection: Connection, release_id: int) -> None:
    """Nobody else writes into this release until the end of the transaction."""
    connection.execute(select(releases.c.id).where(releases.c.id == release_id).with_for_update())


def follow(connection: Connection, release_id: int, telling: Telling, told_at: datetime.datetime | None) -> None:
    connection.execute(update(releases).where(releases.c.id == release_id).values(telling=telling, told_at=told_at))
