"""A PostgreSQL server for tests, from the programs of the system's own package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

#: Runs until its input ends, which it does however the tests end, and leaves nothing behind.
SERVER = """
trap '' PIPE
trap '"$PG_CTL" -s stop -m immediate 2>/dev/null || :; rm -rf "$PWD"' EXIT
"$PG_CTL" -s initdb -o '--username=postgres --encoding=UTF8 --no-locale --no-sync' >/dev/null
"$PG_CTL" -s start -l log -o "-k $PWD -c listen_addresses= -c fsync=off"
echo ready
read -r _ || :
"""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Path]:
    """The folder of a server of our own: its socket, its log and, in data, its files."""
    pg_ctl = shutil.which("pg_ctl") or next(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), None)  # Debian's place
    assert pg_ctl, "PostgreSQL is missing. Type: apt-get install -y --no-install-recommends postgresql"
    folder, user = Path(tempfile.mkdtemp(prefix="postgresql-")), None
    if os.geteuid() == 0:  # as whom the server refuses to run
        user = "postgres"
        shutil.chown(folder, user)
    start = partial(subprocess.Popen, user=user, cwd=folder, env={"PG_CTL": pg_ctl, "PGDATA": f"{folder}/data"})
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "start_new_session": True}
    with start(["/bin/sh", "-ec", SERVER], **pipes) as server:
        assert server.stdout.readline() == "ready\n"
        yield folder
