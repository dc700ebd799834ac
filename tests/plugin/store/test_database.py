"""Transactions, waiting, and what happens when waiting does not help."""

from __future__ import annotations

import datetime
import stat
import subprocess
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from plugin.store.database import Database, DatabaseUnavailable
from plugin.store.tables import audit, credentials

LOCKS = """
import sys, sqlalchemy
engine = sqlalchemy.create_engine(sys.argv[1])
with engine.connect() as connection:
    sqlite = engine.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN EXCLUSIVE" if sqlite else "LOCK TABLE audit")
    print("ready", flush=True)
    sys.stdin.readline()
    connection.rollback()
"""

WRITES = """
import datetime, sys
from plugin.store.audit import Audit, Event
from plugin.store.database import Database
audit = Audit(Database(sys.argv[1], 1))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(25):
    audit.record(Event.KEYS_ROTATED, datetime.datetime.now(datetime.UTC), subject="a process")
"""


SET = {
    "user_name": b"",
    "secret": b"",
    "saved_by": "ada",
    "expires_on": datetime.date(2027, 2, 20),
    "version": 1,
}


def write(database: Database, now: datetime.datetime) -> None:
    with database.begin() as connection:
        connection.execute(insert(audit).values(at=now, event="sign_in", outcome="ok"))


def rows(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(audit))


def test_a_database_without_tables_is_as_good_as_none(url: str) -> None:
    database = Database(url)
    with pytest.raises(DatabaseUnavailable):
        rows(database)
    database.close()


@pytest.fixture
def locked(elsewhere: Callable[..., subprocess.Popen[str]], database: Database):
    """Another process that has what we want to write to, until it gets a line."""
    return elsewhere(LOCKS)


def test_a_transaction_that_fails_leaves_nothing(database: Database, now: datetime.datetime) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as connection:
        connection.execute(insert(audit).values(at=now, event="sign_in", outcome="ok"))
        raise ZeroDivisionError
    assert rows(database) == 0


def test_a_reader_sees_one_moment_while_another_writes(connect, database: Database, now: datetime.datetime) -> None:
    with database.read() as connection:
        before = connection.scalar(select(func.count()).select_from(audit))
        write(connect(1), now)
        assert connection.scalar(select(func.count()).select_from(audit)) == before == 0
    assert rows(database) == 1


def test_two_that_read_before_they_write_take_turns(connect, database: Database, now: datetime.datetime) -> None:
    def count_and_write(_: int) -> None:
        with shared.begin() as connection:
            connection.scalar(select(func.count()).select_from(audit))
            connection.execute(insert(audit).values(at=now, event="sign_in", outcome="ok"))

    shared = connect(4)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_and_write, range(100)))
    assert rows(database) == 100


def test_two_processes_write_at_once(elsewhere, database: Database, now: datetime.datetime) -> None:
    other = elsewhere(WRITES)
    print(file=other.stdin, flush=True)
    for _ in range(25):
        write(database, now)
    other.communicate()
    assert other.returncode == 0
    assert rows(database) == 50


def test_who_finds_it_locked_waits(connect, locked, now: datetime.datetime) -> None:
    patient = connect(1, wait=60)
    unlock = threading.Timer(0.3, locked.communicate, [""])
    unlock.start()
    write(patient, now)
    unlock.join()
    assert rows(patient) == 1


def test_who_waited_long_enough_is_told_so(connect, locked, now: datetime.datetime) -> None:
    impatient = connect(1, wait=0.1)
    with pytest.raises(DatabaseUnavailable) as failure:
        write(impatient, now)
    assert failure.value.status == 503
    locked.communicate("")
    write(impatient, now)
    assert rows(impatient) == 1


def test_who_gets_no_connection_of_the_pool_is_told_so(connect, database: Database) -> None:
    small = connect(1, wait=0.1)
    with small.read(), pytest.raises(DatabaseUnavailable):
        rows(small)
    assert rows(small) == 0


def test_who_gets_no_turn_to_write_is_told_so(connect, database: Database, now: datetime.datetime) -> None:
    small = connect(2, wait=0.1)
    with small.begin() as connection:
        connection.execute(insert(audit).values(at=now, event="sign_in", outcome="ok"))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE audit")
        with pytest.raises(DatabaseUnavailable):
            write(small, now)
    write(small, now)
    assert rows(small) == 2


