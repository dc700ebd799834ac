"""Sign-ins that were begun and not yet finished."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, insert, not_

from plugin.model import Persona
from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.tables import launches
from plugin.store.vault import Vault, VaultError, fingerprint

LIFE = datetime.timedelta(minutes=5)


@dataclass(frozen=True)
class Wish:
    """The student that a link asked for, by Students.DCID or by Students.ID. It says nothing about who may see them.

    A number that no database holds is a ValueError.
    """

    kind: Literal["dcid", "id", "none"] = "none"
    number: int | None = None

    def __post_init__(self) -> None:
        if (self.number is None) != (self.kind == "none") or not 0 <= (self.number or 0) < 2**63:
            raise ValueError("no wish for a student")


@dataclass(frozen=True)
class Launch:
    """What must be known again when the browser comes back from signing in. An empty `assessment` is no wish."""

    page: str
    persona: Persona
    wish: Wish
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    assessment: str = ""


@dataclass(frozen=True)
class Launches:
    """`state` and `browser` are the random values that the sign-in and this browser's cookie carry."""

    database: Database
    vault: Vault

    def begin(self, launch: Launch, *, state: str, browser: str, now: datetime.datetime) -> None:
        row: dict[str, Any] = {
            "state": fingerprint(state),
            "browser": fingerprint(browser),
            "page": launch.page,
            "persona": launch.persona,
            "wish": launch.wish.kind,
            "wish_number": launch.wish.number,
            "assessment": launch.assessment,
            "nonce": launch.nonce,
            "created_at": now,
        }
        row["verifier"] = self.vault.seal(launch.verifier, place(launches.c.verifier, row))
        with self.database.begin() as connection:
            connection.execute(insert(launches).values(row))
        self.database.sweep(launches, expired(now))  # anybody may begin a sign-in; the table must not grow

    def take(self, state: str, browser: str, now: datetime.datetime) -> Launch | None:
        """The launch, once; None for a second time, another browser, and five minutes later."""
        taken = delete(launches).where(
            launches.c.state == fingerprint(state), launches.c.browser == fingerprint(browser), not_(expired(now))
        )
        with self.database.begin() as connection:
            row = connection.execute(taken.returning(launches)).mappings().one_or_none()
        if row is None:
            return None
        try:
            verifier = self.vault.open(row["verifier"], place(launches.c.verifier, row))
        except VaultError:  # its key is gone: begin again
            return None
        wish = Wish(row["wish"], row["wish_number"])
        return Launch(
            row["page"], Persona(row["persona"]), wish, row["nonce"], verifier, assessment=row["assessment"] or ""
        )


def expired(now: datetime.datetime) -> ColumnElement[bool]:
    return launches.c.created_at <= now - LIFE
