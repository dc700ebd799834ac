"""Signing in and out."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
import requests

from sandbox.mail import MailCatcher
from sandbox.school import SchoolSystem
from sandbox.state import StateService
from tests.visitor import Visitor

Person = Callable[[SchoolSystem, str, str], Visitor]

DOORS = {"admin": "/admin/pw.html", "teachers": "/teachers/pw.html", "guardian": "/public/home.html"}


@pytest.mark.parametrize(
    ("persona", "username", "home"),
    [
        ("staff", "dana.overlook", "/admin/home.html"),
        ("teacher", "frankie.verbena", "/teachers/home.html"),
        ("parent", "alex.sampleton", "/guardian/home.html"),
        ("student", "rowan.sampleton", "/guardian/home.html"),
    ],
)
def test_each_persona_has_a_door_and_a_first_page(
    school: SchoolSystem, person: Person, persona: str, username: str, home: str
) -> None:
    assert urlsplit(person(school, persona, username).page.url).path == home


def test_every_account_of_the_list_opens(school: SchoolSystem) -> None:
    for account in school.accounts:
        address = school.url + DOORS[account.portal]
        form = {"username": account.username.upper(), "password": account.password}
        answer = Visitor(school.sidecar_url).session.post(address, data=form, allow_redirects=False)
        assert answer.status_code == 302, account


@pytest.mark.parametrize(
    ("username", "password"),
    [("alex.sampleton", "wrong"), ("nobody", "let-me-look"), ("", ""), ("dana.overlook", "let-me-look")],
)
def test_a_wrong_pair_opens_nothing(school: SchoolSystem, http: requests.Session, username: str, password: str) -> None:
    answer = http.post(school.url + "/public/home.html", data={"username": username, "password": password})
    assert answer.status_code == 401
    assert not http.cookies


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("/admin/students/ca_score_reports.html?frn=0015041", "/admin/pw.html"),
        ("/teachers/studentpages/ca_score_reports.html?frn=0015041", "/teachers/pw.html"),
        ("/guardian/ca_score_reports.html", "/public/home.html"),
        ("/admin/home.html", "/admin/pw.html"),
    ],
)
def test_a_page_leads_to_the_door_and_back(school: SchoolSystem, address: str, door: str) -> None:
    page = Visitor(school.sidecar_url).open(school.url + address)
    assert urlsplit(page.url).path == door
    target = next(field.attrib["value"] for field in page.all("input") if field.attrib["name"] == "loginTarget")
    assert target == address


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "evil", "javascript:x"]
)
def test_nobody_is_led_out_of_the_school_system(school: SchoolSystem, http: requests.Session, target: str) -> None:
    form = {"username": "alex.sampleton", "password": "let-me-look", "loginTarget": target}
    address = f"{school.url}/public/home.html?loginTarget={quote(target)}"
    answer = http.post(address, data=form, allow_redirects=False)
    assert answer.headers["Location"] == "/guardian/home.html"


def test_sign_out_ends_the_session_and_not_only_the_cookie(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "parent", "alex.sampleton")
    cookies = visitor.session.cookies.copy()
    visitor.send("Sign Out")
    visitor.session.cookies = cookies
    assert urlsplit(visitor.open(school.url + "/guardian/home.html").url).path == "/public/home.html"


def test_a_new_sign_in_ends_the_one_before(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "parent", "alex.sampleton")
    cookies = visitor.session.cookies.copy()
    visitor.open(school.url + "/public/home.html")
    visitor.send("Sign In", username="casey.mockridge", password="let-me-look")
    visitor.session.cookies = cookies
    assert urlsplit(visitor.open(school.url + "/guardian/home.html").url).path == "/public/home.html"


def test_one_browser_may_be_at_all_three_portals(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "staff", "vic.twohats")
    for door, username in (("/teachers/pw.html", "vic.twohats"), ("/public/home.html", "alex.sampleton")):
        visitor.open(school.url + door)
        visitor.send("Sign In", username=username, password="let-me-look")
    for address in ("/admin/home.html", "/teachers/home.html", "/guardian/home.html"):
        assert urlsplit(visitor.open(school.url + address).url).path == address


def test_the_cookies_have_names_of_their_own_and_are_not_for_scripts(school: SchoolSystem, person: Person) -> None:
    cookies = list(person(school, "staff", "dana.overlook").session.cookies)
    assert [cookie.name for cookie in cookies] == ["sandbox_school_admin"]
    assert cookies[0].has_nonstandard_attr("HttpOnly")


def test_no_two_cookies_of_this_machine_have_the_same_name(school: SchoolSystem, person: Person) -> None:
    accounts = (("staff", "dana.overlook"), ("teacher", "frankie.verbena"), ("parent", "alex.sampleton"))
    doors = [cookie.name for account in accounts for cookie in person(school, *account).session.cookies]
    assert len({*doors, "score-reports-demo"}) == len(accounts) + 1
    with StateService(school.district.pupils) as state, MailCatcher() as mail, requests.Session() as browser:
        browser.trust_env = False
        for address in (state.sandbox_url, f"{state.url}/token", mail.url):
            browser.get(address)
        assert not browser.cookies


def test_localhost_is_led_over_to_the_one_address(school: SchoolSystem, http: requests.Session) -> None:
    address = school.url.replace("127.0.0.1", "localhost") + "/public/home.html?loginTarget=/guardian/home.html"
    answer = http.get(address, allow_redirects=False)
    assert answer.headers["Location"] == school.url + "/public/home.html?loginTarget=/guardian/home.html"


def test_a_line_break_in_an_address_is_led_over_as_it_was_written(school: SchoolSystem, http: requests.Session) -> None:
    answer = http.get(school.url.replace("127.0.0.1", "localhost") + "/%0d%0aX:y", allow_redirects=False)
    assert answer.headers["Location"] == school.url + "/%0D%0AX:y"


def test_a_foreign_host_is_refused(school: SchoolSystem, http: requests.Session) -> None:
    assert http.get(school.url + "/admin/pw.html", headers={"Host": "evil.example"}).status_code == 400