def test_a_failure_repeats_no_value(database: Database) -> None:
    with pytest.raises((SQLAlchemyError, DatabaseUnavailable)) as failure, database.begin() as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE secret = :secret"), {"secret": "CANARY"})
    assert "CANARY" not in "".join(traceback.format_exception(failure.value)).replace('"CANARY"', "")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "CANARY",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
        "mysql://u:CANARY@h/x",
        "postgres://u:CANARY@h/x",
        "postgresql://u:CANARY@h:port/x",
        "postgresql+psycopg2://u:CANARY@h/x",
        "sqlite+aiosqlite:///CANARY",
        "sqlite://CANARY/x",
    ],
)
def test_an_address_that_is_no_database_of_ours_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="must be sqlite:///<file> or postgresql://") as refused:
        Database(url)
    assert "CANARY" not in str(refused.value)


def test_a_database_that_is_not_there_is_unavailable(postgresql: Path) -> None:
    nowhere = Database(f"postgresql://postgres@/nowhere?host={postgresql}")
    with pytest.raises(DatabaseUnavailable):
        nowhere.is_current()


class TestSqlite:
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/store.sqlite3"

    @pytest.fixture
    def database(self, connect) -> Database:
        database = connect(1)
        database.migrate()
        return database

    def test_only_we_may_read_its_files(self, database: Database, tmp_path: Path, now: datetime.datetime) -> None:
        write(database, now)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert modes == dict.fromkeys(["store.sqlite3", "store.sqlite3-wal", "store.sqlite3-shm"], 0o600)

    def test_a_file_that_is_there_is_left_as_it_is(self, database: Database, connect, tmp_path: Path) -> None:
        (tmp_path / "store.sqlite3").chmod(0o640)
        assert connect(1).is_current()
        assert stat.S_IMODE((tmp_path / "store.sqlite3").stat().st_mode) == 0o640

    def test_every_connection_syncs_each_commit_and_keeps_foreign_keys(self, connect) -> None:
        database = connect(2)
        with database.read() as one, database.read() as two:
            for connection in (one, two):
                told = [
                    connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
                ]
                assert told == ["wal", 2, 1, 1]

    def test_an_sqlite_that_is_too_old_is_named_at_the_start(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
        with pytest.raises(ValueError, match=r"3\.38 is needed"):
            Database(url)

    def test_a_full_disk_is_told_and_got_over(self, database: Database, now: datetime.datetime) -> None:
        with database.begin() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(DatabaseUnavailable):
            for _ in range(1000):
                write(database, now)
        kept = rows(database)
        with database.begin() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        write(database, now)
        assert rows(database) == kept + 1


class TestPostgresql:
    @pytest.fixture(params=["postgresql"])
    def url(self, url: str) -> str:
        return url

    def test_a_connection_that_the_server_cut_costs_nobody_a_page(self, database, connect) -> None:
        assert rows(database) == 0
        with connect(1).begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert rows(database) == 0

    def test_a_sweep_leaves_what_somebody_has_in_hand(self, connect, database: Database, now) -> None:
        with database.begin() as connection:
            connection.execute(insert(credentials).values(SET | {"lea_cds": "free", "saved_at": now}))
            connection.execute(insert(credentials).values(SET | {"lea_cds": "in hand", "saved_at": now}))
        with connect(1).begin() as connection:
            connection.execute(update(credentials).where(credentials.c.lea_cds == "in hand").values(version=2))
            assert database.sweep(credentials, credentials.c.version > 0) == 1
        assert database.sweep(credentials, credentials.c.version > 0) == 1

    def test_who_only_reads_cannot_write(self, database: Database, now: datetime.datetime) -> None:
        with pytest.raises(SQLAlchemyError, match="read-only"), database.read() as connection:
            connection.execute(insert(audit).values(at=now, event="sign_in", outcome="ok"))

    def test_a_search_path_in_the_address_is_kept(self, connect, url: str) -> None:
        database = Database(f"{url}&options=-csearch_path%3Dreports")
        with database.read() as connection:
            assert connection.exec_driver_sql("SHOW search_path").scalar() == "reports"
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
        database.close()
