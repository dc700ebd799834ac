"""What families can meet, in every state and every one of their languages: nobody is kept out of any of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

import pytest
import time_machine
from playwright.sync_api import expect

from plugin.reports.languages import ON_PAGES, Language
from sandbox.school.switches import Switch
from tests.journeys.barriers import barriers
from tests.journeys.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("as_before")]

#: Brings a window to a state of a page; the address at which it stays in that state.
State = Callable[[Window], str]


def child(username: str, name: str) -> State:
    def show(window: Window) -> str:
        window.sign_in("parent", username)
        window.launch("score-reports-portal", persona="parent", student_id=window.pupil(name).id)
        return window.page.url

    return show


def asked(username: str, name: str, says: str, *, fault: str = "", link_life: int = 1800) -> State:
    def show(window: Window) -> str:
        child(username, name)(window)
        window.stage.state.settings.link_life = link_life
        window.stage.state.settings.faults = {fault: None} if fault else {}
        window.page.locator(".asking button").click()
        expect(window.page.locator("#results")).to_contain_text(says)
        return window.page.url.partition("#")[0]

    return show


def too_late(window: Window) -> str:
    """Once it has been tried too late, a link is gone for good."""
    asked("morgan.sampleton", "Rowan Sampleton", "View:")(window)
    link = window.stage.url + window.page.locator("a.pdf").first.get_attribute("href")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=29, seconds=30)):
        window.page.goto(link)
    return link


def not_theirs(window: Window) -> str:
    child("alex.sampleton", "Rowan Sampleton")(window)
    return f"{window.stage.url}/setup"


def without_school_system(window: Window) -> str:
    address = child("alex.sampleton", "Rowan Sampleton")(window)
    window.stage.school.switch(Switch.DOWN)
    window.stage.pass_a_minute()
    return address


def at(path: str) -> State:
    return lambda window: window.stage.url + path


STATES: dict[str, tuple[State, int]] = {
    "the form": (child("tala.halimbawa", "Ligaya Halimbawa"), 200),
    "results": (asked("lucia.ejemplo", "Mateo Ejemplo", "View:"), 200),
    "expired results": (asked("alex.sampleton", "Rowan Sampleton", "These links have expired", link_life=30), 200),
    "no results": (asked("jordan.trialworth", "Fern Trialworth", "No report yet"), 200),
    "no SSID": (asked("casey.mockridge", "Hazel Mockridge", "Nothing is wrong with your account"), 200),
    "SSID unknown": (asked("casey.mockridge", "Jasper Mockridge", "check the student's state number"), 200),
    "another district's": (asked("casey.mockridge", "Reed Mockridge", "not yet recorded the move"), 200),
    "credentials refused": (asked("alex.sampleton", "Juniper Sampleton", "The school office knows", fault="401"), 200),
    "a fault of the state": (asked("jordan.trialworth", "Linden Trialworth", "Your reports are safe"), 200),
    "an answer nobody can read": (
        asked("alex.sampleton", "Juniper Sampleton", "Please try again", fault="html"),
        200,
    ),
    "a blocked release": (asked("garam.yesi", "Haneul Yesi", "another way"), 200),
    "signed out": (at("/signed-out"), 200),
    "400": (at("/launch/score-reports-portal?persona=nobody"), 400),
    "401": (at("/students"), 401),
    "403": (not_theirs, 403),
    "403 at sign-in": (at("/sign-in?state=nobody&code=none"), 403),
    "404": (at("/nowhere"), 404),
    "405": (at("/sign-out"), 405),
    "410": (too_late, 410),
    "503": (without_school_system, 503),
}
#: Of those that differ by a sentence, one; the soak has them all.
LAID_OUT = {"the form", "results", "expired results", "no results", "a fault of the state", "a blocked release"}
LAID_OUT |= {"signed out", "404", "410", "503"}
IN_TURN = [pytest.param(*STATES[name], ON_PAGES[n % len(ON_PAGES)], id=name) for n, name in enumerate(sorted(LAID_OUT))]


@pytest.mark.parametrize(("show", "status", "language"), IN_TURN)
def test_no_family_is_kept_out_of(window, show, status, language):
    assert_open_to_all(window, show(window), status, [language])


@pytest.mark.soak
@pytest.mark.parametrize(("show", "status"), STATES.values(), ids=STATES)
def test_no_family_is_kept_out_in_any_language_of(window, show, status):
    assert_open_to_all(window, show(window), status, ON_PAGES)


def test_no_family_is_kept_out_in_any_language_of_an_unexpected_failure(window, stage, monkeypatch):
    monkeypatch.setitem(stage.app.view_functions, "signed_out", lambda: 1 / 0)
    assert_open_to_all(window, f"{stage.url}/signed-out", 500, ON_PAGES)


def assert_open_to_all(window: Window, address: str, status: int, languages: Sequence[Language]) -> None:
    for language in languages:
        answer = window.page.goto(f"{address}{'&' if '?' in address else '?'}language={language.tag}")
        assert answer.status == status
        expect(window.page.locator("html")).to_have_attribute("lang", language.tag)
        assert barriers(window.page, widths=[320]) == [], language
