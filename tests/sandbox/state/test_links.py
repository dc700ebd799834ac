"""Links to reports: signed, served and dying as on S3."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.state import StateService


def error(answer) -> dict[str, str]:
    assert answer.headers["Content-Type"] == "application/xml"
    return dict(re.findall(r"<([\w-]+)>([^<]*)</", answer.text))


def test_a_link_is_signed_as_on_s3(link, service) -> None:
    address = urlsplit(link)
    assert (address.scheme, address.netloc) == ("http", service.link_host)
    query = {name: value for name, (value,) in parse_qs(address.query).items()}
    assert query.keys() == {
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
    }
    assert query["X-Amz-Date"] == "20261120T180000Z"
    assert query["X-Amz-Expires"] == "1800"


def test_a_link_says_nothing_of_the_pupil(link, student) -> None:
    assert student.ssid not in link
    assert not re.search(student.first, link, re.IGNORECASE)


def test_a_link_opens_the_report_until_it_dies(link, session, clock) -> None:
    clock.forward(seconds=1800)
    answer = session.get(link)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_an_expired_link_answers_403_as_s3_does(link, session, clock) -> None:
    clock.forward(seconds=1801)
    answer = session.get(link)
    assert answer.status_code == 403
    assert answer.content.startswith(b"<?xml")
    told = error(answer)
    assert (told["Code"], told["Message"]) == ("AccessDenied", "Request has expired")
    assert (told["X-Amz-Expires"], told["Expires"]) == ("1800", "2026-11-20T18:30:00Z")
    assert told["ServerTime"] == "2026-11-20T18:30:01Z"


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("X-Amz-Expires=1800", "X-Amz-Expires=604800"),
        ("X-Amz-Date=2026", "X-Amz-Date=2027"),
        ("/2025-26/", "/2024-25/"),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=host&more=1"),
    ],
)
def test_a_changed_link_opens_nothing(link, session, part, instead) -> None:
    assert part in link
    answer = session.get(link.replace(part, instead))
    assert (answer.status_code, error(answer)["Code"]) == (403, "SignatureDoesNotMatch")


def test_a_wrong_signature_opens_nothing(link, session) -> None:
    answer = session.get(link[:-4] + "beef")
    assert (answer.status_code, error(answer)["Code"]) == (403, "SignatureDoesNotMatch")


def test_a_link_for_reading_is_for_nothing_else(link, session) -> None:
    assert session.head(link).status_code == 403


def test_no_signature_is_no_access(link, session) -> None:
    answer = session.get(link.partition("?")[0])
    assert answer.status_code == 403
    assert (error(answer)["Code"], error(answer)["Message"]) == ("AccessDenied", "Access Denied")


def test_the_signature_of_an_earlier_start_opens_nothing(service, session, caller, student) -> None:
    link = caller.ask(student.ssid).json()["reports"][0]["url"]
    with StateService([student], clock=lambda: service.calls[-1].at) as later:
        answer = session.get(link.replace(service.link_host, later.link_host))
    assert error(answer)["Code"] == "SignatureDoesNotMatch"


def test_the_life_of_links_is_a_setting(service, caller, student, session, clock) -> None:
    service.settings.link_life = 5
    link = caller.ask(student.ssid).json()["reports"][0]["url"]
    clock.forward(seconds=6)
    assert session.get(link).status_code == 403


def test_every_report_of_the_list_opens(caller, student, session) -> None:
    for report in caller.ask(student.ssid).json()["reports"]:
        answer = session.get(report["url"])
        assert answer.status_code == 200
        kind = "application/pdf" if report["format"] == "PDF" else "text/html"
        assert answer.headers["Content-Type"].startswith(kind)


def test_a_web_page_may_load_and_run_nothing(caller, student, session) -> None:
    page = next(report for report in caller.ask(student.ssid).json()["reports"] if report["format"] == "HTML")
    assert session.get(page["url"]).headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.fixture
def student(pupil):
    return pupil(grade=5)


@pytest.fixture
def link(caller, student) -> str:
    return caller.ask(student.ssid).json()["reports"][0]["url"]
