"""The rules of PowerSchool's named queries, over real HTTP."""

import concurrent.futures
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.district import make
from sandbox.school import Call, SchoolSystem, Switch
from tests.sandbox.school.conftest import MANIFEST

Installed = Callable[[dict[str, str]], SchoolSystem]
Ask = Callable[..., requests.Response]

IDENTITY = "org.cascorereports.roster.student.identity"
ACTIVE = "org.cascorereports.roster.students.active"
GROUPS = "org.cascorereports.roster.staff.groups"
OURS = """<queries><query name="org.ours.{name}" coreTable="Schools" flattened="true"><args>{args}</args>
<columns><column column="{column}">Answer</column></columns><sql><![CDATA[{sql}]]></sql></query></queries>"""


def test_values_are_text_and_nulls_are_left_out(school: SchoolSystem, ask: Ask) -> None:
    pupil = next(pupil for pupil in school.district.pupils if pupil.outcome == "no_ssid")
    answer = ask(school, IDENTITY, student_dcid=pupil.dcid).json()
    assert set(answer) == {"name", "record", "@extensions"}
    assert answer["name"] == "students"
    (row,) = answer["record"]
    assert all(isinstance(value, str) for value in row.values())
    assert (row["dcid"], row["id"], row["dob"]) == (str(pupil.dcid), str(pupil.id), pupil.born.isoformat())
    assert "state_studentnumber" not in row


def test_an_empty_answer_has_no_record(school: SchoolSystem, ask: Ask) -> None:
    assert "record" not in ask(school, IDENTITY, student_dcid="1").json()


def test_a_page_has_a_hundred_rows_unless_asked_otherwise(ask: Ask, archive: Path) -> None:
    with SchoolSystem(make(250), archive) as school:
        active = sum(pupil.enroll_status == 0 for pupil in school.district.pupils)
        seen = [row["dcid"] for page in (1, 2, 3) for row in rows(ask(school, f"{ACTIVE}?page={page}"))]
        assert len(rows(ask(school, ACTIVE))) == 100
        assert len(rows(ask(school, f"{ACTIVE}?pagesize=7"))) == 7
        assert [row["dcid"] for row in rows(ask(school, f"{ACTIVE}?pagesize=0"))] == seen
        assert len(seen) == len(set(seen)) == active
        assert rows(ask(school, f"{ACTIVE}?page=4")) == []
        assert ask(school, f"{ACTIVE}/count").json() == {"count": active}


@pytest.mark.parametrize("wanted", ["pagesize=-1", "pagesize=ten", "page=0", "page=x"])
def test_a_page_that_makes_no_sense_is_refused(school: SchoolSystem, ask: Ask, wanted: str) -> None:
    assert ask(school, f"{ACTIVE}?{wanted}").status_code == 400


@pytest.mark.parametrize("name", ["page", "pagesize"])
def test_a_page_of_endless_digits_is_refused(school: SchoolSystem, ask: Ask, name: str) -> None:
    answer = ask(school, f"{ACTIVE}?{name}={'9' * 5_000}")
    assert answer.status_code == 400
    assert answer.json()["message"] == f"{name} is not a number that makes sense."


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"student": 1},
        {"student_dcid": 1, "more": 2},
        {"student_dcid": [1]},
        {"student_dcid": True},
        {"student_dcid": 2**63},
        {"student_dcid": -(2**63) - 1},
        {"student_dcid": "\ud800"},
    ],
)
def test_missing_unknown_and_ill_typed_arguments_are_refused(
    school: SchoolSystem, ask: Ask, arguments: dict[str, Any]
) -> None:
    answer = ask(school, IDENTITY, **arguments)
    assert answer.status_code == 400
    assert answer.json()["message"]


@pytest.mark.parametrize("body", ["[1]", "nonsense", '"text"', pytest.param("[" * 100_000, id="deep")])
def test_a_body_that_is_no_json_object_is_refused(school: SchoolSystem, http: requests.Session, body: str) -> None:
    headers = {"Authorization": bearer_of(school, http), "Content-Type": "application/json"}
    assert http.post(f"{school.url}/ws/schema/query/{ACTIVE}", data=body, headers=headers).status_code == 400


