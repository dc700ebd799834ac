"""Every page and state of the sidecar, without a barrier for people who see, point or hear differently."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import expect

from plugin.store.searched import Outcome
from sandbox.school.switches import Switch
from tests.journeys.barriers import barriers
from tests.journeys.window import Window
from tests.releases import NOW, releases_on

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("as_before")]

State = Callable[[Window], None]

DAY = datetime.timedelta(days=1)


def form(window: Window, name: str = "Rowan Sampleton", username: str = "dana.overlook") -> None:
    window.sign_in("staff", username)
    window.reports_of(name)


def answer(name: str) -> State:
    def show(window: Window) -> None:
        form(window, name)
        window.get_report()

    return show


def family(username: str) -> State:
    def show(window: Window) -> None:
        window.sign_in("parent", username)
        window.launch("score-reports-portal", persona="parent")
        window.get_report()

    return show


def teacher(window: Window) -> None:
    window.sign_in("teacher", "noor.bothways")
    window.launch("score-reports-teacher", frn=f"001{window.pupil('Rowan Sampleton').dcid}")


def from_right_to_left(window: Window) -> None:
    window.sign_in("parent", "alex.sampleton")
    window.launch("score-reports-portal", persona="parent")
    window.get_report()
    window.page.get_by_role("link", name="العربية").click()
    expect(window.page.locator("html")).to_have_attribute("dir", "rtl")


def expired(window: Window) -> None:
    window.stage.state.settings.link_life = 30
    answer("Rowan Sampleton")(window)


def unreadable(window: Window) -> None:
    window.stage.state.settings.faults = {"html": None}
    answer("Rowan Sampleton")(window)


def setup(window: Window) -> None:
    window.sign_in("staff", "dana.overlook")
    window.launch("setup")


def refused_test(window: Window) -> None:
    setup(window)
    window.page.get_by_label("User Name").first.fill("sis-nobody")
    window.page.get_by_label("Client Authentication Credentials").first.fill("too short ")
    window.page.get_by_role("button", name="Test connection").first.click()
    window.page.get_by_label("Client Authentication Credentials").first.fill("tooshort")
    window.page.get_by_role("button", name="Test connection").first.click()


def to_confirm(window: Window) -> None:
    setup(window)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=6)):
        window.page.goto(f"{window.stage.url}/setup")


def beside_setup(link: str) -> State:
    def show(window: Window) -> None:
        setup(window)
        window.link(link).click()

    return show


def notices(window: Window) -> None:
    beside_setup("Notices to families")(window)
    window.page.get_by_label("Who gets a summary").fill("nobody")
    window.button("Save").click()


def preview(window: Window) -> None:
    notices(window)
    window.page.get_by_role("row", name="Arabic").get_by_role("link").first.click()
    window.button("Preview").click()


def signed_out(window: Window) -> None:
    setup(window)
    window.button("Sign out").click()


def at(address: str) -> State:
    def show(window: Window) -> None:
        window.page.goto(window.stage.url + address)

    return show


def without_proof(window: Window) -> None:
    form(window)
    window.page.locator("#csrf_token").evaluate("field => field.remove()")
    window.button("Get Report").click()


def without_school_system(window: Window) -> None:
    form(window)
    window.stage.school.switch(Switch.DOWN)
    window.button("Get Report").click()


STATES: dict[str, tuple[State, str]] = {
    "the form": (form, "Get a score report"),
    "results": (answer("Rowan Sampleton"), "Time left:"),
    "results in two languages": (answer("Mateo Ejemplo"), "Español"),
    "results from right to left": (from_right_to_left, "Juniper Sampleton"),
    "expired results": (expired, "These links have expired"),
    "no results": (answer("Fern Trialworth"), "No report yet"),
    "no SSID": (answer("Hazel Mockridge"), "A number that the state needs is missing"),
    "SSID unknown": (answer("Jasper Mockridge"), "The state does not find this student"),
    "another district's": (answer("Reed Mockridge"), "The state does not show this student in this district"),
    "a fault of the state": (answer("Linden Trialworth"), "The state's service has a fault"),
    "an answer nobody can read": (unreadable, "an answer that we can't read"),
    "a family's results": (family("alex.sampleton"), "Juniper Sampleton"),
    "a family's blocked release": (family("garam.yesi"), "This report can't be shown here"),
    "a teacher's students": (teacher, "Rowan Sampleton"),
    "the set-up page": (setup, "Redwood Bridge Charter"),
    "a refused set": (refused_test, "The state refuses what you typed"),
    "the set-up page, to be confirmed": (to_confirm, "Before you can change them"),
    "who may open what": (beside_setup("Who may open what"), "A further account"),
    "the grade names": (beside_setup("Grade names"), "Poppy Valley Unified"),
    "the notices to families": (notices, "This is not an e-mail address: nobody."),
    "the preview of a notice": (preview, "Nothing is saved yet."),
    "signed out": (signed_out, "You are signed out"),
    "400": (without_proof, "We could not read this request"),
    "401": (at("/setup"), "Please sign in through PowerSchool"),
    "403": (lambda window: form(window, username="kelly.clerkson"), "This page is not open to you"),
    "403 at sign-in": (at("/sign-in?state=nobody&code=none"), "We could not sign you in"),
    "404": (at("/nowhere"), "There is nothing here for you to see"),
    "503": (without_school_system, "PowerSchool is not answering"),
}


#: The others differ from these by a sentence: the narrow screen is enough for them, and the soak has them.
LAID_OUT = {"the form", "results in two languages", "results from right to left", "a teacher's students"}
LAID_OUT |= {"the set-up page", "a refused set", "who may open what", "the grade names", "404"}
LAID_OUT |= {"the notices to families", "the preview of a notice"}
SENTENCES = [pytest.param(name, marks=pytest.mark.soak) for name in STATES if name not in LAID_OUT]


@pytest.mark.parametrize("name", [*sorted(LAID_OUT), *SENTENCES])
def test_nobody_is_kept_out_of(window, name):
    show, words = STATES[name]
    show(window)
    expect(window.page.get_by_role("main")).to_contain_text(words)
    assert barriers(window.page, widths=[1280, 320] if name in LAID_OUT else [320]) == []


def test_nobody_is_kept_out_of_an_unexpected_failure(window, stage, monkeypatch):
    monkeypatch.setitem(stage.app.view_functions, "signed_out", lambda: 1 / 0)
    assert window.page.goto(f"{stage.url}/signed-out").status == 500
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Something went wrong")
    assert barriers(window.page) == []


def test_nobody_is_kept_out_of_expired_credentials(own_stage, open_window):
    window = open_window(own_stage)
    lea = window.pupil("Karīm Mithāl").lea_cds
    own_stage.expire_credentials(lea, "2020-01-01")
    answer("Karīm Mithāl")(window)
    expect(window.page.get_by_role("main")).to_contain_text("Enter new ones")
    assert barriers(window.page) == []
    window.launch("setup")
    expect(window.page.get_by_role("main")).to_contain_text("These credentials have expired")
    assert barriers(window.page) == []


def test_nobody_is_kept_out_of_a_search(own_stage, open_window):
    """While it goes on, with failures and a search before it, and with a plan that can't be saved."""
    window, services, lea = open_window(own_stage), own_stage.services(), own_stage.district.cds
    beside_setup("New reports")(window)
    for button in ("Run now", "Stop for good", "Run now"):
        window.button(button).click()
    search = services.searches.latest(lea)
    failed = [Outcome(one.dcid, "ssid_unknown") for one in services.searches.waiting(search.id, 9)]
    services.searches.keep(search, failed, services.now())
    window.page.get_by_label("Students a second, at most").fill("fast")
    window.button("Save the plan").click()
    expect(window.page.get_by_role("alert")).to_contain_text("Write a number from 0.1 to 20")
    expect(window.page.get_by_role("progressbar")).to_have_attribute("value", "9")
    window.page.locator("summary").click()
    assert barriers(window.page) == []
    window.link("update by itself").click()
    assert barriers(window.page) == []


