"""The fresh sign-in before something is saved: asked of the school system, and believed only by the time it tells."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import flask
import pytest
import requests
import time_machine

from plugin import create_app, identity
from plugin.config import from_environ
from sandbox.school import Switch
from sandbox.stage import Stage
from tests.visitor import Page, Visitor

CONFIRM = "setup-confirm"
OLD = datetime.timedelta(minutes=5, seconds=2)


@pytest.fixture
def switch(stage: Stage) -> Iterator[Callable[[Switch], None]]:
    yield stage.school.switch
    for one in (Switch.OLD_AUTH_TIME, Switch.NO_AUTH_TIME):
        stage.school.switch(one, 0)


@pytest.fixture
def officer(administrator: Visitor) -> Visitor:
    """Has the set-up page open, having signed in to the school system a moment ago."""
    administrator.launch("setup")
    return administrator


@pytest.fixture
def later(officer: Visitor) -> Iterator[None]:
    """All that follows happens when the officer's sign-in has just become too old."""
    with time_machine.travel(now() + OLD):
        yield


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def is_fresh(app: flask.Flask, visitor: Visitor) -> bool:
    """What our pages are told about whoever has this visitor's cookies."""
    asked = requests.Request("GET", f"{visitor.sidecar}/setup", cookies=visitor.session.cookies).prepare()
    with app.test_request_context("/setup", base_url=visitor.sidecar, headers=dict(asked.headers)):
        return identity.is_fresh(now())


def at(page: Page) -> str:
    """The address of a page without the host."""
    return urlsplit(page.url)._replace(scheme="", netloc="").geturl()


def retype(visitor: Visitor) -> str:
    """Type the password on the page on screen; where that leads."""
    return at(visitor.send("Sign In", username="dana.overlook", password="let-me-look"))


def sign_out_and_in(stage: Stage, visitor: Visitor) -> None:
    visitor.open(stage.school.url + "/admin/home.html")
    visitor.send("Sign Out")
    retype(visitor)


@pytest.mark.parametrize(("page", "max_age"), [(CONFIRM, ["300"]), ("setup", None), ("score-reports-admin", None)])
def test_only_a_confirmation_asks_for_a_password_of_the_last_five_minutes(stage: Stage, page, max_age):
    answer = Visitor(stage.url).session.get(f"{stage.url}/launch/{page}", allow_redirects=False)
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked.get("max_age") == max_age
    assert asked["_persona"] == ["staff"]


def test_whoever_just_typed_the_password_confirms_without_typing_it_again(stage: Stage, officer):
    assert at(officer.launch(CONFIRM)) == "/setup?confirmed=1"
    assert is_fresh(stage.app, officer)


def test_whoever_typed_it_longer_ago_is_asked_for_it(stage: Stage, officer, later):
    assert not is_fresh(stage.app, officer)
    assert officer.launch(CONFIRM).url.startswith(f"{stage.school.url}/admin/pw.html")
    assert not is_fresh(stage.app, officer)
    assert retype(officer) == "/setup?confirmed=1"
    assert is_fresh(stage.app, officer)


def test_using_the_pages_makes_no_sign_in_younger(stage: Stage, officer):
    begin = now()
    for minutes in (2, 4, 6):
        with time_machine.travel(begin + datetime.timedelta(minutes=minutes)):
            assert officer.open("/setup").status == 200
            assert is_fresh(stage.app, officer) is (minutes < 5)


@pytest.mark.parametrize("page", ["setup", "score-reports-admin"])
def test_a_round_in_which_nobody_was_asked_for_a_password_does_not_count(stage: Stage, officer, later, page):
    assert officer.launch(page).url.startswith(stage.url)
    assert not is_fresh(stage.app, officer)


def test_nor_does_one_that_pays_no_heed_to_max_age_until_a_new_sign_in(stage: Stage, officer, later, switch):
    switch(Switch.OLD_AUTH_TIME)
    assert at(officer.launch(CONFIRM)) == "/setup?confirmed=1"
    assert not is_fresh(stage.app, officer)
    sign_out_and_in(stage, officer)
    assert at(officer.launch(CONFIRM)) == "/setup?confirmed=1"
    assert is_fresh(stage.app, officer)


def test_without_a_time_nothing_is_ever_fresh(stage: Stage, officer, later, switch):
    switch(Switch.NO_AUTH_TIME)
    officer.launch(CONFIRM)
    assert retype(officer) == "/setup?confirmed=1"
    assert not is_fresh(stage.app, officer)


@pytest.mark.parametrize("lack", [Switch.OLD_AUTH_TIME, Switch.NO_AUTH_TIME])
def test_a_setting_does_without(stage: Stage, officer, later, switch, lack):
    lenient = create_app(from_environ(stage.environ | {"STEP_UP": "0"}))
    switch(lack)
    officer.launch("setup")
    assert is_fresh(lenient, officer)
    assert not is_fresh(stage.app, officer)
    assert not is_fresh(lenient, Visitor(stage.url))


def test_nobody_is_fresh_who_is_not_signed_in(stage: Stage, officer):
    assert not is_fresh(stage.app, Visitor(stage.url))
    officer.send("Sign out")
    assert not is_fresh(stage.app, officer)


def test_saying_that_one_confirmed_is_not_confirming(stage: Stage, officer, later):
    officer.open("/setup?confirmed=1")
    assert not is_fresh(stage.app, officer)


def answered(visitor: Visitor) -> str:
    """Where the school system sends the browser back to after a confirmation, not yet opened."""
    address = f"{visitor.sidecar}/launch/{CONFIRM}"
    while not urlsplit(address).path == "/sign-in":
        address = visitor.session.get(address, allow_redirects=False).headers["Location"]
    return address


def test_a_copied_confirmation_gains_another_browser_nothing(stage: Stage, officer, somebody):
    address, other = answered(officer), somebody("staff", "robin.headley")
    assert other.open(address).status == 403
    assert not is_fresh(stage.app, other)


def test_a_confirmation_that_is_opened_again_gains_nothing(stage: Stage, officer):
    address = answered(officer)
    assert at(officer.open(address)) == "/setup?confirmed=1"
    with time_machine.travel(now() + OLD):
        assert officer.open(address).status == 403
        assert not is_fresh(stage.app, officer)


def test_a_confirmation_that_waited_is_as_old_as_its_password(stage: Stage, officer):
    with time_machine.travel(now() + datetime.timedelta(minutes=4, seconds=30)) as clock:
        address = answered(officer)
        clock.shift(40)
        assert at(officer.open(address)) == "/setup?confirmed=1"
        assert not is_fresh(stage.app, officer)
