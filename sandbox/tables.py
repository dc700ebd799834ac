"""A database with its tables, made once in a process: the migrations take longer than most of what is tried on it."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from plugin.store.database import Database

SQLITE = "sqlite:///"


def lay(url: str) -> None:
    """Make the file of an SQLite database, as `score-reports migrate` does; any other is left to that."""
    if url.startswith(SQLITE):
        file = Path(url.removeprefix(SQLITE))
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(_empty())


@functools.cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tables.sqlite3")
        database = Database(f"{SQLITE}{file}")
        database.migrate()
        database.close()  # which empties the write-ahead log into the file
        return file.read_bytes()
