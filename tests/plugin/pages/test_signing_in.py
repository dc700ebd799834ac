"""The way in and the way out: whom the sidecar believes, and for how long."""

from __future__ import annotations

import base64
import datetime
import os
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy
import structlog.testing
import time_machine

from plugin import create_app
from plugin.config import from_environ
from sandbox.school import Switch
from sandbox.stage import Stage
from tests.visitor import Visitor, words

Switching = Callable[[Switch], None]


@pytest.fixture
def switching(stage: Stage) -> Iterator[Switching]:
    """Turns a fault of the school system on for one test."""
    turned: list[Switch] = []

    def turn(switch: Switch) -> None:
        turned.append(switch)
        stage.school.switch(switch)

    yield turn
    for switch in turned:
        stage.school.switch(switch, 0)


@pytest.fixture
def frn(stage: Stage) -> str:
    return f"001{next(one.dcid for one in stage.district.pupils if one.first == 'Juniper')}"


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.session.get(f"{visitor.sidecar}/setup", allow_redirects=False).status_code == 200


@pytest.mark.parametrize(
    "lie",
    [
        Switch.WRONG_KEY,
        Switch.ALG_NONE,
        Switch.WRONG_ISSUER,
        Switch.WRONG_AUDIENCE,
        Switch.OTHER_CLIENT,
        Switch.EXPIRED,
        Switch.NO_NONCE,
        Switch.WRONG_NONCE,
        Switch.UNKNOWN_PERSONA,
    ],
)
def test_an_identity_token_that_is_not_quite_right_signs_nobody_in(administrator, switching, frn, lie):
    switching(lie)
    page = administrator.launch("score-reports-admin", frn=frn)
    assert page.status == 403
    assert "We could not sign you in" in page.text
    assert not is_signed_in(administrator)


@pytest.mark.parametrize("shortage", [Switch.NO_PKCE, Switch.NO_AUTH_TIME])
def test_what_the_school_system_does_not_offer_is_done_without(administrator, switching, frn, shortage):
    switching(shortage)
    assert administrator.launch("score-reports-admin", frn=frn).status == 200


def test_a_refused_sign_in_ends_the_session_that_was_there(administrator, switching, frn):
    administrator.launch("score-reports-admin", frn=frn)
    switching(Switch.WRONG_NONCE)
    administrator.launch("score-reports-admin", frn=frn)
    assert not is_signed_in(administrator)


@pytest.fixture
def full(stage: Stage) -> Iterator[None]:
    """No row of the record can be written."""
    with sqlalchemy.create_engine(stage.environ["DATABASE_URL"]).begin() as connection:
        connection.exec_driver_sql(
            "create trigger full before insert on audit begin select raise(abort, 'disk full'); end"
        )
    yield
    with sqlalchemy.create_engine(stage.environ["DATABASE_URL"]).begin() as connection:
        connection.exec_driver_sql("drop trigger full")


def test_a_sign_in_that_breaks_off_leaves_nobody_in_who_was_there_before(stage, administrator, switching, frn):
    administrator.launch("score-reports-admin", frn=frn)
    address = begun(administrator, frn)
    switching(Switch.DOWN)
    page = administrator.open(address)
    stage.school.switch(Switch.DOWN, 0)
    assert page.status == 503
    assert "Signed in" not in page.text
    assert not is_signed_in(administrator)


def test_a_sign_in_that_cannot_be_recorded_leaves_nobody_in(administrator, frn, request):
    administrator.launch("score-reports-admin", frn=frn)
    request.getfixturevalue("full")
    page = administrator.launch("score-reports-admin", frn=frn)
    assert page.status == 503
    assert "Signed in" not in page.text
    assert not is_signed_in(administrator)


def test_a_sign_out_that_cannot_be_recorded_is_one_all_the_same(administrator, frn, request):
    administrator.launch("score-reports-admin", frn=frn)
    copy = Visitor(administrator.sidecar)
    copy.session.cookies.update(administrator.session.cookies)
    request.getfixturevalue("full")
    assert administrator.send("Sign out").status == 503
    assert not is_signed_in(administrator)
    assert not is_signed_in(copy)


def test_a_school_system_that_is_down_is_said_so_in_words(administrator, switching, frn):
    administrator.launch("score-reports-admin", frn=frn)
    switching(Switch.DOWN)
    with structlog.testing.capture_logs() as logged:
        page = administrator.ask()
    assert page.status == 503
    assert "PowerSchool is not answering" in page.text
    assert [line["cause"] for line in logged] == ["school_system_unavailable"]


def test_an_answer_nobody_asked_for_is_refused(stage, administrator):
    page = administrator.open(f"{stage.url}/sign-in?state=made-up&code=made-up")
    assert page.status == 403


def begun(visitor: Visitor, frn: str) -> str:
    """The address at which the school system sends the browser back, not yet opened."""
    answer = visitor.session.get(
        f"{visitor.sidecar}/launch/score-reports-admin", params={"frn": frn}, allow_redirects=False
    )
    while not answer.headers["Location"].startswith(visitor.sidecar):
        answer = visitor.session.get(answer.headers["Location"], allow_redirects=False)
    return answer.headers["Location"]


