"""A canary is known in every shape and in every file; and nothing else is taken for one."""

from __future__ import annotations

import base64
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.canaries import MARK, SHAPES, secret_key, sightings, sightings_below


@pytest.mark.parametrize("name", ["score-reports.sqlite3", "score-reports-jobs.sqlite3-shm", "folder/temporary"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_file_is_searched_for_every_shape(tmp_path: Path, name: str, shape: str):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(os.urandom(100) + SHAPES[shape] + os.urandom(100))
    found = sightings_below(tmp_path)
    path.unlink()  # the end of all tests looks for such files as well
    assert found.keys() == {str(path)}
    assert shape in found[str(path)]


def test_one_that_is_still_in_the_write_ahead_log_is_seen(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "some.sqlite3")) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("create table kept (secret text)")
        database.execute("insert into kept values (?)", [secret_key()])
        database.commit()
        found = sightings_below(tmp_path)
    (tmp_path / "some.sqlite3").unlink()
    assert found == {str(tmp_path / "some.sqlite3-wal"): ["plain"]}


@pytest.mark.parametrize("offset", range(3))
def test_base64_is_read_wherever_in_it_the_canary_stands(offset: int):
    assert sightings(base64.b64encode(b"u" * offset + b":" + secret_key().encode() + b" and more"))


def test_nothing_else_is_one():
    assert sightings(os.urandom(1 << 18)) == []
    assert sightings((MARK[:-1] + "-").encode()) == []


def test_the_state_issues_nothing_but_canaries_of_the_usual_length(own_stage):
    lea = next(iter(own_stage.state.credentials))
    own_stage.state.replace_credentials(lea)
    issued = [one.secret for one in own_stage.state.credentials.values()]
    assert all(sightings(secret.encode()) for secret in issued)
    assert {len(secret) for secret in issued} == {20}
    assert len(set(issued)) == len(issued)


def test_a_canary_is_written_differently_wherever_signs_matter():
    assert len({SHAPES[name] for name in ("plain", "percent", "HTML", "script", "JSON", "mail")}) == 6
