"""Mails on their way: each is on record before it is tried, so that whatever is killed, none is lost or sent twice.

An attempt is committed before the mail server is spoken to. Whoever dies while speaking leaves SENDING behind, which
becomes UNKNOWN after a while: it may or may not have arrived. It is tried once more a day later, with the same
Message-ID, by which a mail system can tell that it has it already.
"""

from __future__ import annotations

import datetime
import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, not_, select, update
from sqlalchemy.exc import IntegrityError

from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.tables import credentials, mails, notices
from plugin.store.vault import Vault, VaultError

#: Nobody speaks to a mail server for so long: who still seems to is dead.
LONGEST_EXCHANGE = datetime.timedelta(minutes=5)
#: From an attempt with unknown outcome to the only further one.
ONCE_MORE = datetime.timedelta(hours=24)


#: About a set that isn't the LEA's newest any more.
OUTDATED = exists().where(credentials.c.lea_cds == mails.c.lea_cds, credentials.c.version > mails.c.version)


class State(enum.StrEnum):
    """SENT, REFUSED and WITHDRAWN are the end. UNKNOWN is tried once more, where it has a time for that."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Notice:
    """Something to tell about a version of an LEA's credentials, due from a moment on."""

    lea_cds: str
    version: int
    kind: str
    due_at: datetime.datetime


@dataclass(frozen=True)
class Mail:
    """`since` is the notice's moment; `due_at` when this mail may be tried (again).

    `recipient` is empty where its key is gone. `attempts` that ended nobody knows how are `doubts` as well.
    """

    message_id: str
    kind: str
    lea_cds: str
    version: int
    since: datetime.datetime
    recipient: str = field(repr=False)
    made_at: datetime.datetime
    due_at: datetime.datetime | None
    state: State
    attempts: int
    doubts: int
    attempted_at: datetime.datetime | None
    outcome: str


@dataclass(frozen=True)
class Mails:
    database: Database
    vault: Vault

    def tell(self, notice: Notice, recipients: Sequence[str], now: datetime.datetime, *, domain: str) -> bool:
        """Put a mail to each recipient on its way, if that was never done; whether it was done now.

        `domain` is for the Message-IDs.
        """
        told = {"lea_cds": notice.lea_cds, "version": notice.version, "kind": notice.kind}
        new = [
            self._new(told | {"since": notice.due_at, "made_at": now, "due_at": now}, one, domain) for one in recipients
        ]
        try:
            with self.database.begin() as connection:
                connection.execute(insert(notices).values({**told, "due_at": notice.due_at, "made_at": now}))
                connection.execute(insert(mails), new)
        except IntegrityError:
            return False
        return True

    def told(self, lea_cds: str, version: int) -> set[Notice]:
        """What was put on its way about this version."""
        columns = (notices.c.lea_cds, notices.c.version, notices.c.kind, notices.c.due_at)
        this = select(*columns).where(notices.c.lea_cds == lea_cds, notices.c.version == version)
        with self.database.read() as connection:
            return {Notice(*row) for row in connection.execute(this)}

    def take(self, now: datetime.datetime) -> Mail | None:
        """The next one that is due. Its attempt is committed when this returns: now it may be tried, once."""
        next_one = select(mails).where(mails.c.due_at <= now, not_(OUTDATED)).order_by(mails.c.due_at).limit(1)
        with self.database.begin() as connection:
            row = connection.execute(next_one.with_for_update(skip_locked=True)).mappings().one_or_none()
            if row is None:
                return None
            taken = {"state": State.SENDING, "attempts": row["attempts"] + 1, "attempted_at": now, "due_at": None}
            connection.execute(update(mails).where(mails.c.message_id == row["message_id"]).values(taken))
        return self._read({**row, **taken})

    def settle(
        self, message_id: str, state: State, outcome: str = "", *, due_at: datetime.datetime | None = None
    ) -> None:
        """Put on record how an attempt ended. `due_at` is when there shall be another one."""
        this = update(mails).where(mails.c.message_id == message_id, mails.c.state == State.SENDING)
        ended: dict[str, Any] = {"state": state, "outcome": outcome, "due_at": due_at}
        if state is State.UNKNOWN:
            ended |= {"doubts": mails.c.doubts + 1}
        with self.database.begin() as connection:
            connection.execute(this.values(ended))

    def tidy(self, now: datetime.datetime) -> None:
        """What a killed worker was sending is UNKNOWN from now on; what is about an older set is withdrawn."""
        left = and_(mails.c.state == State.SENDING, mails.c.attempted_at <= now - LONGEST_EXCHANGE)
        unknown = update(mails).where(left).values(state=State.UNKNOWN, doubts=mails.c.doubts + 1)
        with self.database.begin() as connection:
            again = now + ONCE_MORE - LONGEST_EXCHANGE
            connection.execute(unknown.where(mails.c.doubts == 0).values(due_at=again))
            connection.execute(unknown)
            _take_back(connection, OUTDATED)

    def withdraw(self, lea_cds: str, kind: str) -> None:
        """Take back what waits, because it is no longer true."""
        with self.database.begin() as connection:
            _take_back(connection, and_(mails.c.lea_cds == lea_cds, mails.c.kind == kind))

    def of(self, lea_cds: str, limit: int = 50) -> list[Mail]:
        """The newest first."""
        newest = select(mails).where(mails.c.lea_cds == lea_cds).order_by(mails.c.made_at.desc(), mails.c.message_id)
        with self.database.read() as connection:
            return [self._read(row) for row in connection.execute(newest.limit(limit)).mappings()]

    def unfinished(self) -> list[Mail]:
        """Of every LEA: those that wait, are being sent, or ended nobody knows how; the next one that is due first."""
        states = (State.WAITING, State.SENDING, State.UNKNOWN)
        these = select(mails).where(mails.c.state.in_(states)).order_by(mails.c.due_at.nulls_last(), mails.c.message_id)
        with self.database.read() as connection:
            return [self._read(row) for row in connection.execute(these).mappings()]

    def _new(self, row: dict[str, Any], recipient: str, domain: str) -> dict[str, Any]:
        row |= {"message_id": f"<{uuid.uuid4()}@{domain}>", "state": State.WAITING, "attempts": 0, "doubts": 0}
        return row | {"recipient": self.vault.seal(recipient, place(mails.c.recipient, row)), "outcome": ""}

    def _read(self, row: Mapping[Any, Any]) -> Mail:
        try:
            recipient = self.vault.open(row["recipient"], place(mails.c.recipient, row))
        except VaultError:
            recipient = ""
        read = {one.name: row[one.name] for one in fields(Mail)}
        return Mail(**read | {"recipient": recipient, "state": State(row["state"])})


def _take_back(connection: Connection, which: ColumnElement[bool]) -> None:
    """Of these mails nothing is tried any more. What is being sent at this moment is sent."""
    these = update(mails).where(which)
    connection.execute(these.where(mails.c.state == State.WAITING).values(state=State.WITHDRAWN, due_at=None))
    connection.execute(these.where(mails.c.state == State.UNKNOWN).values(due_at=None))
