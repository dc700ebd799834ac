"""The page "New reports", over real HTTP: how a search stands, what can be done to it, and its plan."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from plugin.reports.detection import scheduling, searching
from plugin.reports.detection.plan import KIND, SearchPlan, plan_of
from plugin.reports.services import Services
from plugin.store.searched import Outcome
from plugin.store.searches import State
from sandbox.stage import Stage
from tests.visitor import Page, Visitor, words

DISTRICT, CHARTER = "19999010000000", "19999010999003"


@pytest.fixture(autouse=True)
def no_searches(stage: Stage) -> Iterator[None]:
    yield
    with closing(database(stage)) as connection, connection:
        for table in ("searches", "searched", "found", "releases", "choices", "workers", "state_paces"):
            connection.execute(f"delete from {table}")  # noqa: S608  no text from outside


@pytest.fixture
def services(stage: Stage) -> Services:
    return stage.services()


@pytest.fixture
def working(services: Services) -> Services:
    """The same while a worker is at work."""
    services.workers.note("a worker", services.now())
    return services


@pytest.fixture
def lee(somebody) -> Visitor:
    """The coordinator, on the page, before any search."""
    return arriving(somebody, "lee.coordinado")


def arriving(somebody, username: str) -> Visitor:
    visitor = somebody("staff", username)
    visitor.launch("setup")
    visitor.open("/new-reports")
    return visitor


def database(stage: Stage) -> sqlite3.Connection:
    return sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))


def buttons(page: Page) -> list[str]:
    return [words(button) for button in page.all("button")][1:]  # after signing out


def facts(page: Page) -> list[tuple[str, str]]:
    return list(zip(map(words, page.all("dt")), map(words, page.all("dd")), strict=True))


def on_record(stage: Stage) -> list[tuple[str, str, object]]:
    query = "select event, lea_cds, change from audit where event in ('search_changed', 'choice_changed') order by id"
    with closing(database(stage)) as connection:
        return [(event, lea, json.loads(change)) for event, lea, change in connection.execute(query)]


def half_way(services: Services, *causes: str) -> None:
    """Let half of the newest search's students be asked for just now; the first ones ended for these causes."""
    search = services.searches.latest(DISTRICT)
    waiting = services.searches.waiting(search.id, 1000)
    ended = [*causes, *["ok"] * len(waiting)]
    outcomes = [Outcome(one.dcid, cause) for one, cause in zip(waiting[: len(waiting) // 2], ended, strict=False)]
    services.searches.keep(search, outcomes, services.now())


# --- A search ------------------------------------------------------------------------------------------------


def test_before_any_search_the_page_says_so_and_offers_one(lee):
    assert "No search has begun yet." in lee.page.text
    assert "No search begins by itself: the plan is off." in lee.page.text
    assert buttons(lee.page) == ["Run now", "Save the plan"]


def test_without_a_worker_the_page_says_that_nothing_moves(lee, services):
    assert "The background service is not running, so nothing moves" in lee.page.text
    services.workers.note("a worker", services.now() - datetime.timedelta(minutes=4))
    assert "The background service is not running" in lee.open("/new-reports").text
    services.workers.note("a worker", services.now())
    assert "The background service is not running" not in lee.open("/new-reports").text


def test_without_a_worker_nobody_is_promised_one(lee):
    for button in ("Run now", "Pause", "Resume"):
        assert "takes it up" not in lee.send(button).text


def test_the_page_is_marked_among_the_others_also_where_a_form_is_refused(lee):
    for page in (lee.page, lee.send("Save the plan", rate="fast")):
        current = [words(one) for one in page.all("a") if one.attrib.get("aria-current") == "page"]
        assert current == ["Poppy Valley Unified", "New reports"]


def test_only_what_applies_can_be_done(lee):
    assert buttons(lee.send("Run now"))[:2] == ["Pause", "Stop for good"]
    assert buttons(lee.send("Pause"))[:2] == ["Resume", "Stop for good"]
    assert buttons(lee.send("Resume"))[:2] == ["Pause", "Stop for good"]
    assert buttons(lee.send("Stop for good"))[:1] == ["Run now"]


def test_what_is_done_is_on_record_and_the_page_says_it(stage, lee, working):
    before = len(on_record(stage))
    assert "A search has begun." in lee.send("Run now").text
    assert ("Begun by", "lee.coordinado") in facts(lee.page)
    assert "The search is paused." in lee.send("Pause").text
    assert "The search goes on." in lee.send("Resume").text
    assert "The search is stopped for good." in lee.send("Stop for good").text
    done = [change["search"] for _event, lea, change in on_record(stage)[before:] if lea == DISTRICT]
    assert done == ["begin", "pause", "resume", "stop"]


def test_of_two_who_begin_the_second_is_told_how_it_stands(lee, somebody, services):
    dana = arriving(somebody, "dana.overlook")
    lee.send("Run now")
    assert "Nothing was done" in dana.send("Run now").text
    assert len(services.searches.recent(DISTRICT, 9)) == 1


def test_the_bar_says_how_far_it_is_and_how_fast(lee, services, working):
    lee.send("Run now")
    half_way(services)
    page = lee.open("/new-reports")
    [bar] = page.all("progress")
    [label] = [one for one in page.all("label") if one.attrib["for"] == bar.attrib["id"]]
    students, asked = int(bar.attrib["max"]), int(bar.attrib["value"])
    assert words(label).startswith(f"{asked} of {students} students asked for: {100 * asked // students}%")
    assert "Students a second, in the last minute" in page.text
    assert "Time left, as an estimate" in page.text


def test_failures_are_told_in_words_with_what_can_be_done(lee, services):
    lee.send("Run now")
    half_way(services, "ssid_unknown", "ssid_unknown", "state_slow", "state_busy", "state_busy")
    rows = lee.open("/new-reports").table()
    told = {row[1]: [row[0], *row[2:]] for row in rows[1:]}
    again = "The state could not say. The next search asks for these students again."
    assert told["The state's service is not answering"] == ["1", again]
    assert told["The state's service is busy"] == ["2", again]
    assert told["The state does not find this student"] == [
        "2",
        "Compare the SSID in PowerSchool with the one in CALPADS, and correct it where it differs.",
    ]


def test_earlier_searches_stand_below(lee, services):
    lee.send("Run now")
    lee.send("Stop for good")
    searching.begin(services, services.roster.leas()[0], scheduling.BY_PLAN, SearchPlan())
    page = lee.open("/new-reports")
    assert "the plan" in page.text
    [row] = [row for row in page.table() if row[1:2] == ["lee.coordinado"]]
    assert row[2].startswith("Stopped on")
    assert row[4:] == ["0", "0"]


def test_why_it_waits_is_said(lee, stage, services, working):
    lee.send("Run now")
    assert "The background service takes it up within a minute" in lee.page.text
    search = services.searches.latest(DISTRICT)
    services.searches.lease(search.id, "a worker", services.now())
    services.state_paces.keep(DISTRICT, 5, 0.5, services.now(), stopped=True)
    assert "the state's service fails or does not answer" in lee.open("/new-reports").text
    services.state_paces.keep(DISTRICT, 5, 0.5, services.now(), stopped=False)
    assert "It waits" not in lee.open("/new-reports").text


@pytest.mark.parametrize(
    ("column", "role"), [("U_SCORE_REPORTS.test_exemption", "exemption"), ("U_SCORE_REPORTS.test_status", "status")]
)
def test_a_field_of_the_district_s_that_can_not_be_read_is_said(lee, stage, column, role):
    said = f"read {column}, so a search leaves nobody out for it. Check the field “{role}” in the settings file"
    assert said not in lee.page.text
    stage.school.refuse_column(column)
    stage.pass_a_minute()
    try:
        assert said in lee.open("/new-reports").text
    finally:
        stage.school.refuse_column(column, refused=False)
        stage.pass_a_minute()


def test_it_updates_by_itself_only_where_somebody_wants_it_and_while_something_moves(lee, services):
    lee.send("Run now")
    assert "Refresh" not in lee.open("/new-reports").response.headers
    watched = lee.click("update by itself every 10 seconds")
    assert watched.response.headers["Refresh"] == f"10; url=/new-reports/{DISTRICT}?watch=119"
    assert "Save the plan" not in buttons(watched)
    assert "Refresh" not in lee.click("Stop updating by itself").response.headers
    services.searches.change(services.searches.latest(DISTRICT).id, State.DONE, services.now())
    assert "Refresh" not in lee.open(watched.url).response.headers


def test_each_lea_has_searches_of_its_own(lee, services):
    lee.click("Redwood Bridge Charter")
    lee.send("Run now")
    assert services.searches.latest(DISTRICT) is None
    assert services.searches.latest(CHARTER).begun_by == "lee.coordinado"


@pytest.mark.parametrize("do", ["", "begin ", "purge"])
def test_what_nobody_can_do_is_refused(lee, do):
    form = lee.page.form("Run now")
    assert lee.send_form(form, form.attrib["action"], do=do).status == 400


# --- The plan ------------------------------------------------------------------------------------------------


def test_a_plan_is_saved_and_says_when_the_next_search_is(stage, lee, services):
    page = lee.send("Save the plan", enabled="yes", at="19:30", rate="2.5", left_since="2026-08-12")
    assert "Saved. It counts from the next search on" in page.text
    assert "The plan's next search begins on" in page.text
    plan = plan_of(services, DISTRICT)
    assert (plan.enabled, plan.at, plan.rate) == (True, datetime.time(19, 30), 2.5)
    assert plan.left_since == datetime.date(2026, 8, 12)
    assert on_record(stage)[-1][2] == {
        "search enabled": "False → True",
        "search at": "20:00 → 19:30",
        "search left_since": "None → 2026-08-12",
        "search rate": "5.0 → 2.5",
    }


def test_schools_can_be_chosen_and_none_means_all(lee, services, stage):
    own = next(one for one in stage.district.schools if one.lea_cds == DISTRICT)
    assert "Schools: all of them" in lee.page.text
    page = lee.send("Save the plan", **{f"school-{own.number}": "yes"})
    assert "Schools: 1 is chosen" in page.text
    assert plan_of(services, DISTRICT).schools == {own.number}
    foreign = next(one for one in stage.district.schools if one.lea_cds == CHARTER)
    assert f"school-{foreign.number}" not in [field.attrib.get("name") for field in page.all("input")]


def test_every_fault_is_told_and_nothing_typed_is_lost(lee, services):
    page = lee.send("Save the plan", enabled="yes", at="noon", rate="fast", left_since="2099-01-01")
    assert page.status == 422
    assert "Nothing is saved" in page.text
    fields = {field.attrib["name"]: field.attrib for field in page.all("input") if "name" in field.attrib}
    for name, typed in {"at": "noon", "rate": "fast", "left_since": "2099-01-01"}.items():
        assert fields[name]["value"] == typed
        assert fields[name]["aria-invalid"] == "true"
        assert f"wrong-{name}" in fields[name]["aria-describedby"]
    assert "checked" in fields["enabled"]
    assert services.choices.of(DISTRICT, KIND).version == 0


def test_of_two_who_save_the_second_is_told_and_may_save_after_all(lee, somebody, services):
    dana = arriving(somebody, "dana.overlook")
    lee.send("Save the plan", rate="4")
    page = dana.send("Save the plan", rate="3")
    assert page.status == 409
    assert "lee.coordinado saved another plan" in page.text
    assert plan_of(services, DISTRICT).rate == 4
    dana.send("Save the plan")
    assert plan_of(services, DISTRICT).rate == 3


def test_view_shows_all_of_it_and_changes_nothing(stage, lee, somebody):
    lee.send("Run now")
    principal = arriving(somebody, "pat.principle")
    assert buttons(principal.page) == []
    assert "students asked for" in principal.page.text
    assert ("Searches by itself", "No") in facts(principal.page)
    token = next(field.attrib["value"] for field in principal.page.all("input") if field.attrib["name"] == "csrf_token")
    for address in (f"/new-reports/{DISTRICT}", f"/new-reports/{DISTRICT}/search"):
        answer = principal.session.post(stage.url + address, data={"csrf_token": token, "do": "stop"})
        assert answer.status_code == 403


def test_view_reads_the_plans_day_and_time_in_its_own_way_of_writing_them(lee, somebody):
    lee.send("Save the plan", at="19:30", rate="2.5", left_since="2026-08-01")
    shown = dict(facts(arriving(somebody, "pat.principle").page))
    assert shown["Time of day in California"].replace("\N{NARROW NO-BREAK SPACE}", " ") == "7:30 PM"
    assert shown["Also students who left on or after this day"] == "August 1, 2026"
    assert shown["Students a second, at most"] == "2.5"
