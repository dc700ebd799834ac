"""Score Reports as a teacher meets it: today's classes, and what can go wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
import time_machine

from plugin.model import PACIFIC
from sandbox.district import Pupil
from sandbox.stage import Stage
from tests.visitor import Page, Visitor

ENGLISH_6_7 = "English 6–7"


def pupil(stage: Stage, name: str) -> Pupil:
    return next(one for one in stage.district.pupils if f"{one.first} {one.last}" == name)


def reports_of(visitor: Visitor, student: Pupil) -> Page:
    return visitor.launch("score-reports-teacher", frn=f"001{student.dcid}")


@contextmanager
def dropped(stage: Stage, student: Pupil) -> Iterator[None]:
    """The student leaves every class today."""
    leave = "update cc set dateleft = ? where studentid = ? and sectionid > 0"
    stage.school.execute(leave, (stage.district.today.isoformat(), student.id))
    try:
        yield
    finally:
        stage.school.execute(leave, (student.history[0].exit.isoformat(), student.id))
        stage.pass_a_minute()


def test_the_way_from_the_class_to_the_pdf(stage, somebody):
    teacher = somebody("teacher", "max.numberly")
    teacher.click("English 8")
    teacher.click("Backpack")
    teacher.click("Rowan Sampleton")
    teacher.send(
        "Open", page=f"/teachers/studentpages/ca_score_reports.html?frn=001{pupil(stage, 'Rowan Sampleton').dcid}"
    )
    page = teacher.click("Open Score Reports")
    assert page.url == f"{stage.url}/students/{pupil(stage, 'Rowan Sampleton').dcid}/score-reports"
    teacher.ask()
    pdf = requests.get(teacher.view("View: English PDF").headers["Location"], timeout=30)
    assert pdf.content.startswith(b"%PDF-")


def test_the_others_of_the_class_are_one_click_away(stage, somebody):
    teacher = somebody("teacher", "max.numberly")
    page = reports_of(teacher, pupil(stage, "Rowan Sampleton"))
    assert "English 8 – Section 7" in page.text
    next_page = teacher.click("Ligaya Halimbawa")
    assert next_page.status == 200
    assert "Ligaya Halimbawa" in next_page.text
    assert next_page.link("Rowan Sampleton") == page.url


def test_every_section_that_holds_the_student_is_listed_with_its_number_and_no_other(stage, somebody):
    teacher = somebody("teacher", "noor.bothways")
    page = reports_of(teacher, pupil(stage, "Rowan Sampleton"))
    assert "Mathematics 8 – Section 8" in page.text
    assert "Mathematics 11–12" not in page.text
    assert "Homeroom" not in page.text


def test_the_menu_says_which_student_is_shown(stage, somebody):
    student = pupil(stage, "Rowan Sampleton")
    page = reports_of(somebody("teacher", "max.numberly"), student)
    [current] = [one for one in page.all("a") if one.attrib.get("aria-current") == "page"]
    assert current.attrib["href"] == f"/students/{student.dcid}/score-reports"


@pytest.mark.parametrize(
    ("username", "name", "status"),
    [
        ("vic.twohats", "Linden Trialworth", 200),
        ("andy.cohelper", "Linden Trialworth", 200),
        ("billie.soonhere", "Linden Trialworth", 404),
        ("gale.formerly", "Linden Trialworth", 404),
        ("max.numberly", "Linden Trialworth", 404),
        ("vic.twohats", "Raúl Nubarrón", 404),
        ("frankie.verbena", "Raúl Nubarrón", 200),
        ("vic.twohats", "Belén Nubarrón", 404),
        ("frankie.verbena", "Belén Nubarrón", 200),
        ("frankie.verbena", "Robin Testwell", 404),
        ("frankie.verbena", "Sage Testwell", 404),
        ("vic.twohats", "Juniper Sampleton", 404),
    ],
    ids=[
        "the teacher",
        "a co-teacher",
        "a co-teacher from next week on",
        "a co-teacher until yesterday",
        "a teacher of another class",
        "dropped out of this class today",
        "and still in another one",
        "changes into this class tomorrow",
        "and is in another one today",
        "has left the school",
        "joins the school tomorrow",
        "a student of another school",
    ],
)
def test_a_teacher_reaches_the_classes_of_today(stage, somebody, username, name, status):
    asked, noon = len(stage.state.calls), datetime.datetime.combine(stage.district.today, datetime.time(12), PACIFIC)
    with time_machine.travel(noon):
        assert reports_of(somebody("teacher", username), pupil(stage, name)).status == status
    assert len(stage.state.calls) == asked


@pytest.mark.parametrize(("seconds", "status"), [(-300, 404), (1, 200)])
def test_tomorrow_begins_at_midnight_in_california(stage, somebody, seconds, status):
    tomorrow = stage.district.today + datetime.timedelta(days=1)
    midnight = datetime.datetime.combine(tomorrow, datetime.time(), PACIFIC)
    with time_machine.travel(midnight + datetime.timedelta(seconds=seconds)):
        assert reports_of(somebody("teacher", "vic.twohats"), pupil(stage, "Belén Nubarrón")).status == status


def test_a_student_who_is_dropped_meanwhile_is_gone_at_the_next_view_and_the_next_get_report(stage, somebody):
    student = pupil(stage, "Ligaya Halimbawa")
    teacher = somebody("teacher", "max.numberly")
    reports_of(teacher, student)
    link = teacher.ask().link("View: English PDF")
    asked = len(stage.state.calls)
    with dropped(stage, student):
        answer = teacher.session.get(link, allow_redirects=False)
        assert (answer.status_code, "Location" in answer.headers) == (404, False)
        assert teacher.ask().status == 404
    assert len(stage.state.calls) == asked


def test_a_student_of_somebody_else_and_nobody_are_the_same_page(stage, somebody):
    teacher = somebody("teacher", "vic.twohats")
    pages = [
        teacher.launch("score-reports-teacher", frn=f"001{n}") for n in (pupil(stage, "Reed Mockridge").dcid, 999999)
    ]
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].text.rpartition("give this number:")[0] == pages[1].text.rpartition("give this number:")[0]


@pytest.mark.parametrize(
    ("username", "name", "says"),
    [
        ("emery.letterby", "Hazel Mockridge", "lacks a number that the state needs. Please ask the office."),
        ("vic.twohats", "Jasper Mockridge", "Please ask the office to check the student's state number."),
        ("max.numberly", "Reed Mockridge", "not yet recorded the enrollment here. Please ask the office."),
        ("emery.letterby", "Fern Trialworth", "No report yet for this student and this choice."),
        ("vic.twohats", "Linden Trialworth", "Please try again later."),
        ("max.numberly", "Clover Trialworth", "Please try again later."),
        ("toni.chalkwell", "Haneul Yesi", "It is not available here. Please ask the office."),
        ("toni.chalkwell", "Nūr Mithāl", "It is not available here. Please ask the office."),
    ],
)
def test_what_can_go_wrong_is_told_to_a_teacher_in_short(stage, somebody, username, name, says):
    teacher = somebody("teacher", username)
    reports_of(teacher, pupil(stage, name))
    page = teacher.ask()
    assert page.status == 200
    assert says in page.text
    assert "Cause:" not in page.text
    assert "View:" not in page.text
    assert not [word for word in ("authorized", "credential") if word in page.text.lower()]
