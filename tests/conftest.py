"""The stage that most tests play on, and people who walk about on it."""

from __future__ import annotations

import base64
import gc
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plugin.jobs.memory import look_seldom
from sandbox.district import make
from sandbox.school import Account
from sandbox.stage import Stage
from tests.canaries import sightings_below
from tests.visitor import Visitor

pytest_plugins = ["tests.alarm", "tests.compiling", "tests.postgresql"]

DOORS = {
    "staff": "/admin/pw.html",
    "teacher": "/teachers/pw.html",
    "parent": "/public/home.html",
    "student": "/public/home.html",
}

Somebody = Callable[[str, str], Visitor]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Two more than processors: somebody always waits, for the browser, the disk or a clock."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None  # xdist heeds that itself
    try:
        return len(os.sched_getaffinity(0)) + 2
    except AttributeError:  # not on every system
        return (os.cpu_count() or 1) + 2


def pytest_configure() -> None:
    gc.disable()  # until everything is imported, of which nothing goes


def pytest_collection_finish() -> None:
    """As a worker does: a look among all that was imported, every 700 objects, takes a tenth of the time."""
    look_seldom()
    gc.enable()


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A district of 80 pupils with everything running. Tests that change it use `own_stage`."""
    folder = tmp_path_factory.mktemp("stage")
    with Stage(make(80), folder) as running:
        yield running
    assert_nothing_leaked(running, folder)


@pytest.fixture
def own_stage(tmp_path: Path) -> Iterator[Stage]:
    """The same for one test alone, to be changed at will."""
    with Stage(make(80), tmp_path) as running:
        yield running
    assert_nothing_leaked(running, tmp_path)


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Of all the files that the tests of this process left, none holds a canary."""
    yield
    assert sightings_below(tmp_path_factory.getbasetemp()) == {}


def assert_nothing_leaked(stage: Stage, folder: Path) -> None:
    """No file holds a canary in any shape: neither database nor write-ahead log, be they of jobs, nor a temporary one.

    Nor do they hold another secret, an SSID or a link's signature in any usual writing.
    """
    assert sightings_below(folder) == {}
    kept = b"".join(path.read_bytes() for path in folder.glob("*.sqlite3*"))
    kept = re.sub(rb"\0{9,}", b"\0", kept)  # most of a small database is room
    for word in (*stage.secrets, "X-Amz-Signature"):
        for writing in (word.encode(), base64.b64encode(word.encode()).rstrip(b"="), word.encode().hex().encode()):
            assert writing not in kept


def visitor_of(stage: Stage, persona: str, username: str) -> Visitor:
    """Somebody who has signed in to the school system, and not yet to the sidecar."""
    account = account_of(stage, persona, username)
    visitor = Visitor(stage.url, forbidden=stage.secrets)
    visitor.open(stage.school.url + DOORS[persona])
    visitor.send("Sign In", username=account.username, password=account.password)
    return visitor


def account_of(stage: Stage, persona: str, username: str) -> Account:
    return next(one for one in stage.school.accounts if (one.persona, one.username) == (persona, username))


@pytest.fixture
def somebody(stage: Stage) -> Somebody:
    return lambda persona, username: visitor_of(stage, persona, username)


@pytest.fixture
def administrator(somebody: Somebody) -> Visitor:
    return somebody("staff", "dana.overlook")
