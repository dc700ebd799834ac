"""One database, SQLite or PostgreSQL, and its transactions.

No verb of this package keeps a connection after it returns, and none takes a second one while it has one: the
state and PowerSchool are awaited by hundreds of threads that share a small pool.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Connection, Table, delete, func, make_url, select, text, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, ProgrammingError, TimeoutError

from plugin.config_values import database as address_of_database
from plugin.errors import Failure
from plugin.store import engines, migrations

#: Seconds that a starting process waits for another one's migration.
PATIENCE = 600
#: Any number, so long as every process of ours takes the same one.
MIGRATION_LOCK = 0x5C04E


#: What PostgreSQL calls a table or a column that isn't there.
NOT_THERE = frozenset({"42P01", "42703"})


class DatabaseUnavailable(Failure):
    """The database can't be reached, is full, was locked for longer than we wait, or lacks this version's tables."""

    status: ClassVar[int] = 503
    cause: ClassVar[str] = "database_unavailable"
    administrator: ClassVar[str] = (
        "The database can't be reached, or was not brought to this version. Whoever runs this service looks at "
        "DATABASE_URL, or runs “score-reports migrate”."
    )


class Database:
    """`url` names an SQLite file, made if need be with mode 600, or a PostgreSQL database; another one is a ValueError.

    At most `pool_size` connections stand open. Who needs a further one, or what somebody else has locked, waits
    `wait` seconds and then gets DatabaseUnavailable.
    """

    def __init__(self, url: str, pool_size: int = 5, *, wait: float = 5) -> None:
        self._url = make_url(address_of_database(url))
        self._engine = engines.connect(self._url, pool_size, wait)
        self._reading = engines.reading(self._engine)
        self._writing = engines.writing(self._engine)
        self._line, self._wait = threading.Lock(), wait

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One moment of the database, unchanged while it is read. Waits for no writer; must not write."""
        with _told_plainly(), self._reading.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, rolled back when an exception leaves it.

        On SQLite it has the one write lock from the start: a transaction that read first and asked for the lock
        later would be refused at once, without waiting, if somebody else wrote in between.
        """
        with self._turn(), _told_plainly(), self._writing.begin() as connection:
            yield connection

    def sweep(self, table: Table[Any], condition: ColumnElement[bool], **instead: object) -> int:
        """Delete the rows that meet the condition, or write `instead` into them; how many.

        Rows that somebody has in hand are left for the next time, so that nobody waits for each other in a ring.
        """
        found = select(*table.primary_key).where(condition).with_for_update(skip_locked=True)
        change = update(table).values(instead) if instead else delete(table)
        with self.begin() as connection:
            return connection.execute(change.where(tuple_(*table.primary_key).in_(found))).rowcount

    def migrate(self) -> None:
        """Make or change the tables to what this version needs. Processes that start at once take turns."""
        # Without foreign keys, since SQLite changes a table by copying it and dropping the old one.
        engine = engines.connect(self._url, 1, PATIENCE, foreign_keys=False)
        try:
            with _told_plainly(), engines.writing(engine).begin() as connection:
                if connection.dialect.name == "postgresql":  # on SQLite, to begin is to have the lock
                    connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                migrations.upgrade(connection)
        finally:
            engine.dispose()

    def is_current(self) -> bool:
        """Whether the tables are those of this version."""
        with self.read() as connection:
            return migrations.is_current(connection)

    def close(self) -> None:
        self._engine.dispose()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite's writers poll for its lock, and the unlucky starve (of twenty, one in a hundred waits over a second).

        Ours stand in line, so that only processes poll.
        """
        if self._engine.dialect.name != "sqlite":
            yield
        elif self._line.acquire(timeout=self._wait):
            try:
                yield
            finally:
                self._line.release()
        else:
            raise DatabaseUnavailable


def inserting(connection: Connection, table: Table[Any]) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what becomes of a row with the same key."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(connection: Connection, table: Table[Any], row: Mapping[str, Any]) -> None:
    """Insert a row, or write it over the one with its key. Others who write that row wait for this transaction."""
    new = inserting(connection, table).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=table.primary_key, set_=row))


def write_alone(connection: Connection, table: Table[Any]) -> None:
    """Until the end of the transaction nobody else writes this table, new rows included; everybody reads on."""
    if connection.dialect.name == "postgresql":  # on SQLite, to begin is to have the lock
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


@contextlib.contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except (OperationalError, TimeoutError) as error:
        raise DatabaseUnavailable from error
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") in NOT_THERE:
            raise DatabaseUnavailable from error
        raise
