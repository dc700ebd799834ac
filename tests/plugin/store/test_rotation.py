"""Keys are exchanged while people use the pages, and afterwards the old key opens nothing."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from plugin.model import Persona, Report, Viewer
from plugin.store.credentials import CredentialSets
from plugin.store.database import Database
from plugin.store.launches import Launch, Launches, Wish
from plugin.store.links import Asked, Links
from plugin.store.rotation import Resealed, reseal
from plugin.store.sessions import Sessions
from plugin.store.tables import credentials
from plugin.store.vault import Vault, VaultError

VIEWER = Viewer("ada", Persona.STAFF, "12", "ada", "Ada Lovelace")
LAUNCH = Launch("score-reports-admin", Persona.STAFF, Wish(), "a nonce", "a verifier")
REPORT = Report(frozenset({"21"}), "ELPAC", "ELPAC", None, "2024-25", "KN", "SPA", "PDF", "https://reports.example/a")
LEA = "19647330000000"

KEYS = {"old": os.urandom(32), "new": os.urandom(32)}
BEFORE, DURING, AFTER = Vault({"old": KEYS["old"]}, "old"), Vault(KEYS, "new"), Vault({"new": KEYS["new"]}, "new")


@pytest.fixture
def save(now: datetime.datetime) -> Callable[..., None]:
    def save(database: Database, vault: Vault, secret: str, replaces: int = 0) -> None:
        sets = CredentialSets(database, vault)
        sets.save(LEA, "user", secret, expires_on=now.date(), saved_by="ada", now=now, replaces=replaces)

    return save


@pytest.fixture
def link_ids(database: Database, save, now: datetime.datetime) -> list[str]:
    """Everything that can be sealed, sealed with the old key: 25 links and one of each of the others."""
    save(database, BEFORE, "secret")
    Launches(database, BEFORE).begin(LAUNCH, state="state", browser="browser", now=now)
    links = Links(database, BEFORE)
    links.keep("ada", Asked(4711, "", ""), [(REPORT, now + datetime.timedelta(minutes=20))] * 25, now)
    return [link.id for link in links.latest("ada", 4711, now).links]


def test_afterwards_the_new_key_opens_everything_and_the_old_one_nothing(
    database: Database, link_ids: list[str], now: datetime.datetime
) -> None:
    token = Sessions(database, BEFORE).begin(VIEWER, now, now)
    assert reseal(database, DURING) == Resealed(done=25 + 2 + 2 + 1, left=0)

    assert Sessions(database, BEFORE).load(token, now) is None
    assert all(not Links(database, BEFORE).find(one, "ada", now).report.url for one in link_ids)
    with pytest.raises(VaultError):
        CredentialSets(database, BEFORE).load(LEA)

    assert Sessions(database, AFTER).load(token, now).viewer == VIEWER
    assert all(Links(database, AFTER).find(one, "ada", now).report == REPORT for one in link_ids)
    assert CredentialSets(database, AFTER).load(LEA).secret == "secret"
    assert Launches(database, AFTER).take("state", "browser", now) == LAUNCH


def test_there_is_nothing_to_do_a_second_time(database: Database, link_ids: list[str]) -> None:
    reseal(database, DURING)
    assert reseal(database, DURING) == Resealed(done=0, left=0)


def test_it_goes_on_where_it_was_stopped(interrupted, database: Database, link_ids: list[str]) -> None:
    def stop() -> None:
        if next(turns) == 7:
            raise KeyboardInterrupt

    turns = itertools.count()
    with pytest.raises(KeyboardInterrupt):
        reseal(interrupted(database, stop), DURING)
    assert reseal(database, DURING) == Resealed(done=25 + 2 + 1 - 7, left=0)


def test_what_was_saved_meanwhile_is_not_overwritten(interrupted, connect, database: Database, save) -> None:
    def save_anew() -> None:
        with contextlib.suppress(StopIteration):
            save(other, BEFORE, "newer", replaces=next(versions))

    save(database, BEFORE, "older")
    other, versions = connect(1), iter([1])
    assert reseal(interrupted(database, save_anew), DURING) == Resealed(done=1, left=1)
    assert CredentialSets(database, DURING).load(LEA).secret == "newer"
    assert reseal(database, DURING) == Resealed(done=1, left=0)
    assert CredentialSets(database, AFTER).load(LEA).secret == "newer"


def test_what_cannot_be_opened_is_left_and_counted(database: Database, link_ids: list[str], save) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE credentials SET secret = user_name")
    assert reseal(database, DURING) == Resealed(done=25 + 1 + 1, left=1)


@pytest.mark.parametrize(("count", "readers"), [(15, 4), pytest.param(1000, 20, marks=pytest.mark.soak)])
def test_people_read_and_write_while_keys_are_exchanged(
    connect: Callable[..., Database], database: Database, now: datetime.datetime, count: int, readers: int
) -> None:
    shared, over = connect(readers), threading.Event()
    links, until = Links(shared, DURING), now + datetime.timedelta(minutes=20)
    Links(database, BEFORE).keep("ada", Asked(4711, "", ""), [(REPORT, until)] * count, now)
    ids = [link.id for link in links.latest("ada", 4711, now).links]

    def read(start: int) -> int:
        seen = 0
        for number in itertools.count(start):
            assert links.find(ids[number % count], "ada", now).report == REPORT
            links.keep(f"viewer {start}", Asked(number % 3, "", ""), [(REPORT, until)], now)
            seen += 1
            if over.wait(0.005):  # people read on their way, and let others by
                return seen

    with ThreadPoolExecutor(readers) as threads:
        reading = [threads.submit(read, start) for start in range(readers)]
        resealed = reseal(database, DURING)
        over.set()
    assert resealed == Resealed(done=count, left=0)
    assert min(one.result() for one in reading) > 0
    assert all(Links(database, AFTER).find(one, "ada", now).report == REPORT for one in ids)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_bytes_of_the_old_key_are_left_in_the_file(database: Database, link_ids: list[str], tmp_path: Path) -> None:
    with database.read() as connection:
        old = bytes(connection.scalar(select(credentials.c.secret)))
    reseal(database, DURING)
    database.close()  # the last connection empties the write-ahead log into the file
    assert [path.name for path in tmp_path.iterdir()] == ["store.sqlite3"]
    assert old not in (tmp_path / "store.sqlite3").read_bytes()
    assert BEFORE.mark not in (tmp_path / "store.sqlite3").read_bytes()
