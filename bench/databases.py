"""The databases to measure with: for each a way to get two empty ones, the sidecar's and the bare application's."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import psycopg

#: Addresses of the sidecar's database and of the bare application's.
Pair = tuple[str, str]
Database = Callable[[Path], AbstractContextManager[Pair]]


@contextmanager
def sqlite(folder: Path) -> Iterator[Pair]:
    yield f"sqlite:///{folder}/score-reports.sqlite3", f"sqlite:///{folder}/bare.sqlite3"


@contextmanager
def postgresql(folder: Path) -> Iterator[Pair]:
    """A server of our own, with the settings that it comes with: what is committed is on the disk.

    Its files are in a folder of their own: the system's user for it must not need to see into ours.
    """
    home, user = Path(tempfile.mkdtemp(prefix="postgresql-")), None
    if os.geteuid() == 0:  # as whom the server refuses to run
        user = "postgres"
        shutil.chown(home, user)
    run = partial(subprocess.run, check=True, cwd=home, user=user, stdout=subprocess.DEVNULL)
    server = [_pg_ctl(), f"--pgdata={home}/data", "--silent"]
    run([*server, "initdb", "-o", "--username=postgres --auth=trust --encoding=UTF8 --no-locale"])
    run([*server, "start", f"--log={home}/log", "-o", f"-k {home} -c listen_addresses="])
    try:
        yield _made(home, "score_reports"), _made(home, "bare")
    finally:
        run([*server, "stop", "--mode=immediate"])
        shutil.rmtree(home)


def versions() -> str:
    run = partial(subprocess.run, check=True, capture_output=True, text=True)
    told = run([_pg_ctl(), "--version"]).stdout
    return f"SQLite {sqlite3.sqlite_version} and PostgreSQL {told.split()[2]}"


def missing() -> str:
    """What to type where PostgreSQL is not installed; else ''."""
    return "" if _pg_ctl() else "PostgreSQL is missing. Type: sudo apt-get install postgresql"


def _pg_ctl() -> str:
    debian = next(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), "")
    return shutil.which("pg_ctl") or str(debian)


def _made(home: Path, name: str) -> str:
    address = f"postgresql://postgres@/%s?host={home}"
    with psycopg.connect(address % "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return address % name


DATABASES: dict[str, Database] = {"SQLite": sqlite, "PostgreSQL": postgresql}
