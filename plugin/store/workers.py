"""Signs of life of the workers: the pages ask here whether anybody does the background work."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import func, select

from plugin.store.database import Database, upsert
from plugin.store.tables import workers


@dataclass(frozen=True)
class Workers:
    database: Database

    def note(self, name: str, now: datetime.datetime) -> None:
        """This one is at work."""
        with self.database.begin() as connection:
            upsert(connection, workers, {"name": name, "seen_at": now})

    def last_seen(self) -> datetime.datetime | None:
        """When any of them last was."""
        with self.database.read() as connection:
            return connection.scalar(select(func.max(workers.c.seen_at)))
