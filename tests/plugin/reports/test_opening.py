"""View: nothing without a record, nothing after its time, nothing to anybody else."""

from __future__ import annotations

import datetime

import pytest
import requests
import sqlalchemy
import time_machine

from sandbox.stage import Stage
from tests.conftest import visitor_of
from tests.visitor import Page, Visitor


@pytest.fixture
def results(own_stage: Stage) -> Visitor:
    """An administrator with one student's results in front of them."""
    visitor = visitor_of(own_stage, "staff", "dana.overlook")
    visitor.launch("score-reports-admin", frn=f"001{dcid(own_stage, 'Juniper')}")
    visitor.ask()
    return visitor


def dcid(stage: Stage, first: str) -> int:
    return next(one.dcid for one in stage.district.pupils if one.first == first)


def in_minutes(minutes: float) -> time_machine.travel:
    return time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes))


def audit(stage: Stage) -> list[sqlalchemy.Row]:
    engine = sqlalchemy.create_engine(stage.environ["DATABASE_URL"])
    with engine.connect() as connection:
        return connection.execute(sqlalchemy.text("select * from audit order by id")).all()


def sql(stage: Stage, statement: str) -> None:
    engine = sqlalchemy.create_engine(stage.environ["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(statement))


def test_thirty_one_minutes_later_the_page_explains_and_request_again_ends_on_the_pdf(own_stage, results):
    link = results.page.link("View: English PDF")
    with in_minutes(31):
        # The session is as old as the link: people who come back sign in anew.
        results.launch("score-reports-admin", frn=f"001{dcid(own_stage, 'Juniper')}")
        page = results.open(link)
        assert page.status == 410
        assert "This link has expired" in page.text
        results.send("Request again")
        answer = results.view("View: English PDF")
        assert requests.get(answer.headers["Location"], timeout=30).content.startswith(b"%PDF-")


def test_the_states_own_shorter_life_counts(own_stage, results):
    own_stage.state.settings.link_life = 90
    results.ask()
    link = results.page.link("View: English PDF")
    with in_minutes(0.6):
        assert results.open(link).status == 410


def test_an_expired_link_is_deleted_from_the_database(own_stage, results):
    link = results.page.link("View: English PDF")
    with in_minutes(29.5):
        assert results.open(link).status == 410
    engine = sqlalchemy.create_engine(own_stage.environ["DATABASE_URL"])
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("select count(*) from links where url is not null")).scalar() == 0


def test_expired_results_offer_request_again_in_place_of_view(results):
    with in_minutes(29.5):
        page = results.open(results.page.url)
    assert "View:" not in page.text
    assert page.form("Request again").attrib["action"]


def test_every_view_stands_in_the_record_with_who_what_when_and_from_where(own_stage, results):
    results.view("View: English PDF")
    view = audit(own_stage)[-1]
    assert (view.event, view.outcome, view.persona) == ("view", "ok", "staff")
    assert view.student_dcid == dcid(own_stage, "Juniper")
    assert view.lea_cds == own_stage.district.cds
    assert view.subject.startswith(own_stage.school.url)
    assert view.address == "127.0.0.1"
    assert view.request_id
    assert '"PDF"' in view.report
    assert "url" not in view.report


def test_get_report_and_refusals_stand_in_the_record_too(own_stage, results):
    results.launch("score-reports-admin", frn="0019999999")
    results.open(f"{own_stage.url}/reports/made-up")
    written = [(row.event, row.outcome) for row in audit(own_stage)]
    assert ("get_report", "ok") in written
    assert written[-2:] == [("refused", "not_found"), ("refused", "not_found")]


def test_without_a_record_there_is_no_link(own_stage, results):
    link = results.page.link("View: English PDF")
    sql(own_stage, "create trigger full before insert on audit begin select raise(abort, 'disk full'); end")
    answer = results.session.get(link, allow_redirects=False)
    assert answer.status_code == 503
    assert "Location" not in answer.headers
    assert "no report is handed out without a record" in Page(answer).text


def test_without_a_record_get_report_shows_nothing_and_keeps_nothing(own_stage, results):
    shown = results.page.response.text.count("data-view")
    sql(own_stage, "create trigger full before insert on audit begin select raise(abort, 'disk full'); end")
    page = results.ask(assessment="21")
    assert page.status == 503
    sql(own_stage, "drop trigger full")
    kept = results.open(f"/students/{dcid(own_stage, 'Juniper')}/score-reports")
    assert kept.response.text.count("data-view") == shown


def test_an_administrator_sees_when_a_parent_last_looked(own_stage, results):
    assert "Not yet opened by a parent" in results.page.text
    parent = visitor_of(own_stage, "parent", "alex.sampleton")
    parent.launch("score-reports-portal", persona="parent")
    parent.ask()
    parent.view("View: English PDF")
    page = results.open(f"/students/{dcid(own_stage, 'Juniper')}/score-reports")
    assert "Last opened by a parent on" in page.text


def test_access_that_was_taken_away_ends_at_the_next_view(own_stage):
    parent = visitor_of(own_stage, "parent", "alex.sampleton")
    parent.launch("score-reports-portal", persona="parent")
    parent.ask()
    link = parent.page.link("View: English PDF")
    own_stage.school.remove_guardian_access("alex.sampleton", dcid(own_stage, "Juniper"))
    answer = parent.session.get(link, allow_redirects=False)
    assert answer.status_code == 404
    assert "Location" not in answer.headers


@pytest.mark.parametrize(("username", "child"), [("garam.yesi", "Haneul"), ("salma.mithal", "Nūr")])
def test_a_blocked_release_is_closed_to_parents_and_open_to_the_office(own_stage, username, child):
    student = next(one for one in own_stage.district.pupils if one.first == child)
    parent = visitor_of(own_stage, "parent", username)
    parent.launch("score-reports-portal", persona="parent", student_id=student.id)
    asked = len(own_stage.state.calls)
    page = parent.ask()
    assert "The school will give you the report another way" in page.text
    assert len(own_stage.state.calls) == asked
    office = visitor_of(own_stage, "staff", "dana.overlook")
    assert "Release is blocked" in office.launch("score-reports-admin", frn=f"001{student.dcid}").text
    assert "View: English PDF" in office.ask().text


def test_a_release_field_that_cannot_be_read_closes_what_depends_on_it_and_says_so(own_stage):
    own_stage.school.refuse_column("U_SCORE_REPORTS.DO_NOT_RELEASE")
    parent = visitor_of(own_stage, "parent", "alex.sampleton")
    parent.launch("score-reports-portal", persona="parent")
    assert "This report can't be shown here" in parent.ask().text
    office = visitor_of(own_stage, "staff", "dana.overlook")
    page = office.launch("score-reports-admin", frn=f"001{dcid(own_stage, 'Juniper')}")
    assert "does not let this service read the field" in page.text
