"""Attempts to send a mail: each is on record before it is made, and how it ended after it.

An attempt is committed before the mail server is spoken to. Whoever dies while speaking leaves SENDING behind, which
becomes UNKNOWN after a while: it may or may not have arrived. It is tried once more a day later, with the same
Message-ID, by which a mail system can tell that it has it already. What becomes of a mail to a family is written beside
its release in the same transaction.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, not_, select, update

from plugin.store import refusals, tellings
from plugin.store.database import Database
from plugin.store.mail_record import TO_FAMILIES, Mail, State, read
from plugin.store.releases import Telling
from plugin.store.tables import credentials, mails
from plugin.store.vault import Vault

#: Nobody speaks to a mail server for so long: who still seems to is dead.
LONGEST_EXCHANGE = datetime.timedelta(minutes=5)
#: From an attempt with unknown outcome to the only further one.
ONCE_MORE = datetime.timedelta(hours=24)

#: About a set that isn't the LEA's newest any more. What is about no set is never that.
OUTDATED = exists().where(credentials.c.lea_cds == mails.c.lea_cds, credentials.c.version > mails.c.version)


@dataclass(frozen=True)
class Attempts:
    database: Database
    vault: Vault

    def take(self, now: datetime.datetime) -> Mail | None:
        """The next one to staff that is due. Its attempt is committed when this returns: now it may be tried, once."""
        with self.database.begin() as connection:
            return self._take(connection, and_(not_(TO_FAMILIES), not_(OUTDATED)), now)

    def take_for_family(self, lea_cds: str, now: datetime.datetime, *, a_minute: int) -> Mail | None:
        """The same to an LEA's families, unless in this minute of the clock so many were tried, by whomever."""
        ours = and_(TO_FAMILIES, mails.c.lea_cds == lea_cds)
        lately = mails.c.attempted_at >= now.replace(second=0, microsecond=0)
        with self.database.begin() as connection:
            tried = connection.scalar(select(func.count()).select_from(mails).where(ours, lately)) or 0
            return self._take(connection, ours, now) if tried < a_minute else None

    def change_kind(self, mail: Mail, kind: str) -> Mail:
        """A mail that was taken, of another kind from now on: what it said when it was made is not true any more."""
        this = update(mails).where(mails.c.message_id == mail.message_id)
        with self.database.begin() as connection:
            connection.execute(this.values(kind=kind))
        return replace(mail, kind=kind)

    def settle(
        self, message_id: str, state: State, outcome: str = "", *, due_at: datetime.datetime | None = None
    ) -> None:
        """Put on record how an attempt ended. `due_at` is when there shall be another one."""
        ended: dict[str, Any] = {"state": state, "outcome": outcome, "due_at": due_at}
        if state is State.UNKNOWN:
            ended |= {"doubts": mails.c.doubts + 1}
        with self.database.begin() as connection:
            _change(connection, message_id, {State.SENDING}, ended)

    def refuse(self, message_id: str, outcome: str, now: datetime.datetime, *, for_good: bool) -> bool:
        """Put on record that a mail server won't have a mail, be it after it took it; whether there is such a mail.

        `for_good` keeps its address, to which no family's mail is addressed any more.
        """
        tried = {State.SENDING, State.UNKNOWN, State.SENT}
        with self.database.begin() as connection:
            row = _change(connection, message_id, tried, {"state": State.REFUSED, "outcome": outcome, "due_at": None})
            if row and for_good:
                refusals.keep(connection, self.vault, read(self.vault, row).recipient, outcome, now)
        return row is not None

    def tidy(self, now: datetime.datetime) -> None:
        """What a killed worker was sending is UNKNOWN from now on; what is about an older set is withdrawn."""
        left = and_(mails.c.state == State.SENDING, mails.c.attempted_at <= now - LONGEST_EXCHANGE)
        with self.database.read() as connection:
            dead = connection.execute(select(mails.c.message_id, mails.c.doubts).where(left)).all()
        again = now + ONCE_MORE - LONGEST_EXCHANGE
        for message_id, doubts in dead:
            self.settle(message_id, State.UNKNOWN, due_at=None if doubts else again)
        with self.database.begin() as connection:
            take_back(connection, OUTDATED)

    def lately(self, lea_cds: str, most: int) -> list[str]:
        """How the last attempts to reach an LEA's families ended, the newest first; empty where one went."""
        ended = and_(TO_FAMILIES, mails.c.lea_cds == lea_cds, mails.c.attempted_at.is_not(None))
        last = select(mails.c.outcome).where(ended, mails.c.state != State.SENDING)
        with self.database.read() as connection:
            return list(connection.scalars(last.order_by(mails.c.attempted_at.desc()).limit(most)))

    def _take(self, connection: Connection, which: ColumnElement[bool], now: datetime.datetime) -> Mail | None:
        next_one = select(mails).where(which, mails.c.due_at <= now).order_by(mails.c.due_at).limit(1)
        row = connection.execute(next_one.with_for_update(skip_locked=True)).mappings().one_or_none()
        if row is None:
            return None
        taken = {"state": State.SENDING, "attempts": row["attempts"] + 1, "attempted_at": now, "due_at": None}
        connection.execute(update(mails).where(mails.c.message_id == row["message_id"]).values(taken))
        return read(self.vault, {**row, **taken})


def _change(connection: Connection, message_id: str, states: set[State], ended: Mapping[str, Any]) -> RowMapping | None:
    """Write into a mail in one of these states, and let the telling of its release follow."""
    # The release first, so that two who end two mails of one family see each other's.
    release_id = connection.scalar(select(mails.c.release_id).where(mails.c.message_id == message_id))
    if release_id is not None:
        tellings.lock(connection, release_id)
    this = update(mails).where(mails.c.message_id == message_id, mails.c.state.in_(states))
    row = connection.execute(this.values(ended).returning(*mails.c)).mappings().one_or_none()
    if row and release_id is not None:
        by_state = select(mails.c.state, func.min(mails.c.attempted_at)).where(mails.c.release_id == release_id)
        ends = {State(state): at for state, at in connection.execute(by_state.group_by(mails.c.state))}
        tellings.follow(connection, release_id, _word(ends.keys()), ends.get(State.SENT))
    return row


def _word(states: Set[State]) -> Telling:
    """How far the telling of a family is whose mails are in these states."""
    if State.SENT in states:
        return Telling.TOLD
    if states & {State.WAITING, State.SENDING}:
        return Telling.SENDING
    if State.UNKNOWN in states:
        return Telling.UNKNOWN
    return Telling.REFUSED if State.REFUSED in states else Telling.NOBODY


def take_back(connection: Connection, which: ColumnElement[bool]) -> None:
    """Of these mails nothing is tried any more. What is being sent at this moment is sent."""
    these = update(mails).where(which)
    connection.execute(these.where(mails.c.state == State.WAITING).values(state=State.WITHDRAWN, due_at=None))
    connection.execute(these.where(mails.c.state == State.UNKNOWN).values(due_at=None))
