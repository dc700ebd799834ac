"""Score Reports as an administrator meets it, over real HTTP from PowerSchool's page to the state's PDF."""

from __future__ import annotations

import pytest
import requests
import sqlalchemy

from sandbox.district import Pupil
from sandbox.stage import Stage
from sandbox.state.catalogue import sheets
from tests.visitor import Page, Visitor


def pupil(stage: Stage, first: str, last: str) -> Pupil:
    return next(one for one in stage.district.pupils if (one.first, one.last) == (first, last))


def with_outcome(stage: Stage, outcome: str) -> Pupil:
    return next(one for one in stage.district.pupils if one.outcome == outcome and one.enroll_status == 0)


def reports_of(visitor: Visitor, student: Pupil) -> Page:
    return visitor.launch("score-reports-admin", frn=f"001{student.dcid}")


def test_the_way_from_powerschool_ends_on_a_pdf(stage, administrator):
    juniper = pupil(stage, "Juniper", "Sampleton")
    administrator.open(f"{stage.school.url}/admin/students/state/stateCA.html?frn=001{juniper.dcid}")
    administrator.click("Score Reports")
    page = administrator.click("Open")
    assert page.url == f"{stage.url}/students/{juniper.dcid}/score-reports"
    assert "Juniper Sampleton" in page.text
    assert "Poppy Valley Elementary" in page.text
    administrator.ask()
    answer = administrator.view("View: English PDF")
    assert (answer.status_code, answer.content) == (303, b"")
    pdf = requests.get(answer.headers["Location"], timeout=30)
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


def test_nothing_is_asked_of_the_state_before_get_report(stage, administrator):
    reports_of(administrator, pupil(stage, "Rowan", "Sampleton"))
    asked = len(stage.state.calls)
    administrator.open(administrator.page.url)
    assert len(stage.state.calls) == asked


def test_reloading_the_results_does_not_ask_the_state_again(stage, administrator):
    reports_of(administrator, pupil(stage, "Rowan", "Sampleton"))
    results = administrator.ask().table()
    asked = len(stage.state.calls)
    assert administrator.open(administrator.page.url).table() == results
    assert len(stage.state.calls) == asked


def test_a_combined_pdf_is_found_under_each_assessment_in_it_and_stands_once_in_the_list(stage, administrator):
    rowan = pupil(stage, "Rowan", "Sampleton")
    reports_of(administrator, rowan)
    for assessment in ("", "01", "02"):
        page = administrator.ask(assessment=assessment)
        newest = page.table()[1]
        assert "English Language Arts" in newest[0]
        assert "Mathematics" in newest[0]
        assert newest[3].count("English PDF") == 1


def test_the_test_year_narrows_the_results(stage, administrator):
    reports_of(administrator, pupil(stage, "Rowan", "Sampleton"))
    years = {row[1] for row in administrator.ask().table()[1:]}
    assert len(years) > 1
    chosen = min(years)
    assert {row[1] for row in administrator.ask(year=chosen).table()[1:]} == {chosen}


def test_the_form_offers_every_kind_and_the_years_of_the_reports(stage, administrator):
    page = reports_of(administrator, pupil(stage, "Rowan", "Sampleton"))
    assessments, years = page.all("select")
    assert [option.attrib["value"] for option in assessments][:2] == ["", "elpac"]
    assert {"01", "02", "03", "04", "05", "06", "09", "21", "22", "23", "24"} <= {
        option.attrib["value"] for option in assessments
    }
    assert len(list(years)) == 5


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        ("no_ssid", "A number that the state needs is missing"),
        ("ssid_not_found", "The state does not find this student"),
        ("lea_mismatch", "The state does not show this student in this district"),
        ("processing_error", "The state's service has a fault"),
        ("internal_error", "The state's service has a fault"),
        ("no_test_data", "No report yet"),
    ],
)
def test_every_outcome_is_explained_to_an_administrator(stage, administrator, outcome, title):
    reports_of(administrator, with_outcome(stage, outcome))
    page = administrator.ask()
    assert page.status == 200
    assert title in page.text


