"""A sign-in that was begun is finished once, by the browser that began it, within five minutes."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.model import Persona
from plugin.store.database import Database
from plugin.store.launches import LIFE, Launch, Launches, Wish
from plugin.store.vault import Vault

SECOND = datetime.timedelta(seconds=1)
LAUNCH = Launch("score-reports-admin", Persona.STAFF, Wish("dcid", 4711), "a nonce", "a verifier")

TAKES = """
import datetime, sys
from plugin.store.database import Database
from plugin.store.launches import Launches
from plugin.store.vault import Vault
launches = Launches(Database(sys.argv[1], 1), Vault({"2026": bytes(range(32))}, "2026"))
print("ready", flush=True)
now = datetime.datetime.fromisoformat(sys.stdin.readline().strip())
print(*[number for number in range(50) if launches.take(f"state {number}", "browser", now)])
"""


@pytest.fixture
def launches(database: Database, vault: Vault) -> Launches:
    return Launches(database, vault)


@pytest.mark.parametrize("wish", [Wish("dcid", 4711), Wish("id", 2**63 - 1), Wish()])
def test_a_launch_comes_back_as_it_was_begun(launches: Launches, now: datetime.datetime, wish: Wish) -> None:
    launch = Launch("score-reports-portal", Persona.PARENT, wish, "a nonce", "a verifier", assessment="elpac")
    launches.begin(launch, state="state", browser="browser", now=now)
    assert launches.take("state", "browser", now) == launch


def test_it_comes_back_once(launches: Launches, now: datetime.datetime) -> None:
    launches.begin(LAUNCH, state="state", browser="browser", now=now)
    assert launches.take("state", "browser", now)
    assert launches.take("state", "browser", now) is None


def test_another_browser_gets_nothing_and_spoils_nothing(launches: Launches, now: datetime.datetime) -> None:
    launches.begin(LAUNCH, state="state", browser="browser", now=now)
    assert launches.take("state", "another browser", now) is None
    assert launches.take("another state", "browser", now) is None
    assert launches.take("state", "browser", now) == LAUNCH


def test_it_lives_five_minutes(launches: Launches, now: datetime.datetime) -> None:
    for state in ("in time", "too late"):
        launches.begin(LAUNCH, state=state, browser="browser", now=now)
    assert launches.take("in time", "browser", now + LIFE - SECOND) == LAUNCH
    assert launches.take("too late", "browser", now + LIFE + SECOND) is None


def test_launches_that_nobody_finished_go_when_others_begin(launches: Launches, now: datetime.datetime) -> None:
    for number in range(20):
        launches.begin(LAUNCH, state=f"state {number}", browser="browser", now=now)
    later = now + LIFE + SECOND
    launches.begin(LAUNCH, state="later", browser="browser", now=later)
    assert [launches.take(f"state {number}", "browser", now) for number in range(20)] == [None] * 20
    assert launches.take("later", "browser", later) == LAUNCH


def test_eight_threads_take_a_launch_once(
    connect: Callable[..., Database], database: Database, vault: Vault, now: datetime.datetime
) -> None:
    launches = Launches(connect(8), vault)
    for number in range(20):
        launches.begin(LAUNCH, state=f"state {number}", browser="browser", now=now)
        with ThreadPoolExecutor(8) as threads:
            taken = [threads.submit(launches.take, f"state {number}", "browser", now) for _ in range(8)]
        assert sum(one.result() is not None for one in taken) == 1


def test_two_processes_take_a_launch_once(
    elsewhere: Callable[..., subprocess.Popen[str]], launches: Launches, now: datetime.datetime
) -> None:
    for number in range(50):
        launches.begin(LAUNCH, state=f"state {number}", browser="browser", now=now)
    other = elsewhere(TAKES)
    print(now.isoformat(), file=other.stdin, flush=True)
    ours = {number for number in range(50) if launches.take(f"state {number}", "browser", now)}
    theirs = {int(number) for number in other.communicate()[0].split()}
    assert ours | theirs == set(range(50))
    assert not ours & theirs


def test_a_launch_whose_key_is_gone_must_be_begun_again(database: Database, now: datetime.datetime) -> None:
    Launches(database, Vault({"old": bytes(range(32))}, "old")).begin(LAUNCH, state="state", browser="browser", now=now)
    assert Launches(database, Vault({"new": bytes(range(32))}, "new")).take("state", "browser", now) is None


@pytest.mark.parametrize(("kind", "number"), [("dcid", None), ("none", 1), ("id", -1), ("id", 2**63), ("id", 10**40)])
def test_a_wish_that_no_database_holds_is_refused(kind: str, number: int | None) -> None:
    with pytest.raises(ValueError, match="no wish"):
        Wish(kind, number)


def test_a_launch_shows_neither_nonce_nor_verifier() -> None:
    assert "nonce" not in repr(LAUNCH)
    assert "verifier" not in repr(LAUNCH)
