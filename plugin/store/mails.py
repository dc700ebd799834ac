"""Mails on their way: each is on record before it is tried, so that whatever is killed, none is lost or sent twice.

An attempt is committed before the mail server is spoken to. Whoever dies while speaking leaves SENDING behind, which
becomes UNKNOWN after a while: it may or may not have arrived. It is tried once more a day later, with the same
Message-ID, by which a mail system can tell that it has it already.
"""

from __future__ import annotations

import datetime
import enum
import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, insert, not_, select, update
from sqlalchemy.exc import IntegrityError

from plugin.store import refusals, tellings
from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.releases import Release, Telling
from plugin.store.tables import credentials, mails, notices, searches
from plugin.store.vault import Vault, VaultError

#: Nobody speaks to a mail server for so long: who still seems to is dead.
LONGEST_EXCHANGE = datetime.timedelta(minutes=5)
#: From an attempt with unknown outcome to the only further one.
ONCE_MORE = datetime.timedelta(hours=24)
#: What a mail about a search is called.
SUMMARY = "summary"


#: About a set that isn't the LEA's newest any more. What is about no set is never that.
OUTDATED = exists().where(credentials.c.lea_cds == mails.c.lea_cds, credentials.c.version > mails.c.version)
TO_FAMILIES = mails.c.release_id.is_not(None)


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
class Recipient:
    """`language` is the tag of one that our pages speak, or empty for staff."""

    address: str = field(repr=False)
    language: str = ""


@dataclass(frozen=True)
class Mail:
    """About `version` of an LEA's set, about the search `search_id`, or to a family about the release `release_id`.

    `since` is the notice's moment; `due_at` when this mail may be tried (again). `recipient` is empty where its key is
    gone. `attempts` that ended nobody knows how are `doubts` as well.
    """

    message_id: str
    kind: str
    lea_cds: str
    version: int | None
    search_id: int | None
    release_id: int | None
    language: str
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
        try:
            with self.database.begin() as connection:
                connection.execute(insert(notices).values({**told, "due_at": notice.due_at, "made_at": now}))
                self._put(connection, told | {"since": notice.due_at}, map(Recipient, recipients), now, domain)
        except IntegrityError:
            return False
        return True

    def tell_family(
        self,
        release: Release,
        kind: str,
        recipients: Sequence[Recipient],
        now: datetime.datetime,
        *,
        blocked: bool,
        domain: str,
    ) -> bool:
        """The same about a release of which nobody looked yet whom to write to. Without recipients that is on record.

        `kind` is one of those in plugin/reports/notices/texts.py; `blocked` is written down beside the release.
        """
        about = {"lea_cds": release.lea_cds, "release_id": release.id, "kind": kind, "since": release.found_at}
        with self.database.begin() as connection:
            if not tellings.begin(connection, release.id, now, blocked=blocked, found_somebody=bool(recipients)):
                return False
            self._put(connection, about, recipients, now, domain)
        return True

    def sum_up(
        self, search_id: int, lea_cds: str, recipients: Sequence[str], now: datetime.datetime, *, domain: str
    ) -> bool:
        """The same about a search of which no summary went. Without recipients there shall be none."""
        about = {"lea_cds": lea_cds, "search_id": search_id, "kind": SUMMARY, "since": now}
        first = update(searches).where(searches.c.id == search_id, searches.c.summed_up_at.is_(None))
        with self.database.begin() as connection:
            if not connection.execute(first.values(summed_up_at=now)).rowcount:
                return False
            self._put(connection, about, map(Recipient, recipients), now, domain)
        return True

    def told(self, lea_cds: str, version: int) -> set[Notice]:
        """What was put on its way about this version."""
        columns = (notices.c.lea_cds, notices.c.version, notices.c.kind, notices.c.due_at)
        this = select(*columns).where(notices.c.lea_cds == lea_cds, notices.c.version == version)
        with self.database.read() as connection:
            return {Notice(*row) for row in connection.execute(this)}

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
                refusals.keep(connection, self.vault, self._read(row).recipient, outcome, now)
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
            _take_back(connection, OUTDATED)

    def withdraw(self, lea_cds: str, kind: str) -> None:
        """Take back what waits, because it is no longer true."""
        with self.database.begin() as connection:
            _take_back(connection, and_(mails.c.lea_cds == lea_cds, mails.c.kind == kind))

    def of(self, lea_cds: str, limit: int = 50) -> list[Mail]:
        """Those about an LEA's credentials, the newest first."""
        ours = and_(mails.c.lea_cds == lea_cds, mails.c.version.is_not(None))
        return self._some(select(mails).where(ours).order_by(mails.c.made_at.desc(), mails.c.message_id).limit(limit))

    def about(self, release_id: int) -> list[Mail]:
        """Those to a family about a release."""
        return self._some(select(mails).where(mails.c.release_id == release_id).order_by(mails.c.message_id))

    def lately(self, lea_cds: str, most: int) -> list[str]:
        """How the last attempts to reach an LEA's families ended, the newest first; empty where one went."""
        ended = and_(TO_FAMILIES, mails.c.lea_cds == lea_cds, mails.c.attempted_at.is_not(None))
        last = select(mails.c.outcome).where(ended, mails.c.state != State.SENDING)
        with self.database.read() as connection:
            return list(connection.scalars(last.order_by(mails.c.attempted_at.desc()).limit(most)))

    def unfinished(self) -> list[Mail]:
        """To every LEA's staff, waiting, being sent, or ended nobody knows how; the next one that is due first."""
        states = (State.WAITING, State.SENDING, State.UNKNOWN)
        these = select(mails).where(mails.c.state.in_(states), not_(TO_FAMILIES))
        return self._some(these.order_by(mails.c.due_at.nulls_last(), mails.c.message_id))

    def _some(self, these: Any) -> list[Mail]:
        with self.database.read() as connection:
            return [self._read(row) for row in connection.execute(these).mappings()]

    def _take(self, connection: Connection, which: ColumnElement[bool], now: datetime.datetime) -> Mail | None:
        next_one = select(mails).where(which, mails.c.due_at <= now).order_by(mails.c.due_at).limit(1)
        row = connection.execute(next_one.with_for_update(skip_locked=True)).mappings().one_or_none()
        if row is None:
            return None
        taken = {"state": State.SENDING, "attempts": row["attempts"] + 1, "attempted_at": now, "due_at": None}
        connection.execute(update(mails).where(mails.c.message_id == row["message_id"]).values(taken))
        return self._read({**row, **taken})

    def _put(
        self,
        connection: Connection,
        about: Mapping[str, Any],
        recipients: Iterable[Recipient],
        now: datetime.datetime,
        domain: str,
    ) -> None:
        new = {"version": None, "search_id": None, "release_id": None, **about, "made_at": now, "due_at": now}
        rows = [self._new(new | {"language": one.language}, one.address, domain) for one in recipients]
        if rows:
            connection.execute(insert(mails), rows)

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
    return Telling.UNKNOWN if State.UNKNOWN in states else Telling.REFUSED


def _take_back(connection: Connection, which: ColumnElement[bool]) -> None:
    """Of these mails nothing is tried any more. What is being sent at this moment is sent."""
    these = update(mails).where(which)
    connection.execute(these.where(mails.c.state == State.WAITING).values(state=State.WITHDRAWN, due_at=None))
    connection.execute(these.where(mails.c.state == State.UNKNOWN).values(due_at=None))