def test_a_student_without_ssid_is_not_asked_of_the_state(stage, administrator):
    reports_of(administrator, with_outcome(stage, "no_ssid"))
    asked = len(stage.state.calls)
    administrator.ask()
    assert len(stage.state.calls) == asked


@pytest.mark.parametrize("form", [{"assessment": "99"}, {"year": "1999-00"}, {"year": "2024-25\n"}, {"year": "²"}])
def test_a_choice_that_is_not_offered_is_refused_in_words(stage, administrator, form):
    reports_of(administrator, pupil(stage, "Rowan", "Sampleton"))
    asked = len(stage.state.calls)
    page = administrator.ask(**form)
    assert page.status == 400
    assert "We could not read this request" in page.text
    assert len(stage.state.calls) == asked


def test_a_prefetched_view_hands_out_nothing(stage, administrator):
    reports_of(administrator, pupil(stage, "Rowan", "Sampleton"))
    link = administrator.ask().link("View: English PDF")
    answer = administrator.session.get(link, headers={"Sec-Purpose": "prefetch"}, allow_redirects=False)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Location" not in answer.headers


def test_someone_elses_link_opens_like_one_that_never_was(stage, administrator, somebody):
    reports_of(administrator, pupil(stage, "Rowan", "Sampleton"))
    link = administrator.ask().link("View: English PDF")
    other = somebody("staff", "robin.headley")
    reports_of(other, pupil(stage, "Rowan", "Sampleton"))
    theirs, none = other.open(link), other.open(link[:-4] + "AAAA")
    assert (theirs.status, none.status) == (404, 404)
    assert without_number(theirs) == without_number(none)


def test_out_of_scope_and_not_there_are_the_same_page_and_the_state_is_not_asked(stage, somebody):
    visitor = somebody("staff", "pat.principle")
    elsewhere = pupil(stage, "Rowan", "Sampleton")
    assert elsewhere.school_number == 401
    asked = len(stage.state.calls)
    pages = [visitor.launch("score-reports-admin", frn=f"001{dcid}") for dcid in (elsewhere.dcid, 9999999)]
    assert [page.status for page in pages] == [404, 404]
    assert without_number(pages[0]) == without_number(pages[1])
    assert len(pages[0].response.content) == len(pages[1].response.content)
    assert len(stage.state.calls) == asked


def test_a_school_administrator_reaches_the_own_school(stage, somebody):
    visitor = somebody("staff", "pat.principle")
    assert reports_of(visitor, pupil(stage, "Juniper", "Sampleton")).status == 200


def test_staff_without_a_grant_get_no_page(stage, somebody):
    visitor = somebody("staff", "kelly.clerkson")
    page = reports_of(visitor, pupil(stage, "Juniper", "Sampleton"))
    assert page.status == 403
    assert "This page is not open to you" in page.text


def test_a_closed_page_is_on_record_like_every_refusal(stage, somebody):
    visitor = somebody("staff", "kelly.clerkson")
    reports_of(visitor, pupil(stage, "Juniper", "Sampleton"))
    with sqlalchemy.create_engine(stage.environ["DATABASE_URL"]).connect() as connection:
        last = connection.execute(sqlalchemy.text("select event, outcome from audit order by id desc")).first()
    assert last == ("refused", "forbidden")


def test_unknown_kinds_formats_and_languages_do_not_break_the_page(stage, administrator):
    """Every kind of oddity that the state's stand-in has, each looked at once."""
    odd: dict[object, Pupil] = {}
    for student in stage.district.pupils:
        if student.outcome == "reports" and student.enroll_status == 0:
            for sheet in sheets(student, stage.district.today):
                for oddity in ("format", "language", "record_types"):
                    odd.setdefault((oddity, getattr(sheet, oddity)), student)
    assert len([oddity for oddity, _ in odd if oddity == "format"]) > 2
    for student in {one.dcid: one for one in odd.values()}.values():
        reports_of(administrator, student)
        assert administrator.ask().status == 200


def without_number(page: Page) -> str:
    """The page's text without the number that every request has for itself."""
    return page.text.rpartition("give this number:")[0]
