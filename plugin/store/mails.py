"""Mails on their way: each is put there once, in one transaction with the note that it was, and stays on record."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, insert, not_, select, update
from sqlalchemy.exc import IntegrityError

from plugin.store import tellings
from plugin.store.attempts import Attempts, take_back
from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.mail_record import TO_FAMILIES, Mail, State, read
from plugin.store.releases import Release
from plugin.store.tables import mails, notices, searches
from plugin.store.vault import Vault

#: What a mail about a search is called.
SUMMARY = "summary"


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
class Mails:
    database: Database
    vault: Vault

    @property
    def attempts(self) -> Attempts:
        """To send those that are on their way."""
        return Attempts(self.database, self.vault)

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

    def withdraw(self, lea_cds: str, kind: str) -> None:
        """Take back what waits, because it is no longer true. What none of the mails told is to be told again."""
        told = and_(mails.c.version == notices.c.version, mails.c.since == notices.c.due_at)
        these = and_(mails.c.lea_cds == lea_cds, mails.c.kind == kind)
        went = exists().where(these, told, mails.c.state != State.WITHDRAWN)
        with self.database.begin() as connection:
            take_back(connection, these)
            connection.execute(delete(notices).where(notices.c.lea_cds == lea_cds, notices.c.kind == kind, not_(went)))

    def of(self, lea_cds: str, limit: int = 50) -> list[Mail]:
        """Those about an LEA's credentials, the newest first."""
        ours = and_(mails.c.lea_cds == lea_cds, mails.c.version.is_not(None))
        return self._some(select(mails).where(ours).order_by(mails.c.made_at.desc(), mails.c.message_id).limit(limit))

    def unfinished(self) -> list[Mail]:
        """To every LEA's staff, waiting, being sent, or ended nobody knows how; the next one that is due first."""
        states = (State.WAITING, State.SENDING, State.UNKNOWN)
        these = select(mails).where(mails.c.state.in_(states), not_(TO_FAMILIES))
        return self._some(these.order_by(mails.c.due_at.nulls_last(), mails.c.message_id))

    def _some(self, these: Select[*tuple[Any, ...]]) -> list[Mail]:
        with self.database.read() as connection:
            return [read(self.vault, row) for row in connection.execute(these).mappings()]

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
