"""How far something has come that is done again and again, so that the next round goes on from there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import delete, select

from plugin.store.database import Database, inserting
from plugin.store.tables import marks


@dataclass(frozen=True)
class Mark:
    """`number` is whatever it counts; `at` when it came so far, None before the first time."""

    number: int = 0
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class Marks:
    database: Database

    def of(self, name: str) -> Mark:
        with self.database.read() as connection:
            row = connection.execute(select(marks.c.number, marks.c.at).where(marks.c.name == name)).one_or_none()
        return Mark(*row) if row else Mark()

    def come_to(self, name: str, number: int, now: datetime.datetime) -> None:
        """It has come so far. Who is behind somebody else changes nothing."""
        row = {"name": name, "number": number, "at": now}
        with self.database.begin() as connection:
            new = inserting(connection, marks).values(row)
            ahead = marks.c.number <= new.excluded.number
            connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=row, where=ahead))

    def forget(self, name: str) -> None:
        """The next round begins from the start."""
        with self.database.begin() as connection:
            connection.execute(delete(marks).where(marks.c.name == name))
