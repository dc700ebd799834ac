"""Every test here that asks for a database runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from copy import copy
from functools import partial
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from plugin.store import migrations
from plugin.store.database import Database
from plugin.store.vault import Vault

ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
NEWEST = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
NUMBERED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database: empty, or with its tables where the test asks for `database`."""
    tables, file = "database" in request.fixturenames, tmp_path / "store.sqlite3"
    if request.param == "sqlite":
        if tables:
            shutil.copy(request.getfixturevalue("sqlite_with_tables"), file)
        yield f"sqlite:///{file}"
        return
    if tables:
        yield emptied(request.getfixturevalue("postgresql_with_tables"))
        return
    server, name = request.getfixturevalue("server"), f"test_{secrets.token_hex(4)}"
    with psycopg.connect(server % "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server % name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def server(postgresql: Path) -> str:
    return f"postgresql://postgres@/%s?host={postgresql}"


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: the migrations take longer than most tests."""
    file = tmp_path_factory.mktemp("tables") / "store.sqlite3"
    make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_with_tables(server: str) -> str:
    """One for all tests of a process, since to make and drop a database takes longer than most of them as well."""
    with psycopg.connect(server % "postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE with_tables")
    make_tables(server % "with_tables")
    return server % "with_tables"


def emptied(url: str) -> str:
    """As it was made, unless a test changed its tables: nobody in it, no row, no number used, of this version."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(ALONE)
        connection.execute("SET session_replication_role = replica")  # the record of access lets no row go otherwise
        tables = [f'"{name}"' for (name,) in connection.execute(TABLES)]
        used = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables)  # noqa: S608  our own
        if full := ", ".join(name for (name,) in connection.execute(used)):
            connection.execute(f"TRUNCATE {full} CASCADE")
        connection.execute("UPDATE alembic_version SET version_num = %s", [NEWEST])
        for (name,) in connection.execute(NUMBERED).fetchall():
            connection.execute(f'ALTER SEQUENCE "{name}" RESTART')
    return url


def make_tables(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


@pytest.fixture
def connect(url: str) -> Iterator[Callable[..., Database]]:
    """Opens the database once more, as another worker would."""
    opened: list[Database] = []
    yield lambda *size, **wait: opened.append(Database(url, *size, **wait)) or opened[-1]
    for one in opened:
        one.close()


@pytest.fixture
def database(connect: Callable[..., Database]) -> Database:
    """With its tables, and a single connection: a verb that held one and asked for a second would fail."""
    return connect(1)


@pytest.fixture
def interrupted() -> Callable[[Database, Callable[[], object]], Database]:
    """The database, with something that happens before each writing transaction."""

    def interrupted(database: Database, meanwhile: Callable[[], object]) -> Database:
        def begin() -> AbstractContextManager[Connection]:
            meanwhile()
            return database.begin()

        other = copy(database)
        other.begin = begin
        return other

    return interrupted


@pytest.fixture
def vault() -> Vault:
    return Vault({"2026": bytes(range(32))}, "2026")


@pytest.fixture
def now() -> datetime.datetime:
    return datetime.datetime(2026, 11, 22, 17, 0, tzinfo=datetime.UTC)


@pytest.fixture
def elsewhere(url: str, pytestconfig: pytest.Config) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a script as a process of its own, with the database's address as its argument, once it says ready."""

    def elsewhere(script: str) -> subprocess.Popen[str]:
        start = partial(subprocess.Popen, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process = running.enter_context(start([sys.executable, "-c", script, url], cwd=pytestconfig.rootpath))
        assert process.stdout.readline() == "ready\n"
        return process

    with ExitStack() as running:
        yield elsewhere
