"""Credentials that somebody typed and hasn't saved yet: kept for minutes, so that a secret is never sent back.

A page that shows the form again (after a test, a fault or a fresh sign-in) says only that they are kept.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, select

from plugin.store.columns import place
from plugin.store.database import Database, upsert
from plugin.store.tables import drafts
from plugin.store.vault import Vault, VaultError, fingerprint

LIVES = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class Draft:
    """`expires_on` as it was typed."""

    user: str = field(repr=False)
    secret: str = field(repr=False)
    expires_on: str


@dataclass(frozen=True)
class Drafts:
    """One for each person and LEA."""

    database: Database
    vault: Vault

    def keep(self, subject: str, lea_cds: str, draft: Draft, now: datetime.datetime) -> None:
        row = {"id": _id(subject, lea_cds), "subject": subject, "expires_on": draft.expires_on, "kept_at": now}
        sealed = {
            "user_name": self.vault.seal(draft.user, place(drafts.c.user_name, row)),
            "secret": self.vault.seal(draft.secret, place(drafts.c.secret, row)),
        }
        with self.database.begin() as connection:
            upsert(connection, drafts, row | sealed)

    def find(self, subject: str, lea_cds: str, now: datetime.datetime) -> Draft | None:
        living = select(drafts).where(drafts.c.id == _id(subject, lea_cds), drafts.c.kept_at > now - LIVES)
        with self.database.read() as connection:
            row = connection.execute(living).mappings().one_or_none()
        if row is None:
            return None
        try:
            user = self.vault.open(row["user_name"], place(drafts.c.user_name, row))
            return Draft(user, self.vault.open(row["secret"], place(drafts.c.secret, row)), row["expires_on"])
        except VaultError:  # its key is gone: type it again
            return None

    def forget(self, subject: str, lea_cds: str) -> None:
        with self.database.begin() as connection:
            connection.execute(delete(drafts).where(drafts.c.id == _id(subject, lea_cds)))


def expired(now: datetime.datetime) -> ColumnElement[bool]:
    return drafts.c.kept_at <= now - LIVES


def _id(subject: str, lea_cds: str) -> str:
    return fingerprint(f"{lea_cds} {subject}")
