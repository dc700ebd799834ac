"""Jobs' databases of both kinds, and workers as processes of their own."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg
import pytest

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a jobs' database that no worker has used."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/jobs.sqlite3"
        return
    folder, name = request.getfixturevalue("postgresql"), f"jobs_{secrets.token_hex(4)}"
    server = f"postgresql://postgres@/%s?host={folder}"
    with psycopg.connect(server % "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server % name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start(pytestconfig: pytest.Config) -> Iterator[Start]:
    """Starts one of our programs; whatever still runs at the end of the test is killed."""
    root = pytestconfig.rootpath

    def start(*words: object, **options: object) -> subprocess.Popen[str]:
        command = [sys.executable, *map(str, words)]
        begin = partial(subprocess.Popen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root)
        process = running.enter_context(begin(command, **options))
        running.callback(process.kill)
        return process

    with ExitStack() as running:
        yield start