def test_an_answer_that_another_site_made_up_ends_no_session_and_stands_in_the_record(stage, administrator, frn):
    administrator.launch("score-reports-admin", frn=frn)
    assert administrator.open(f"{stage.url}/sign-in?state=made-up&code=made-up").status == 403
    assert is_signed_in(administrator)
    with sqlalchemy.create_engine(stage.environ["DATABASE_URL"]).connect() as connection:
        last = connection.execute(sqlalchemy.text("select event, outcome from audit order by id desc")).first()
    assert last == ("refused", "sign_in_refused")


def test_strangers_do_not_fill_the_record(stage):
    stranger = Visitor(stage.url)
    with sqlalchemy.create_engine(stage.environ["DATABASE_URL"]).connect() as connection:
        written = sqlalchemy.text("select count(*) from audit")
        before = connection.scalar(written)
        assert stranger.open(f"{stage.url}/sign-in?state=made-up&code=made-up").status == 403
        assert connection.scalar(written) == before


def test_an_answer_works_once(administrator, frn):
    address = begun(administrator, frn)
    assert administrator.open(address).status == 200
    assert administrator.open(address).status == 403


def test_an_answer_works_in_the_browser_that_asked_only(administrator, somebody, frn):
    address = begun(administrator, frn)
    victim = somebody("staff", "robin.headley")
    assert victim.open(address).status == 403
    assert not is_signed_in(victim)


def test_an_answer_later_than_five_minutes_is_refused(administrator, frn):
    address = begun(administrator, frn)
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5, seconds=1)
    with time_machine.travel(later):
        assert administrator.open(address).status == 403


@pytest.mark.parametrize(
    ("launched", "opened", "title"),
    [
        ("setup", "/setup", "Electronic Reporting Communication Setup"),
        ("new-reports", "/new-reports", "New reports"),
        ("report-manager", "/report-manager", "Report manager"),
    ],
)
def test_a_page_of_the_office_opens_from_powerschool(stage, administrator, launched, opened, title):
    page = administrator.launch(launched)
    assert page.url == stage.url + opened
    assert words(page.all("h1")[0]) == title


def test_the_question_to_the_school_system_is_bound_and_names_the_persona(stage, administrator, frn):
    answer = administrator.session.get(
        f"{stage.url}/launch/score-reports-admin", params={"frn": frn}, allow_redirects=False
    )
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.headers["Location"].startswith(f"{stage.school.url}/oauth2/")
    assert asked["_persona"] == ["staff"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{stage.url}/sign-in"]
    assert len(asked["state"][0]) >= 43
    assert len(asked["nonce"][0]) >= 43
    assert frn not in answer.headers["Location"]


@pytest.mark.parametrize(
    "path",
    [
        "/launch/https:%2F%2Fevil.example",
        "/launch/..%2f..%2fetc",
        "/launch/unknown",
        "/launch/score-reports-portal?persona=staff&student_id=1",
        "/launch/score-reports-portal?student_id=1",
    ],
)
def test_a_launch_of_something_else_leads_nowhere(stage, administrator, path):
    answer = administrator.session.get(stage.url + path, allow_redirects=False)
    assert answer.status_code in {400, 404}
    assert "Location" not in answer.headers


def test_the_issuer_cannot_be_named_in_a_request(stage, administrator, frn):
    answer = administrator.session.get(
        f"{stage.url}/launch/score-reports-admin",
        params={"frn": frn, "openid_identifier": "https://evil.example/oid", "iss": "https://evil.example/"},
        allow_redirects=False,
    )
    assert answer.headers["Location"].startswith(stage.school.url)


def test_a_sign_in_makes_a_new_session_and_ends_the_old_one(administrator, frn):
    administrator.launch("score-reports-admin", frn=frn)
    first = dict(administrator.session.cookies)
    administrator.launch("score-reports-admin", frn=frn)
    old = Visitor(administrator.sidecar)
    old.session.cookies.update(first)
    assert is_signed_in(administrator)
    assert not is_signed_in(old)


def test_a_form_in_another_tab_can_still_be_sent_after_a_launch_of_the_same_person(administrator, frn):
    form = administrator.launch("score-reports-admin", frn=frn)
    administrator.launch("setup")
    administrator.page = form
    assert administrator.ask().status == 200
    assert "View:" in administrator.page.text


def test_two_launches_at_once_both_arrive(stage, administrator):
    def begun(page: str) -> str:
        answer = administrator.session.get(f"{stage.url}/launch/{page}", allow_redirects=False)
        return answer.headers["Location"]

    for address in [begun("setup"), begun("report-manager")]:
        assert administrator.open(address).status == 200
    assert is_signed_in(administrator)


def test_a_copied_cookie_dies_at_sign_out(administrator, frn):
    administrator.launch("score-reports-admin", frn=frn)
    copy = Visitor(administrator.sidecar)
    copy.session.cookies.update(administrator.session.cookies)
    assert is_signed_in(copy)
    page = administrator.send("Sign out")
    assert "You are signed out" in page.text
    assert not is_signed_in(copy)


@pytest.mark.parametrize(("minutes", "alive"), [(29, True), (31, False)])
def test_a_session_without_a_request_ends_after_thirty_minutes(administrator, frn, minutes, alive):
    administrator.launch("score-reports-admin", frn=frn)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)):
        assert is_signed_in(administrator) is alive