#: Letters of a picture that are too small, or run out of it.
UNREADABLE = """() => [...document.querySelectorAll("svg[role=img] text")].filter((text) => {
  const box = text.getBoundingClientRect(), picture = text.closest("[role=img]").getBoundingClientRect();
  const runsOut = box.right > picture.right + 1 || box.left < picture.left - 1 || box.bottom > picture.bottom + 1;
  return runsOut || parseFloat(getComputedStyle(text).fontSize) < 12;
}).map((text) => text.textContent)"""

#: Words of a table's names that a line's end breaks.
BROKEN = """() => [...document.querySelectorAll(".scrolling bdi")].flatMap((name) =>
  [...name.textContent.matchAll(/\\S+/g)].filter((word) => {
    const range = document.createRange();
    range.setStart(name.firstChild, word.index);
    range.setEnd(name.firstChild, word.index + word[0].length);
    return new Set([...range.getClientRects()].map((line) => line.top)).size > 1;
  }).map((word) => word[0]))"""


def test_nobody_is_kept_out_of_the_dashboard(stage, window):
    today = stage.services().today()
    with releases_on(stage) as kept:
        kept.keep_all(
            (pupil, {"due_on": today + (place % 15 - 8) * DAY, "found_at": NOW - (place % 5) * DAY})
            for place, pupil in enumerate(stage.district.pupils)
        )
        beside_setup("Dashboard")(window)
        for summary in window.page.locator("summary").all():
            summary.click()
        for width in (1280, 320):
            assert barriers(window.page, widths=[width]) == []
            assert window.page.evaluate(UNREADABLE) == []
            assert window.page.evaluate(BROKEN) == []


def test_nobody_is_kept_out_of_the_report_manager(stage, window):
    """With everything that a row can say, before anything is ticked and after nothing was."""
    today = stage.services().today()
    with releases_on(stage) as kept:
        kept.keep_all(
            (pupil, {"due_on": today - DAY, "due_estimated": True, "blocked": True, "has_left": place % 2 == 0})
            for place, pupil in enumerate(stage.district.pupils[:6])
        )
        beside_setup("Report manager")(window)
        window.link("Student").click()
        assert barriers(window.page) == []
        window.page.get_by_label("Handed over on").fill("")
        window.button("Mark as handed over").click()
        expect(window.page.get_by_role("alert")).to_contain_text("Nothing is saved.")
        assert barriers(window.page) == []


def test_nobody_is_kept_out_of_the_due_dates(window):
    beside_setup("Report manager")(window)
    window.link("Due dates and school calendar").click()
    window.page.get_by_label("Days without school").fill("someday")
    window.button("Save the calendar").click()
    expect(window.page.get_by_role("alert")).to_contain_text("Nothing is saved.")
    assert barriers(window.page) == []
