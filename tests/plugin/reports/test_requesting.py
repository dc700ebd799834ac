"""Get Report: what is asked of the state, with whose credentials, and what a failure becomes."""

from __future__ import annotations

import re

import pytest
import sqlalchemy

from sandbox.district import make
from sandbox.stage import Stage
from tests.conftest import visitor_of
from tests.visitor import Page

CHARTER = 901


def ask(stage: Stage, first: str, **form: str) -> Page:
    student = next(one for one in stage.district.pupils if one.first == first)
    office = visitor_of(stage, "staff", "dana.overlook")
    office.launch("score-reports-admin", frn=f"001{student.dcid}")
    return office.ask(**form)


def forget_credentials(stage: Stage, lea: str) -> None:
    with sqlalchemy.create_engine(stage.environ["DATABASE_URL"]).begin() as connection:
        connection.execute(sqlalchemy.text("delete from credentials where lea_cds = :lea"), {"lea": lea})


@pytest.fixture
def charter(own_stage: Stage) -> str:
    return next(school.lea_cds for school in own_stage.district.schools if school.number == CHARTER)


def test_a_charter_that_is_its_own_lea_uses_its_own_credentials(own_stage, charter):
    ask(own_stage, "Karīm")
    assert {call.lea for call in own_stage.state.calls if call.path == "/scorereports/{ssid}"} == {charter}


def test_a_charter_without_credentials_never_falls_back_to_the_districts(own_stage, charter):
    forget_credentials(own_stage, charter)
    asked = len(own_stage.state.calls)
    page = ask(own_stage, "Karīm")
    assert "No state-issued credentials are saved for Redwood Bridge Charter" in page.text
    assert len(own_stage.state.calls) == asked


def test_expired_credentials_are_not_sent(own_stage):
    own_stage.expire_credentials(own_stage.district.cds, "2026-01-31")
    asked = len(own_stage.state.calls)
    page = ask(own_stage, "Juniper")
    assert "expired on Saturday, January 31, 2026" in page.text
    assert len(own_stage.state.calls) == asked


def test_credentials_that_another_system_replaced_are_named_as_replaced(own_stage):
    own_stage.state.replace_credentials(own_stage.district.cds)
    page = ask(own_stage, "Juniper")
    assert "The state refuses the credentials of Poppy Valley Unified, which worked before" in page.text
    assert "Only the newest works" in page.text
    assert re.search(r"Refused since \w+day, \w+ \d+, \d{4}, \d+:\d\d [AP]M Pacific time\.", page.text)


def test_credentials_that_the_state_refuses_are_not_saved(own_stage):
    with pytest.raises(RuntimeError, match="Nothing is saved"):
        own_stage.save_credentials(own_stage.district.cds, "u", "wrong")
    assert "View: English PDF" in ask(own_stage, "Juniper").text


def test_credentials_of_another_lea_are_not_saved(own_stage, charter):
    theirs = own_stage.state.credentials[charter]
    with pytest.raises(RuntimeError, match="not those of"):
        own_stage.save_credentials(own_stage.district.cds, theirs.user, theirs.secret)


@pytest.mark.parametrize("lea", ["nonsense", "1234567890123", "１２３４５６７８９０１２３４"])
def test_what_is_no_cds_code_has_no_credentials(stage, lea):
    with pytest.raises(RuntimeError, match="14 digits"):
        stage.save_credentials(lea, "user", "secret", "--untested")


def test_a_parent_is_never_told_of_credentials(own_stage):
    own_stage.state.replace_credentials(own_stage.district.cds)
    parent = visitor_of(own_stage, "parent", "alex.sampleton")
    parent.launch("score-reports-portal", persona="parent")
    page = parent.ask()
    assert "Nothing is wrong with your account" in page.text
    assert "credential" not in page.text.lower()
    assert "authorized" not in page.text.lower()


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        ("500", "The state's service has a fault"),
        ("503", "The state's service has a fault"),
        ("not_json", "gave an answer that we can't read"),
        ("html", "gave an answer that we can't read"),
        ("wrong_ssid", "gave an answer that we can't read"),
        ("redirect", "gave an answer that we can't read"),
        ("foreign_link", "gave an answer that we can't read"),
        ("deep_json", "gave an answer that we can't read"),
    ],
)
def test_a_fault_of_the_state_is_explained_with_what_was_tried(own_stage, fault, title):
    own_stage.state.settings.faults[fault] = None
    page = ask(own_stage, "Juniper")
    assert page.status == 200
    assert title in page.text
    assert any(words in page.text for words in ("What happened: HTTP 50", "What was wrong: "))
    assert "Request number:" in page.text


def test_how_long_the_state_wants_to_be_left_alone_is_said(own_stage):
    own_stage.state.settings.faults["429"] = None
    page = ask(own_stage, "Juniper")
    assert "The state's service is busy" in page.text
    assert "The state asks to wait 2 seconds before the next try." in page.text


def test_no_other_student_of_the_form_reaches_the_state(own_stage):
    """A number in the form, in the query or twice changes nothing: the SSID comes from the school system alone."""
    student = next(one for one in own_stage.district.pupils if one.first == "Juniper")
    other = next(one for one in own_stage.district.pupils if one.first == "Rowan")
    office = visitor_of(own_stage, "staff", "dana.overlook")
    office.launch("score-reports-admin", frn=f"001{student.dcid}")
    office.ask(ssid=other.ssid, dcid=str(other.dcid), student_id=str(other.id))
    asked = [call.pupil for call in own_stage.state.calls if call.path == "/scorereports/{ssid}"]
    assert asked == [student.id]


NAMES = """
[token]
method = "PUT"
path = "/sign/in"
token = "pass"
expires_in = "seconds"
leas = "agencies"
[reports]
method = "POST"
path = "/student/{ssid}/documents"
header = "X-Pass"
scheme = ""
list = "documents"
ssid = "student"
[report]
record_types = "kinds"
test_name = "title"
year = "schoolYear"
url = "where"
status = "state"
[error]
code = "reason"
[codes]
NOTHING_YET = "no_test_data"
GO_AWAY = "not_authorized"
ELSEWHERE = "not_enrolled_here"
WHO = "ssid_unknown"
OOPS = "state_down"
"""


def test_other_names_for_the_states_interface_need_a_file_and_no_code(tmp_path):
    file = tmp_path / "contract.toml"
    file.write_text(NAMES)
    with Stage(make(80), tmp_path, contract=file) as stage:
        assert "View: English PDF" in ask(stage, "Juniper").text
        assert "The state does not show this student in this district" in ask(stage, "Reed").text
        assert "The state does not find this student" in ask(stage, "Jasper").text
        assert "No report yet" in ask(stage, "Fern").text
        assert {call.path for call in stage.state.calls} == {"/sign/in", "/student/{ssid}/documents"}


def test_credentials_under_a_key_that_is_gone_are_said_to_be_unreadable_and_can_be_entered_again(own_stage):
    lea, issued = own_stage.district.cds, own_stage.state.credentials[own_stage.district.cds]
    with sqlalchemy.create_engine(own_stage.environ["DATABASE_URL"]).begin() as connection:
        connection.execute(
            sqlalchemy.text("update credentials set secret = X'0100' where lea_cds = :lea"), {"lea": lea}
        )
    assert "can't be opened with this service's keys" in ask(own_stage, "Juniper").text
    own_stage.save_credentials(lea, issued.user, issued.secret)
    assert "View: English PDF" in ask(own_stage, "Juniper").text
