"""Whom to write to about an LEA's credentials, and which other systems share them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from plugin.store.database import Database
from plugin.store.tables import contacts
from plugin.store.versions import put


@dataclass(frozen=True)
class Contact:
    """Of version 0 while nobody has saved any."""

    addresses: Sequence[str] = ()
    other_systems: str = ""
    version: int = 0
    changed_at: datetime.datetime | None = None
    changed_by: str = ""


COLUMNS = tuple(contacts.c[name] for name in ("addresses", "other_systems", "version", "changed_at", "changed_by"))


@dataclass(frozen=True)
class Contacts:
    database: Database

    def of(self, lea_cds: str) -> Contact:
        with self.database.read() as connection:
            row = connection.execute(select(*COLUMNS).where(contacts.c.lea_cds == lea_cds)).one_or_none()
        return Contact(*row) if row else Contact()

    def save(
        self,
        lea_cds: str,
        addresses: Sequence[str],
        other_systems: str,
        *,
        replaces: int,
        by: str,
        now: datetime.datetime,
    ) -> None:
        """In the place of the version `replaces`. SavedMeanwhile, with nothing changed, where another is saved now."""
        row: dict[str, Any] = {"lea_cds": lea_cds, "addresses": list(addresses), "other_systems": other_systems}
        row |= {"changed_at": now, "changed_by": by}
        put(self.database, contacts, row, replaces=replaces)
