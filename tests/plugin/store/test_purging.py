"""What is over goes, and only that."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.model import Persona, Report, Viewer
from plugin.store.database import Database
from plugin.store.drafts import Draft, Drafts
from plugin.store.launches import Launch, Launches, Wish
from plugin.store.links import Asked, Links
from plugin.store.purging import Purged, purge
from plugin.store.sessions import Sessions
from plugin.store.vault import Vault

VIEWER = Viewer("ada", Persona.STAFF, "12", "ada", "Ada Lovelace")
LAUNCH = Launch("score-reports-admin", Persona.STAFF, Wish(), "a nonce", "a verifier")
REPORT = Report(frozenset({"21"}), "ELPAC", "ELPAC", None, "2024-25", "KN", "SPA", "PDF", "https://reports.example/a")


@pytest.fixture
def filled(database: Database, vault: Vault, now: datetime.datetime) -> Database:
    """One of each, begun now."""
    Launches(database, vault).begin(LAUNCH, state="state", browser="browser", now=now)
    Sessions(database, vault).begin(VIEWER, now, now)
    Drafts(database, vault).keep("ada", "19999990000000", Draft("user", "secret", ""), now)
    Links(database, vault).keep("ada", Asked(4711, "", ""), [(REPORT, now + datetime.timedelta(minutes=20))] * 3, now)
    return database


@pytest.mark.parametrize(
    ("minutes", "gone"),
    [
        (0, Purged(launches=0, sessions=0, links=0, results=0, drafts=0)),
        (4, Purged(launches=0, sessions=0, links=0, results=0, drafts=0)),
        (6, Purged(launches=1, sessions=0, links=0, results=0, drafts=0)),
        (21, Purged(launches=1, sessions=0, links=3, results=0, drafts=1)),
        (31, Purged(launches=1, sessions=1, links=3, results=0, drafts=1)),
        (12 * 60 + 1, Purged(launches=1, sessions=1, links=3, results=1, drafts=1)),
    ],
)
def test_each_goes_when_its_time_is_over(filled: Database, now, minutes: int, gone: Purged) -> None:
    later = now + datetime.timedelta(minutes=minutes)
    assert purge(filled, later) == gone
    assert purge(filled, later) == Purged(launches=0, sessions=0, links=0, results=0, drafts=0)


def test_the_links_of_a_result_go_with_it(filled: Database, vault: Vault, now: datetime.datetime) -> None:
    links = Links(filled, vault)
    ids = [link.id for link in links.latest("ada", 4711, now).links]
    purge(filled, now + datetime.timedelta(hours=13))
    assert [links.find(one, "ada", now) for one in ids] == [None] * 3


def test_it_may_run_in_several_places_while_others_write(
    connect: Callable[..., Database], filled: Database, vault: Vault, now: datetime.datetime
) -> None:
    database = connect(8)
    links, later = Links(database, vault), now + datetime.timedelta(hours=13)

    def keep(number: int) -> None:
        links.keep("ada", Asked(number % 5, "", ""), [(REPORT, now)] * 3, now)

    with ThreadPoolExecutor(8) as threads:
        work = [threads.submit(keep, number) for number in range(40)]
        work += [threads.submit(purge, database, later) for _ in range(20)]
    assert [one.exception() for one in work] == [None] * 60
    purge(filled, later)
    assert [links.latest("ada", number, now) for number in range(5)] == [None] * 5