def test_an_unknown_query_is_not_found(school: SchoolSystem, ask: Ask) -> None:
    assert ask(school, "org.cascorereports.nothing").status_code == 404
    assert ask(school, "org.cascorereports.nothing/count").status_code == 404


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Bearer", "Basic d3Jvbmc6d3Jvbmc="])
def test_without_a_good_token_nothing_is_told(
    school: SchoolSystem, http: requests.Session, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = http.post(f"{school.url}/ws/schema/query/{ACTIVE}", json={}, headers=headers)
    assert answer.status_code == 401
    assert "record" not in answer.json()


def test_a_token_ends_after_an_hour_or_when_all_are_revoked(archive: Path, http: requests.Session) -> None:
    clock = Clock()
    with SchoolSystem(make(), archive, clock=clock) as school:
        bearer = bearer_of(school, http)
        assert ask_with(http, school, bearer).status_code == 200
        clock.now += datetime.timedelta(hours=1)
        assert ask_with(http, school, bearer).status_code == 401
        bearer = bearer_of(school, http)
        school.revoke_tokens()
        assert ask_with(http, school, bearer).status_code == 401


def test_the_token_call_answers_seconds_as_text(school: SchoolSystem, http: requests.Session) -> None:
    answer = token_call(school, http).json()
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == "3600"


def test_the_token_call_wants_the_plugins_own_credentials(school: SchoolSystem, http: requests.Session) -> None:
    for auth in ((school.client_id, "wrong"), ("wrong", school.client_secret), None):
        assert token_call(school, http, auth=auth).status_code == 401
    assert token_call(school, http, grant_type="password").status_code == 400


@pytest.mark.parametrize("told", ['allow-client-credential="false"', ""])
def test_a_plugin_that_may_not_use_its_credentials_gets_no_token(
    installed: Installed, http: requests.Session, told: str
) -> None:
    school = installed({"plugin.xml": MANIFEST.replace('allow-client-credential="true"', told)})
    answer = token_call(school, http)
    assert (answer.status_code, answer.json()) == (400, {"message": "unauthorized_client"})


def test_a_column_that_the_manifest_does_not_request_is_refused_by_name(installed: Installed, ask: Ask) -> None:
    sql = "select school_number from schools order by 1"
    school = installed({"queries_root/ours.named_queries.xml": query("one", "SCHOOLS.SCHOOL_NUMBER", sql)})
    answer = ask(school, "org.ours.one")
    assert answer.status_code == 403
    assert [error["field"] for error in answer.json()["errors"]] == ["SCHOOLS.SCHOOL_NUMBER"]


def test_an_argument_on_a_column_that_is_not_requested_is_refused_too(installed: Installed, ask: Ask) -> None:
    argument = '<arg name="number" column="schools.school_number" required="true"/>'
    text = query("one", "schools.name", "select name from schools where school_number = :number", argument)
    assert ask(installed({"queries_root/ours.named_queries.xml": text}), "org.ours.one", number=101).status_code == 403


def test_what_is_requested_is_told_under_its_alias(installed: Installed, ask: Ask) -> None:
    text = query("one", "schools.name", "select name from schools order by school_number")
    school = installed({"queries_root/ours.named_queries.xml": text})
    assert rows(ask(school, "org.ours.one"))[0] == {"answer": "Poppy Valley Elementary"}


def test_an_optional_argument_is_null_when_left_out(installed: Installed, ask: Ask) -> None:
    argument = '<arg name="wanted" column="schools.name" required="false"/>'
    sql = "select name from schools where :wanted is null or name = :wanted order by name"
    school = installed({"queries_root/ours.named_queries.xml": query("one", "schools.name", sql, argument)})
    assert len(rows(ask(school, "org.ours.one"))) == 3
    assert len(rows(ask(school, "org.ours.one", wanted="Redwood Bridge Charter"))) == 1


def test_a_query_that_this_database_cannot_run_is_not_enabled(installed: Installed, ask: Ask) -> None:
    text = query("one", "schools.name", "select name from u_not_here order by name")
    school = installed({"queries_root/ours.named_queries.xml": text})
    assert school.disabled == {"org.ours.one"}
    assert ask(school, "org.ours.one").status_code == 404


def test_a_column_on_the_exclude_list_is_refused_until_it_is_off(own_school: SchoolSystem, ask: Ask) -> None:
    own_school.refuse_column("users.groupvalue")
    answer = ask(own_school, GROUPS, users_dcid=own_school.district.staff[0].dcid)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "USERS.GROUPVALUE"
    own_school.refuse_column("USERS.GROUPVALUE", refused=False)
    assert rows(ask(own_school, GROUPS, users_dcid=own_school.district.staff[0].dcid)) == [{"groupvalue": "9"}]


def test_calls_are_kept_without_what_they_asked(own_school: SchoolSystem, ask: Ask) -> None:
    ask(own_school, IDENTITY, student_dcid=5041)
    ask(own_school, "org.cascorereports.nothing")
    assert own_school.calls == [Call(IDENTITY, 200), Call("org.cascorereports.nothing", 404)]


@pytest.mark.parametrize(("switch", "status"), [(Switch.DOWN, 503), (Switch.THROTTLE, 429)])
def test_the_service_can_be_down_or_throttled_for_programs(
    own_school: SchoolSystem, ask: Ask, http: requests.Session, switch: Switch, status: int
) -> None:
    own_school.switch(switch)
    assert http.get(own_school.url + "/oauth2/.well-known/openid-configuration").status_code == status
    assert token_call(own_school, http).status_code == status
    assert http.get(own_school.url + "/public/home.html").status_code == 200
    own_school.switch(switch, 0)
    assert ask(own_school, ACTIVE).status_code == 200


def test_the_service_can_hang_and_answers_once_it_is_let_go(own_school: SchoolSystem, http: requests.Session) -> None:
    bearer = bearer_of(own_school, http)
    own_school.switch(Switch.HANG)
    with pytest.raises(requests.Timeout):
        ask_with(http, own_school, bearer, timeout=0.2)
    own_school.switch(Switch.HANG, 0)
    assert ask_with(http, own_school, bearer).status_code == 200


def test_the_service_can_be_slow(own_school: SchoolSystem, http: requests.Session) -> None:
    bearer = bearer_of(own_school, http)
    own_school.switch(Switch.LATENCY, 5)
    with pytest.raises(requests.Timeout):
        ask_with(http, own_school, bearer, timeout=0.2)


def test_twenty_may_ask_at_once(school: SchoolSystem, http: requests.Session) -> None:
    bearer = bearer_of(school, http)
    pupils = school.district.pupils[:20]

    def names(dcid: int) -> str:
        with requests.Session() as own:
            own.trust_env = False
            return rows(ask_with(own, school, bearer, IDENTITY, student_dcid=dcid))[0]["first_name"]

    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        assert list(crowd.map(names, [pupil.dcid for pupil in pupils])) == [pupil.first for pupil in pupils]


def test_every_query_of_the_product_runs(school: SchoolSystem, ask: Ask) -> None:
    guardian = next(guardian for guardian in school.district.guardians if guardian.account)
    known = {
        "student_dcid": school.district.pupils[0].dcid,
        "account_token": guardian.account.token if guardian.account else "",
        "users_dcid": school.district.staff[0].dcid,
    }
    assert not school.disabled
    for name, named in school.archive.queries.items():
        answer = ask(school, name, **{argument.name: known[argument.name] for argument in named.arguments})
        assert answer.status_code == 200, (name, answer.text)
    school.check()


class Clock:
    def __init__(self) -> None:
        self.now = datetime.datetime.now(datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now


def rows(answer: requests.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json().get("record", [])
    return found


def query(name: str, column: str, sql: str, args: str = "") -> str:
    return OURS.format(name=name, column=column, sql=sql, args=args)


def token_call(
    school: SchoolSystem,
    http: requests.Session,
    auth: tuple[str, str] | str | None = "own",
    grant_type: str = "client_credentials",
) -> requests.Response:
    brought = (school.client_id, school.client_secret) if auth == "own" else auth
    return http.post(school.url + "/oauth/access_token", auth=brought, data={"grant_type": grant_type})


def bearer_of(school: SchoolSystem, http: requests.Session) -> str:
    return f"Bearer {token_call(school, http).json()['access_token']}"


def ask_with(
    http: requests.Session,
    school: SchoolSystem,
    bearer: str,
    name: str = ACTIVE,
    timeout: float = 30,
    **arguments: Any,
) -> requests.Response:
    address = f"{school.url}/ws/schema/query/{name}"
    return http.post(address, json=arguments, headers={"Authorization": bearer}, timeout=timeout)


@pytest.fixture
def ask(http: requests.Session) -> Ask:
    """Ask a query with a fresh token."""
    return lambda school, name, **arguments: ask_with(http, school, bearer_of(school, http), name, **arguments)
