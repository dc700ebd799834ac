"""Saving credentials by command: by the rules of the page, and told in words."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from plugin.model import PACIFIC
from sandbox.stage import Stage

DISTRICT = "19999010000000"


@pytest.fixture
def query(stage: Stage) -> Callable[..., list[tuple[object, ...]]]:
    def ask(text: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as database, database:
            return database.execute(text).fetchall()

    return ask


@pytest.fixture
def save(stage: Stage) -> Iterator[Callable[..., str]]:
    """The command, with the set that the state issued unless told otherwise."""
    newest = stage.state.credentials[DISTRICT]

    def run(*options: str, user: str = newest.user, secret: str = newest.secret) -> str:
        return stage.save_credentials(DISTRICT, user, secret, *options)

    yield run
    run()


def last_day(query) -> str:
    return query(f"select expires_on from credentials where lea_cds = '{DISTRICT}'")[0][0]  # noqa: S608  # ours


def day(ahead: int) -> str:
    return (datetime.datetime.now(PACIFIC).date() + datetime.timedelta(days=ahead)).isoformat()


def test_the_last_day_is_typed_or_counted(save, query):
    for options, ahead in ((("--expires", day(300)), 300), (("--days", "365"), 365), ((), 90)):
        assert f"The last day is {day(ahead)}." in save(*options)
        assert last_day(query) == day(ahead)


def test_a_set_that_was_tried_is_known_to_work_and_is_on_record(save, query):
    save()
    rows = query("select event, subject, change from audit order by id desc limit 2")
    assert [(event, json.loads(change)["set"]) for event, _, change in rows] == [
        ("credentials_saved", "new"),
        ("credentials_tested", "typed"),
    ]
    assert all("on the command line" in subject for _, subject, _ in rows)
    assert query(f"select refusals from trials where lea_cds = '{DISTRICT}'") == [(0,)]  # noqa: S608  # ours


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"secret": "aB3dE6gH9j K2mN5pQ8sT"}, "Perhaps user name and secret key both got into this one field"),
        ({"secret": "“aB3dE6gH9jK2mN5pQ8sT”"}, "left double quotation mark"),
        ({"user": "sis\N{ZERO WIDTH SPACE}-1"}, "zero width space"),
        ({"user": "sis-nobody"}, "The state refuses the credentials"),
    ],
)
def test_what_the_page_refuses_is_refused_here(save, query, typed, says):
    before = query("select version from credentials order by lea_cds")
    with pytest.raises(RuntimeError, match="Nothing is saved") as refusal:
        save(**typed)
    assert says in str(refusal.value)
    assert query("select version from credentials order by lea_cds") == before


@pytest.mark.parametrize(("typed", "says"), [(day(-1), "This day is over"), (day(800), "more than two years ahead")])
def test_a_wrong_day_is_named(save, typed, says):
    with pytest.raises(RuntimeError, match=says):
        save("--expires", typed)


def test_whoever_is_overtaken_is_told(save, query):
    query(
        "create trigger overtake after insert on audit when new.event = 'credentials_saved' begin "
        "update credentials set version = version + 1, expires_on = '2030-01-01' where lea_cds = new.lea_cds; end"
    )
    try:
        with pytest.raises(RuntimeError, match="somebody else saved credentials for 19999010000000 just now"):
            save()
    finally:
        query("drop trigger overtake")
