"""The set-up page in somebody's hands, and everything as it was when they go."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from sandbox.stage import Stage
from tests.visitor import Page, Visitor, filled, words

DISTRICT = "19999010000000"


class SetUp:
    """Sends the forms on the card of one LEA."""

    def __init__(self, visitor: Visitor, cds: str = DISTRICT) -> None:
        self.visitor, self.cds = visitor, cds

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def card(self) -> str:
        [card] = [one for one in self.page.all("section") if one.attrib.get("id") == f"lea-{self.cds}"]
        return words(card)

    def test(self, **fields: str) -> Page:
        return self._send("", "/test", **fields)

    def save(self, **fields: str) -> Page:
        return self._send("", "", **fields)

    def remind(self, addresses: str, other_systems: str = "", **fields: str) -> Page:
        return self._send("/contacts", "/contacts", addresses=addresses, other_systems=other_systems, **fields)

    def discard(self) -> Page:
        return self._send("/discard", "/discard")

    def shown(self, form: str = "") -> dict[str, str]:
        """What stands in the fields of one of the forms."""
        return filled(self._form(form))

    def _send(self, form: str, action: str, **fields: str) -> Page:
        return self.visitor.send_form(self._form(form), f"/setup/{self.cds}{action}", **fields)

    def _form(self, action: str):
        [form] = [
            one
            for one in self.page.all("form")
            if one.attrib.get("action", "").partition("#")[0] == f"/setup/{self.cds}{action}"
        ]
        return form


@pytest.fixture
def as_it_was(stage: Stage) -> Iterator[None]:
    yield
    stage.state.settings.faults = {}
    with closing(database(stage)) as connection, connection:
        for table in ("drafts", "contacts", "notices", "mails", "trials"):
            connection.execute(f"delete from {table}")  # noqa: S608  # names of ours
    for lea, issued in stage.state.credentials.items():
        stage.save_credentials(lea, issued.user, issued.secret)


@pytest.fixture
def set_up(stage: Stage, as_it_was: None, somebody) -> Callable[..., SetUp]:
    """`set_up("lee.coordinado", cds)`: somebody who came from PowerSchool to the set-up page."""

    def arrive(username: str = "dana.overlook", cds: str = DISTRICT) -> SetUp:
        visitor = somebody("staff", username)
        visitor.launch("setup")
        return SetUp(visitor, cds)

    return arrive


@pytest.fixture
def dana(set_up: Callable[..., SetUp]) -> SetUp:
    return set_up()


@pytest.fixture
def ask_database(stage: Stage) -> Callable[..., list[tuple[object, ...]]]:
    def ask(query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(database(stage)) as connection, connection:
            return connection.execute(query, values).fetchall()

    return ask


def database(stage: Stage) -> sqlite3.Connection:
    return sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))
