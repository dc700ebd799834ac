"""What the state issued to each LEA: a user name and a secret key that opens the reports of all its pupils."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import RowMapping, select, update

from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.tables import credentials, trials
from plugin.store.vault import Vault
from plugin.store.versions import SavedMeanwhile, put


@dataclass(frozen=True)
class CredentialsRecord:
    """All about an LEA's credentials but themselves. `version` counts the sets saved so far.

    Not `readable` where this service's keys don't open the set.
    """

    lea_cds: str
    saved_at: datetime.datetime
    saved_by: str
    expires_on: datetime.date
    version: int
    readable: bool = True


@dataclass(frozen=True)
class SavedCredentials:
    record: CredentialsRecord
    user: str = field(repr=False)
    secret: str = field(repr=False)


#: The columns of a CredentialsRecord, in its order, and those that it is about.
RECORD = (
    credentials.c.lea_cds,
    credentials.c.saved_at,
    credentials.c.saved_by,
    credentials.c.expires_on,
    credentials.c.version,
)
SEALED = (credentials.c.user_name, credentials.c.secret)


@dataclass(frozen=True)
class CredentialSets:
    """One set for each LEA, by its CDS code: the state honours only the newest."""

    database: Database
    vault: Vault

    def save(
        self,
        lea_cds: str,
        user: str,
        secret: str,
        *,
        expires_on: datetime.date,
        saved_by: str,
        now: datetime.datetime,
        replaces: int = 0,
    ) -> None:
        """Save a set in the place of the version `replaces`; 0 where there is none yet.

        SavedMeanwhile, with nothing changed, where that isn't the version which is saved now.
        """
        row: dict[str, Any] = {"lea_cds": lea_cds, "saved_at": now, "saved_by": saved_by, "expires_on": expires_on}
        row["user_name"] = self.vault.seal(user, place(credentials.c.user_name, row))
        row["secret"] = self.vault.seal(secret, place(credentials.c.secret, row))
        put(self.database, credentials, row, replaces=replaces)

    def change_day(
        self, lea_cds: str, expires_on: datetime.date, *, saved_by: str, now: datetime.datetime, replaces: int
    ) -> None:
        """Give the set another last day. Raises SavedMeanwhile like `save`; how the state took the set still counts."""
        here = (credentials.c.lea_cds == lea_cds, credentials.c.version == replaces)
        new = {"expires_on": expires_on, "saved_at": now, "saved_by": saved_by, "version": replaces + 1}
        with self.database.begin() as connection:
            if not connection.execute(update(credentials).where(*here).values(new)).rowcount:
                raise SavedMeanwhile
            same = update(trials).where(trials.c.lea_cds == lea_cds, trials.c.version == replaces)
            connection.execute(same.values(version=replaces + 1))

    def load(self, lea_cds: str) -> SavedCredentials | None:
        """The set with which to sign in to the state. VaultError where its key is gone: enter the set again."""
        found = select(*RECORD, *SEALED)
        with self.database.read() as connection:
            row = connection.execute(found.where(credentials.c.lea_cds == lea_cds)).mappings().one_or_none()
        if row is None:
            return None
        user, secret = (self.vault.open(row[column], place(column, row)) for column in SEALED)
        return SavedCredentials(CredentialsRecord(*(row[column] for column in RECORD)), user, secret)

    def describe(self) -> list[CredentialsRecord]:
        """Which LEAs have a set, in the order of their codes, and whether it can be opened."""
        with self.database.read() as connection:
            rows = connection.execute(select(*RECORD, *SEALED).order_by(credentials.c.lea_cds)).mappings().all()
        return [self._record(row) for row in rows]

    def _record(self, row: RowMapping) -> CredentialsRecord:
        readable = all(self.vault.opens(row[column], place(column, row)) for column in SEALED)
        return replace(CredentialsRecord(*(row[column] for column in RECORD)), readable=readable)
