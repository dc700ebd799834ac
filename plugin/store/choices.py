"""What an LEA's office chose: when to search, whom to tell, the text of a mail, the school calendar. One row a kind.

What a choice looks like is its owner's affair in plugin/reports; here it is JSON with a version, so that nobody
overwrites unseen what somebody else saved.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from plugin.store.database import Database
from plugin.store.tables import choices
from plugin.store.versions import put


@dataclass(frozen=True)
class Chosen:
    """Of version 0, with nothing in it, while nobody has saved any."""

    choice: Any = None
    version: int = 0
    changed_at: datetime.datetime | None = None
    changed_by: str = ""


COLUMNS = tuple(choices.c[name] for name in ("choice", "version", "changed_at", "changed_by"))


@dataclass(frozen=True)
class Choices:
    database: Database

    def of(self, lea_cds: str, kind: str) -> Chosen:
        this = select(*COLUMNS).where(choices.c.lea_cds == lea_cds, choices.c.kind == kind)
        with self.database.read() as connection:
            row = connection.execute(this).one_or_none()
        return Chosen(*row) if row else Chosen()

    def all_of(self, lea_cds: str) -> dict[str, Chosen]:
        """By kind."""
        with self.database.read() as connection:
            rows = connection.execute(select(choices.c.kind, *COLUMNS).where(choices.c.lea_cds == lea_cds))
            return {kind: Chosen(*row) for kind, *row in rows}

    def of_kind(self, kind: str) -> dict[str, Chosen]:
        """By LEA."""
        with self.database.read() as connection:
            rows = connection.execute(select(choices.c.lea_cds, *COLUMNS).where(choices.c.kind == kind))
            return {lea_cds: Chosen(*row) for lea_cds, *row in rows}

    def save(self, lea_cds: str, kind: str, choice: Any, *, replaces: int, by: str, now: datetime.datetime) -> None:
        """In the place of the version `replaces`. SavedMeanwhile, with nothing changed, where another is saved now."""
        row = {"lea_cds": lea_cds, "kind": kind, "choice": choice, "changed_at": now, "changed_by": by}
        put(self.database, choices, row, replaces=replaces)
