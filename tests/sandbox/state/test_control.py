"""What people and tests see and change."""

import json

import html5lib
import pytest


def test_settings_are_shown_as_they_can_be_set(service, session) -> None:
    assert session.get(f"{service.sandbox_url}/sandbox/settings").json() == {
        "link_life": 1800,
        "token_life": 3600,
        "latency": 0.0,
        "pace": 0.5,
        "faults": {},
    }


def test_a_change_is_taken_over_and_shown(caller, service) -> None:
    answer = caller.change("settings", {"link_life": 20, "latency": 0.01, "faults": {"503": 2, "hang": True}})
    assert answer.status_code == 200
    assert (answer.json()["link_life"], answer.json()["faults"]) == (20, {"503": 2, "hang": True})
    assert service.settings.link_life == 20
    assert service.settings.faults == {"503": 2, "hang": None}
    assert caller.change("settings", {"faults": {}}).json()["faults"] == {}


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"lifetime": 3}, "There is no setting 'lifetime'"),
        ({"link_life": "20"}, "link_life must be a whole number from 1 to 604800."),
        ({"link_life": 1.5}, "link_life must be a whole number"),
        ({"link_life": True}, "link_life must be a whole number"),
        ({"link_life": 0}, "link_life must be a whole number"),
        ({"latency": -1}, "latency must be a number from 0 to 60."),
        ({"latency": float("nan")}, "latency must be a number"),
        ({"faults": ["503"]}, "faults must be an object"),
        ({"faults": {"nonsense": 1}}, "There is no fault 'nonsense'."),
        ({"faults": {"token_wrong_ssid": 1}}, "There is no fault 'token_wrong_ssid'."),
        ({"faults": {"503": "twice"}}, "The fault '503' must count calls, or be true for all."),
        ({"faults": {"503": False}}, "The fault '503' must count calls"),
        ([], "The settings must be one JSON object."),
        (None, "The settings must be one JSON object."),
    ],
)
def test_what_can_not_be_taken_over_gets_400_and_a_sentence(caller, service, wanted, sentence) -> None:
    before = service.settings.shown()
    answer = caller.change("settings", wanted)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert service.settings.shown() == before


def test_every_wrong_setting_is_named_at_once(caller) -> None:
    error = caller.change("settings", {"x": 1, "latency": "slow", "link_life": 5}).json()["error"]
    assert "'x'" in error
    assert "latency" in error


@pytest.mark.parametrize("path", ["settings", "credentials"])
@pytest.mark.parametrize("body", ["{", pytest.param("[" * 100_000, id="deep")])
def test_what_can_not_be_read_as_json_gets_400(service, session, path, body) -> None:
    headers = {"X-Sandbox-Token": service.admin_token}
    answer = session.post(f"{service.sandbox_url}/sandbox/{path}", data=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("path", ["settings", "credentials"])
def test_changes_want_the_token(service, session, district, path) -> None:
    older = service.credentials[district.cds]
    answer = session.post(f"{service.sandbox_url}/sandbox/{path}", json={"lea": district.cds, "link_life": 5})
    assert answer.status_code == 403
    assert service.credentials[district.cds] == older
    assert service.settings.link_life == 1800


def test_a_foreign_host_reaches_nothing(service, session) -> None:
    for path in ("/", "/sandbox/calls", "/api/v1/token"):
        assert session.get(service.sandbox_url + path, headers={"Host": "evil.example"}).status_code == 400


def test_another_vendors_coordinator_makes_a_new_set(caller, service, district) -> None:
    older = service.credentials[district.cds]
    answer = caller.change("credentials", {"lea": district.cds}).json()
    assert answer.keys() == {"user", "secret", "expires_on"}
    assert answer["secret"] == service.credentials[district.cds].secret != older.secret
    assert len(answer["secret"]) == 20
    assert answer["expires_on"] == "2027-11-20"


@pytest.mark.parametrize("wanted", [{}, {"lea": "00000000000000"}, {"lea": 7}, [], None])
def test_new_credentials_want_a_known_lea(caller, wanted) -> None:
    answer = caller.change("credentials", wanted)
    assert answer.status_code == 400
    assert "LEA" in answer.json()["error"]


def test_calls_are_told_without_anything_secret(caller, service, session, pupil, district) -> None:
    student = pupil(grade=5)
    token = caller.sign_in().json()["token"]
    link = caller.ask(student.ssid, token).json()["reports"][0]["url"]
    session.get(link)
    caller.ask(student.ssid, "wrong")
    calls = session.get(f"{service.sandbox_url}/sandbox/calls").json()
    assert [(call["method"], call["path"], call["status"], call["lea"], call["pupil"]) for call in calls] == [
        ("POST", "/token", 200, district.cds, None),
        ("GET", "/scorereports/{ssid}", 200, district.cds, student.id),
        ("GET", "/made-up-score-reports/{report}", 200, "", student.id),
        ("GET", "/scorereports/{ssid}", 401, "", None),
    ]
    told = json.dumps(calls)
    known = service.credentials[district.cds]
    for secret in (student.ssid, student.first, token, known.user, known.secret, "X-Amz", link.partition("?")[0][-20:]):
        assert secret not in told


def test_a_fault_is_told_with_the_call_that_it_spoiled(caller, service, pupil) -> None:
    service.settings.faults = {"503": 1}
    caller.ask(pupil().ssid)
    assert (service.calls[-1].status, service.calls[-1].fault) == (503, "503")


def test_the_page_for_people_says_what_this_is(service, session, district) -> None:
    page = session.get(service.sandbox_url)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.content)
    assert tree.findtext("head/title") == tree.findtext(".//h1") == "Stand-in for the state's score-report service"
    assert "link_life" in page.text
    assert service.credentials[district.cds].user in page.text
    assert service.credentials[district.cds].secret not in page.text
    assert service.admin_token not in page.text
