"""Addresses that a mail server won't have mails for: no family's mail is addressed to them any more."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.tables import refusals
from plugin.store.vault import Vault, VaultError


@dataclass(frozen=True)
class Refusals:
    database: Database
    vault: Vault

    def addresses(self) -> frozenset[str]:
        """All of them, case-folded. They are sealed, so nobody can look for one in the database."""
        with self.database.read() as connection:
            rows = connection.execute(select(refusals)).mappings().all()
        found = set()
        for row in rows:
            try:
                found.add(self.vault.open(row["address"], place(refusals.c.address, row)).casefold())
            except VaultError:
                continue  # its key is gone: the next mail will tell
        return frozenset(found)

    def forget(self) -> int:
        """Try all of them again from now on; how many there were."""
        with self.database.begin() as connection:
            return connection.execute(refusals.delete()).rowcount


def keep(connection: Connection, vault: Vault, address: str, outcome: str, now: datetime.datetime) -> None:
    """Keep an address along with how its mail ended. Once more does no harm."""
    row = {"id": uuid.uuid4().hex, "refused_at": now, "outcome": outcome}
    connection.execute(insert(refusals).values(row | {"address": vault.seal(address, place(refusals.c.address, row))}))
