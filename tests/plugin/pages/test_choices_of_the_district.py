"""How the pages behave where a district chose otherwise in district.toml."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine

from sandbox.district import Pupil, make
from sandbox.stage import ROOT, Stage
from tests.conftest import assert_nothing_leaked, visitor_of
from tests.visitor import Page, Visitor

CHOICES = {
    "list_on_opening = false": "list_on_opening = true",
    'student_self_access = "all"': 'student_self_access = "16_or_grade_10"',
    "teachers_see_blocked = false": "teachers_see_blocked = true",
    "# contact_": "contact_",
    "https://elpac.startingsmarter.org/": "https://district.example/elpac",
}


@pytest.fixture(scope="module")
def other_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("other")
    text = (ROOT / "district.toml").read_text()
    for usual, otherwise in CHOICES.items():
        assert usual in text
        text = text.replace(usual, otherwise)
    (folder / "district.toml").write_text(text)
    with Stage(make(80), folder, environ={"DISTRICT_FILE": str(folder / "district.toml")}) as stage:
        yield stage
    assert_nothing_leaked(stage, folder)


def pupil(stage: Stage, name: str) -> Pupil:
    return next(one for one in stage.district.pupils if f"{one.first} {one.last}" == name)


def parent(stage: Stage, username: str) -> Visitor:
    visitor = visitor_of(stage, "parent", username)
    visitor.launch("score-reports-portal", persona="parent")
    return visitor


def asked(stage: Stage) -> int:
    return len([call for call in stage.state.calls if call.path == "/scorereports/{ssid}"])


def test_all_reports_are_listed_when_the_page_opens_and_not_again_while_they_live(other_stage):
    before = asked(other_stage)
    visitor = parent(other_stage, "alex.sampleton")
    visitor.click("Rowan Sampleton")
    assert visitor.page.link("View: English PDF")
    once = asked(other_stage)
    assert once == before + 2
    visitor.open(visitor.page.url)
    visitor.click("Juniper Sampleton")
    assert asked(other_stage) == once


def test_after_the_links_died_the_page_asks_again_when_it_is_opened(other_stage):
    parent(other_stage, "morgan.sampleton")
    before = asked(other_stage)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=31)):
        parent(other_stage, "morgan.sampleton")
    assert asked(other_stage) == before + 1


def test_get_report_narrows_what_was_listed(other_stage):
    visitor = parent(other_stage, "quinn.pretendle")
    page = visitor.ask(assessment="elpac")
    assert "No report yet" in page.text
    before = asked(other_stage)
    assert "No report yet" in visitor.open(page.url).text
    assert asked(other_stage) == before


def test_a_page_that_is_fetched_ahead_lists_nothing(other_stage):
    address = f"{other_stage.url}/students/{pupil(other_stage, 'Ligaya Halimbawa').dcid}/score-reports"
    office = visitor_of(other_stage, "staff", "lee.coordinado")
    office.launch("setup")
    before = asked(other_stage)
    assert office.session.head(address).status_code == 200
    assert office.session.get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert asked(other_stage) == before
    office.open(address)
    assert asked(other_stage) == before + 1


@pytest.mark.parametrize(
    ("name", "sees"), [("Juniper Sampleton", False), ("Yǔ Lìzi", True), ("Willow Pretendle", True)]
)
def test_students_see_their_own_from_sixteen_years_or_past_grade_ten(other_stage, name, sees):
    student = pupil(other_stage, name)
    visitor = visitor_of(other_stage, "student", student.username)
    page = visitor.launch("score-reports-portal", persona="student", student_id=student.id)
    assert page.status == (200 if sees else 404)
    assert ("Your score reports are shown to your family" in page.text) is not sees
    assert visitor.open(f"/students/{student.dcid}/score-reports").status == (200 if sees else 404)


def test_the_sixteenth_birthday_opens_the_page(other_stage):
    student = next(one for one in other_stage.district.pupils if one.grade in {9, 10} and one.enroll_status == 0)
    birthday = student.born.replace(year=student.born.year + 16)
    statuses = []
    for day in (birthday - datetime.timedelta(days=1), birthday):
        noon = datetime.datetime.combine(day, datetime.time(20), datetime.UTC)
        with time_machine.travel(noon):
            visitor = visitor_of(other_stage, "student", student.username)
            statuses.append(visitor.launch("score-reports-portal", persona="student").status)
    assert statuses == [404, 200]


def test_teachers_who_are_exempted_see_blocked_reports_and_parents_do_not(other_stage):
    haneul = pupil(other_stage, "Haneul Yesi")
    teacher = visitor_of(other_stage, "teacher", "toni.chalkwell")
    teacher.launch("score-reports-teacher", frn=f"001{haneul.dcid}")
    assert teacher.view("View: English PDF").status_code == 303
    page = visitor_of(other_stage, "parent", "garam.yesi").launch(
        "score-reports-portal", persona="parent", student_id=haneul.id
    )
    assert "The school will give you the report another way" in page.text


def test_families_read_the_districts_own_guide_and_contact(other_stage):
    page: Page = parent(other_stage, "alex.sampleton").page
    assert page.link("ELPAC score reports") == "https://district.example/elpac"
    assert "Whom to ask: Assessment Office" in page.text
    assert page.link("555 0100") == "tel:5550100"
    assert page.link("assessment@district.example") == "mailto:assessment@district.example"