def test_a_session_ends_after_twelve_hours_however_busy(administrator, frn):
    administrator.launch("score-reports-admin", frn=frn)
    begin = datetime.datetime.now(datetime.UTC)
    lived = []
    for minutes in range(20, 12 * 60 + 21, 20):
        with time_machine.travel(begin + datetime.timedelta(minutes=minutes)):
            lived.append(is_signed_in(administrator))
    assert lived == [True] * 35 + [False, False]


def test_the_session_cookie_holds_no_name_and_scripts_cannot_read_it(stage, administrator, frn):
    administrator.launch("score-reports-admin", frn=frn)
    [cookie] = [one for one in administrator.session.cookies if one.name == "score-reports-demo"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert "dana" not in cookie.value


@pytest.mark.parametrize("field", [{}, {"csrf_token": ""}, {"csrf_token": "made-up"}])
def test_a_form_without_our_token_changes_nothing(stage, administrator, frn, field):
    page = administrator.launch("score-reports-admin", frn=frn)
    asked = len(stage.state.calls)
    answer = administrator.session.post(page.url, data={"assessment": "", "year": "", **field})
    assert answer.status_code == 400
    assert len(stage.state.calls) == asked
    assert administrator.session.post(f"{stage.url}/sign-out", data=field).status_code == 400
    assert is_signed_in(administrator)


def test_a_form_that_another_site_sends_is_refused(administrator, frn):
    page = administrator.launch("score-reports-admin", frn=frn)
    token = next(one.attrib["value"] for one in page.all("input") if one.attrib.get("name") == "csrf_token")
    form = {"csrf_token": token, "assessment": "", "year": ""}
    for site, status in [("cross-site", 400), ("same-site", 400), ("same-origin", 200)]:
        assert administrator.session.post(page.url, data=form, headers={"Sec-Fetch-Site": site}).status_code == status


@pytest.fixture
def new_key(stage: Stage) -> Iterator[None]:
    """The sidecar starts again with a fresh key in front of the one that signed so far."""
    usual = stage.app
    fresh = base64.b64encode(os.urandom(32)).decode()
    stage.app = create_app(from_environ({**stage.environ, "SECRET_KEYS": f"{fresh},{stage.environ['SECRET_KEYS']}"}))
    yield
    stage.app = usual


def test_a_form_that_is_open_while_a_new_key_comes_can_still_be_sent(administrator, frn, request):
    administrator.launch("score-reports-admin", frn=frn)
    request.getfixturevalue("new_key")
    assert administrator.ask().status == 200
    assert "View:" in administrator.page.text
    assert administrator.send("Sign out").status == 200


@pytest.mark.parametrize("value", ["é|é", "somebody|é", "|", "somebody|0123"])
def test_a_cookie_that_wants_somebody_remembered_signs_nobody_in(stage, value):
    headers = {"Cookie": f"remember_token={value}".encode()}
    assert Visitor(stage.url).open("/setup", headers=headers).status == 401


def test_one_parent_after_another_sees_only_the_own_children(stage, somebody):
    computer = somebody("parent", "alex.sampleton")
    computer.click("Score Reports")
    first = computer.click("Open")
    assert "Juniper Sampleton" in first.text
    computer.open(stage.school.url + "/guardian/home.html")
    computer.send("Sign Out")
    account = next(one for one in stage.school.accounts if one.username == "lucia.ejemplo")
    computer.open(stage.school.url + "/public/home.html")
    computer.send("Sign In", username=account.username, password=account.password)
    computer.open(stage.school.url + "/guardian/home.html")
    computer.click("Score Reports")
    second = computer.click("Open")
    assert "Inés Ejemplo" in second.text
    assert "Sampleton" not in second.text
    assert computer.open(first.url).status == 404
    computer.page = first
    assert computer.ask().status == 400


@pytest.mark.parametrize(
    ("persona", "username", "page", "home"),
    [
        ("staff", "dana.overlook", "setup", "/admin/home.html"),
        ("teacher", "noor.bothways", "score-reports-teacher", "/teachers/home.html"),
        ("parent", "alex.sampleton", "score-reports-portal", "/guardian/home.html"),
        ("student", "rowan.sampleton", "score-reports-portal", "/guardian/home.html"),
    ],
)
def test_the_way_back_leads_everybody_to_their_own_first_page(stage, somebody, persona, username, page, home):
    visitor = somebody(persona, username)
    visitor.launch(page, persona=persona)
    assert visitor.page.link("Back to PowerSchool") == stage.school.url + home
    assert visitor.click("Back to PowerSchool").status == 200


def test_the_way_back_leads_who_is_not_signed_in_to_the_front_door(stage):
    stranger = Visitor(stage.url)
    for address in ("/signed-out", "/setup", "/nowhere"):
        assert stranger.open(address).link("Back to PowerSchool") == f"{stage.school.url}/public/home.html"
