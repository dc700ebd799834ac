"""The school system's database: SQLite in memory, one connection behind a lock."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence

from sandbox.district import District, fill

Row = sqlite3.Row
Values = Sequence[str | int | None] | Mapping[str, str | int | None]


class Database:
    """Threads take turns: every statement is short."""

    def __init__(self, district: District) -> None:
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        fill(district, self._connection)

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Raises sqlite3.Error."""
        with self._turn:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> Row | None:
        found = self.rows(sql, values)
        return found[0] if found else None

    def change(self, sql: str, values: Values = ()) -> int:
        """Change rows, and say how many."""
        with self._turn, self._connection:
            return self._connection.execute(sql, values).rowcount

    def close(self) -> None:
        with self._turn:
            self._connection.close()
