"""The stand-in's own addresses."""

from pathlib import Path

import pytest
import requests

from sandbox.district import make
from sandbox.school import SchoolSystem, Switch

CHANGES = {
    "guardian-access": {"username": "alex.sampleton", "student_dcid": "5041", "access": "no"},
    "page-permission": {"group": "10", "page": "/admin/home.html", "level": "none"},
    "switch": {"name": "down", "value": "1"},
    "refuse-column": {"column": "USERS.GROUPVALUE", "refused": "yes"},
}


def test_accounts_are_listed_for_programs(school: SchoolSystem, http: requests.Session) -> None:
    accounts = http.get(school.url + "/sandbox/accounts.json").json()["accounts"]
    assert len(accounts) == len(school.accounts)
    assert set(accounts[0]) == {"persona", "username", "password", "name", "see", "sign_in"}
    assert {account["persona"] for account in accounts} == {"staff", "teacher", "parent", "student"}


def test_accounts_are_listed_for_people_with_what_there_is_to_see(school: SchoolSystem, http: requests.Session) -> None:
    page = http.get(school.url + "/").text
    for words in ("casey.mockridge", "without SSID", "no data access", "access to come", "joins tomorrow"):
        assert words in page


def test_the_list_says_how_many_it_leaves_out(archive: Path, http: requests.Session) -> None:
    with SchoolSystem(make(200), archive) as school:
        assert "And 160 more in accounts.json" in http.get(school.url + "/").text


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_wants_the_token(own_school: SchoolSystem, http: requests.Session, change: str) -> None:
    address = f"{own_school.url}/sandbox/{change}"
    assert http.post(address, data=CHANGES[change]).status_code == 403
    assert http.post(address, data=CHANGES[change], headers={"X-Sandbox-Token": "guess"}).status_code == 403
    assert post(own_school, http, change, CHANGES[change]).status_code == 200


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_makes_no_sense_is_refused(own_school: SchoolSystem, http: requests.Session, change: str) -> None:
    assert post(own_school, http, change, {}).status_code == 400
    wrong = dict.fromkeys(CHANGES[change], "nonsense")
    assert post(own_school, http, change, wrong).status_code == 400


@pytest.mark.parametrize(
    ("change", "wrong", "sentence"),
    [
        ("switch", {"value": "inf"}, "A switch takes a number from 0 to 60."),
        ("switch", {"value": "nan"}, "A switch takes a number from 0 to 60."),
        ("switch", {"value": "-1"}, "A switch takes a number from 0 to 60."),
        ("switch", {"name": "latency", "value": "1e10"}, "A switch takes a number from 0 to 60."),
        ("switch", {"value": "soon"}, "value must be a number."),
        ("guardian-access", {"student_dcid": "9" * 30}, "student_dcid must be a whole number."),
        ("guardian-access", {"student_dcid": "1", "access": "yes"}, "There is no student with this DCID."),
        ("guardian-access", {"student_dcid": "1"}, "This account does not see this student."),
        ("guardian-access", {"username": "x"}, "There is no parent with this user name."),
        ("guardian-access", {"username": "rowan.sampleton"}, "There is no parent with this user name."),
        ("guardian-access", {"access": "maybe"}, "access must be one of these: yes, no."),
        ("page-permission", {"group": "9" * 5_000}, "group must be a whole number."),
        ("page-permission", {"level": "maybe"}, "level must be one of these: none, read, full."),
    ],
)
def test_a_refusal_says_in_a_sentence_what_is_wrong(
    own_school: SchoolSystem, http: requests.Session, change: str, wrong: dict[str, str], sentence: str
) -> None:
    answer = post(own_school, http, change, CHANGES[change] | wrong)
    assert (answer.status_code, answer.json()) == (400, {"message": sentence})


@pytest.mark.parametrize("change", CHANGES)
def test_a_refusal_names_what_is_missing(own_school: SchoolSystem, http: requests.Session, change: str) -> None:
    assert post(own_school, http, change, {}).json()["message"].endswith(" is missing.")


def test_changes_take_effect(own_school: SchoolSystem, http: requests.Session) -> None:
    for change, form in CHANGES.items():
        post(own_school, http, change, form)
    assert own_school.security.level(10, "/admin/home.html") == "none"
    assert own_school.switches.value(Switch.DOWN) == 1
    assert own_school.switches.refused_columns == {"USERS.GROUPVALUE"}
    sql = "select count(*) as n from guardianstudent where guardianid = 5001 and studentsdcid = 5041"
    assert [row["n"] for row in own_school.database.rows(sql)] == [0]
    post(own_school, http, "guardian-access", {**CHANGES["guardian-access"], "access": "yes"})
    assert [row["n"] for row in own_school.database.rows(sql)] == [1]


def test_calls_are_listed_without_what_they_asked(own_school: SchoolSystem, http: requests.Session) -> None:
    http.post(own_school.url + "/ws/schema/query/org.some.query", json={"student_dcid": 12345})
    answer = http.get(own_school.url + "/sandbox/calls.json")
    assert answer.json() == {"calls": [{"query": "org.some.query", "status": 401}]}
    assert "12345" not in answer.text


def test_a_taken_port_is_an_error(school: SchoolSystem, archive: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        SchoolSystem(make(1), archive, port=int(school.url.rpartition(":")[2]))


def post(school: SchoolSystem, http: requests.Session, change: str, form: dict[str, str]) -> requests.Response:
    return http.post(f"{school.url}/sandbox/{change}", data=form, headers={"X-Sandbox-Token": school.token})
