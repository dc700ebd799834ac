"""The verbs of the command line that look after what is kept, on a district that is in use."""

from __future__ import annotations

import base64
import datetime
import os
from collections.abc import Callable, Iterator

import pytest
import time_machine
from sqlalchemy import ColumnElement, Table, func, select

from plugin import create_app
from plugin.config import from_environ
from plugin.store import tables
from plugin.store.database import Database
from sandbox.stage import Stage
from tests.conftest import visitor_of
from tests.visitor import Visitor

Count = Callable[..., int]
OpenWith = Callable[..., None]

#: What people make by using the pages.
MADE = tables.sessions, tables.results, tables.links


@pytest.fixture
def count(own_stage: Stage) -> Iterator[Count]:
    """Counts the rows of one of our tables, past the sidecar."""
    database = Database(own_stage.environ["DATABASE_URL"])

    def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        with database.read() as connection:
            return connection.scalar(select(func.count()).select_from(table).where(*conditions))

    yield count
    database.close()


@pytest.fixture
def open_with(own_stage: Stage) -> OpenWith:
    """Starts the sidecar anew with these keys."""

    def open_with(*keys: str) -> None:
        own_stage.app = create_app(from_environ(own_stage.environ | {"VAULT_KEYS": ",".join(keys)}))

    return open_with


@pytest.fixture
def keys(own_stage: Stage) -> tuple[str, str]:
    """The key that everything stands under, and a new one."""
    return own_stage.environ["VAULT_KEYS"], f"new:{base64.b64encode(os.urandom(32)).decode()}"


@pytest.fixture
def reader(own_stage: Stage) -> Visitor:
    """Has a student's reports on screen."""
    visitor = visitor_of(own_stage, "staff", "dana.overlook")
    juniper = next(one for one in own_stage.district.pupils if (one.first, one.last) == ("Juniper", "Sampleton"))
    visitor.launch("score-reports-admin", frn=f"001{juniper.dcid}")
    visitor.ask()
    return visitor


def test_keys_are_rotated_while_somebody_reads(
    own_stage: Stage, reader: Visitor, count: Count, open_with: OpenWith, keys
):
    old, new = keys
    open_with(new, old)
    assert reader.ask().status == 200  # links under the new key, beside credentials and a session under the old one
    assert "0 left under another key" in own_stage.command("rotate-keys")
    assert own_stage.command("rotate-keys").startswith("0 values encrypted anew, 0 left")
    open_with(new)
    assert reader.view("View:").status_code == 303
    assert "View:" in reader.ask().text
    assert count(tables.audit, tables.audit.c.event == "keys_rotated") == 2


def test_the_key_that_was_left_behind_opens_nothing(own_stage: Stage, reader: Visitor, open_with: OpenWith, keys):
    old, new = keys
    open_with(new, old)
    own_stage.command("rotate-keys")
    open_with(old)
    assert reader.open(reader.page.url).status == 401
    assert own_stage.command("rotate-keys").startswith("0 values encrypted anew")
    assert "0 left" not in own_stage.command("rotate-keys")


def test_purging_leaves_alone_what_is_in_use(own_stage: Stage, reader: Visitor, count: Count):
    before = [count(table) for table in MADE]
    assert own_stage.command("purge") == "What had expired is deleted.\n"
    assert [count(table) for table in MADE] == before
    assert all(before)
    assert reader.view("View:").status_code == 303


def test_purging_deletes_what_is_over_and_keeps_credentials_and_the_record(
    own_stage: Stage, reader: Visitor, count: Count
):
    recorded = count(tables.audit)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=13)):
        own_stage.command("purge")
    assert [count(table) for table in (*MADE, tables.launches)] == [0] * 4
    assert count(tables.audit) == recorded
    assert count(tables.credentials) == len(own_stage.state.credentials)


def test_what_comes_down_the_pipe_of_bounces_and_is_none_is_ignored_with_a_sentence_and_no_address(stage: Stage):
    said = stage.command("bounce", typed="From: ada@family.example\nSubject: Thank you\n\nWhen may we come?")
    assert said == "Ignored: this is no notification of a mail that could not be delivered.\n"


def test_a_bounce_that_meets_no_database_is_to_be_brought_again(stage: Stage):
    app = create_app(from_environ(stage.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}))
    original = "Content-Type: message/rfc822\n\nMessage-ID: <a@b>\n\n"
    status = "Content-Type: message/delivery-status\n\n\nFinal-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n"
    raw = f"Content-Type: multipart/report; boundary=b\n\n--b\n{status}\n--b\n{original}\n--b--\n"
    outcome = app.test_cli_runner().invoke(args=["bounce"], input=raw)
    assert (outcome.exit_code, "a@b" in outcome.output) == (75, False)


def test_refused_addresses_can_be_tried_again(stage: Stage):
    assert stage.command("try-refused-addresses").startswith("0 addresses are written to again")
