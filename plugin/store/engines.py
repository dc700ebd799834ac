"""How each of the two databases is connected, so that nothing above needs to know which one it is."""

from __future__ import annotations

import contextlib
import math
import os
import pathlib
import sqlite3
import tempfile
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

#: What every SQLite connection is told. FULL: in WAL mode NORMAL may lose the last commits when power fails, and an
#: audit row that was committed before a link was handed out must be there afterwards (it costs 1 ms a commit).
#: secure_delete: what was deleted or sealed anew leaves no old bytes in the file's free space.
PRAGMAS = ("synchronous = FULL", "secure_delete = ON", "cache_size = -2000")

#: The first SQLite that reads JSON (rows.py) however it was built. It can also delete a row and say what it was, so
#: that nobody else gets it as well.
OLDEST = (3, 38)


def connect(url: URL, pool_size: int, wait: float, *, foreign_keys: bool = True) -> Engine:
    """An engine with no connection yet. It waits `wait` seconds for a free one, or for somebody else's lock."""
    sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(
        url,
        connect_args={"timeout": wait} if sqlite else _postgresql_settings(url, wait),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=not sqlite,  # a restarted PostgreSQL costs nobody a page
        hide_parameters=True,  # in exceptions
    )
    if sqlite:
        if sqlite3.sqlite_version_info < OLDEST:
            raise ValueError(f"SQLite {sqlite3.sqlite_version} is too old: 3.38 is needed, or PostgreSQL")
        _make_file(pathlib.Path(str(url.database)))
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "connect", _prepare_sqlite(foreign_keys))
    return engine


def reading(engine: Engine) -> Engine:
    """The same pool, for transactions that see one moment of the database and don't write."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(engine: Engine) -> Engine:
    """The same pool, for transactions that write."""
    return engine.execution_options(sqlite_begin="IMMEDIATE")


def _postgresql_settings(url: URL, wait: float) -> dict[str, Any]:
    # A plan for all values alike would be a bad one for most: some schools have ten releases, some LEAs a million.
    plans = "-c plan_cache_mode=force_custom_plan"
    options = f"{url.query.get('options', '')} -c lock_timeout={math.ceil(wait * 1000)} {plans}"
    return {"connect_timeout": math.ceil(wait), "options": options.strip()}


def _make_file(path: pathlib.Path) -> None:
    """Make an empty database in WAL mode that only we may read; SQLite gives its -wal and -shm the same mode.

    It is made aside and put in place whole: going over to WAL waits for nobody, so that of two processes which
    start at once on one new file, one would fail. An existing file is not so much as opened: closing it would
    drop the locks that this process holds on it.
    """
    if path.exists():
        return
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(aside)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
    finally:
        os.unlink(aside)


def _prepare_sqlite(foreign_keys: bool) -> Any:
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        # Python's own transactions begin late, without a lock, and not at all before DDL; _begin_sqlite does it.
        connection.isolation_level = None
        for pragma in (*PRAGMAS, "journal_mode = WAL", f"foreign_keys = {foreign_keys}"):
            connection.execute(f"PRAGMA {pragma}")

    return prepare


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")
