"""Who is signed in. The cookie holds a random token; here stand its fingerprint and the viewer."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, not_, or_, select, update

from plugin.model import Persona, Viewer
from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.tables import sessions
from plugin.store.vault import Vault, VaultError, fingerprint

#: Without a request. A session may end up to TOUCH earlier, as that is how often a request is noted.
IDLE = datetime.timedelta(minutes=30)
#: Since sign-in, with or without requests.
LONGEST = datetime.timedelta(hours=12)
TOUCH = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """`auth_time` is when the person last proved to the school system who they are, where it says so."""

    viewer: Viewer
    auth_time: datetime.datetime | None
    created_at: datetime.datetime
    seen_at: datetime.datetime


@dataclass(frozen=True)
class Sessions:
    database: Database
    vault: Vault

    def begin(self, viewer: Viewer, auth_time: datetime.datetime | None, now: datetime.datetime) -> str:
        """The token for the cookie: 256 random bits, kept nowhere else."""
        token = secrets.token_urlsafe(32)
        row: dict[str, Any] = {
            "id": fingerprint(token),
            "subject": viewer.subject,
            "persona": viewer.persona,
            "account": viewer.account,
            "auth_time": auth_time,
            "created_at": now,
            "seen_at": now,
        }
        row["username"] = self.vault.seal(viewer.username, place(sessions.c.username, row))
        row["name"] = self.vault.seal(viewer.name, place(sessions.c.name, row))
        with self.database.begin() as connection:
            connection.execute(insert(sessions).values(row))
        return token

    def load(self, token: str, now: datetime.datetime) -> Session | None:
        """The living session of this token. That it was seen is noted, at most once a minute."""
        living = select(sessions).where(sessions.c.id == fingerprint(token), not_(expired(now)))
        with self.database.read() as connection:
            row = connection.execute(living).mappings().one_or_none()
        if row is None:
            return None
        fresh = now - row["seen_at"] < TOUCH
        if not fresh and not self._touch(row["id"], now):
            return None
        try:
            return Session(self._viewer(row), row["auth_time"], row["created_at"], row["seen_at"] if fresh else now)
        except VaultError:  # its key is gone: sign in again
            return None

    def end(self, token: str) -> None:
        with self.database.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == fingerprint(token)))

    def _touch(self, session_id: str, now: datetime.datetime) -> bool:
        """False when the session was ended since it was read: then there is no row to write to."""
        seen = update(sessions).where(sessions.c.id == session_id).values(seen_at=now)
        with self.database.begin() as connection:
            return connection.execute(seen).rowcount == 1

    def _viewer(self, row: Mapping[Any, Any]) -> Viewer:
        name = self.vault.open(row["name"], place(sessions.c.name, row))
        username = self.vault.open(row["username"], place(sessions.c.username, row))
        return Viewer(row["subject"], Persona(row["persona"]), row["account"], username, name)


def expired(now: datetime.datetime) -> ColumnElement[bool]:
    return or_(sessions.c.seen_at <= now - IDLE, sessions.c.created_at <= now - LONGEST)
