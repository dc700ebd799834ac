"""The client against a state that answers, fails, lies and misbehaves, over real sockets."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog
import trustme

from plugin.errors import (
    CredentialsRejected,
    NotEnrolledHere,
    SsidUnknown,
    StateBusy,
    StateDown,
    StateFailure,
    StateSlow,
    StateUnreadable,
    StateUntrusted,
)
from plugin.ets.client import StateClient
from plugin.ets.contract import Contract
from plugin.ets.credentials import Credentials
from plugin.ets.links import LinkPolicy
from plugin.model import Lea, SchoolYear
from plugin.network import Network

Serve = Callable[..., Any]

LEA = Lea("19647330000000", "Los Alamos Unified")
CREDENTIALS = Credentials("user-of-lea", "secret-key-of-lea")
SSID = "1234567890"
BUCKET = "reports.s3.us-west-2.amazonaws.com"
REPORT = {
    "recordTypes": ["01", "02", "06"],
    "testName": "CAASPP",
    "program": "CAASPP",
    "adminYear": "2024-25",
    "gradeAssessed": "05",
    "language": "ENG",
    "format": "PDF",
    "status": "Final",
    "url": f"https://{BUCKET}/a.pdf?X-Amz-Expires=1800&X-Amz-Signature=feed",
}


def answer(status: int, content: Any, headers: str = "") -> bytes:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    head = f"HTTP/1.1 {status} Status\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def token(text: str = "first-token") -> bytes:
    return answer(200, {"token": text, "expiresIn": 3600, "leas": [LEA.cds]})


def reports(*listed: dict[str, Any]) -> bytes:
    return answer(200, {"ssid": SSID, "reports": listed})


def refusal(status: int, code: Any, message: str = "<b>their words</b>", headers: str = "") -> bytes:
    return answer(status, {"code": code, "message": message}, headers)


def client(server: Any, **options: Any) -> StateClient:
    network = Network(f"{server.url}/api/v1", **options)
    return StateClient(network, Contract(), LinkPolicy({BUCKET}), backoff=0.01)


def ask(server: Any, **options: Any) -> Any:
    return client(server, **options).reports(LEA, CREDENTIALS, SSID)


# --- What is asked ------------------------------------------------------------------------------------------


def test_the_credentials_buy_a_token_and_the_token_buys_the_reports(serve: Serve) -> None:
    server = serve(token(), reports(REPORT))
    (report,) = ask(server)
    assert report.record_types == {"01", "02", "06"}
    assert (report.year, report.language, report.format) == (SchoolYear(2024), "ENG", "PDF")
    assert report.url == REPORT["url"]
    for_token, for_reports = server.heard
    assert for_token.startswith(b"POST /api/v1/token HTTP/1.1\r\n")
    assert b"Authorization: Basic dXNlci1vZi1sZWE6c2VjcmV0LWtleS1vZi1sZWE=\r\n" in for_token
    assert for_token.endswith(b"\r\n\r\n{}")
    assert for_reports.startswith(b"GET /api/v1/scorereports/1234567890 HTTP/1.1\r\n")
    assert b"Authorization: Bearer first-token\r\n" in for_reports


def test_a_token_serves_many_students(serve: Serve) -> None:
    server = serve(token(), reports(REPORT))
    state = client(server)
    for _ in range(3):
        state.reports(LEA, CREDENTIALS, SSID)
    assert len(server.heard) == 4


def test_fifty_threads_share_one_token_call(serve: Serve) -> None:
    server = serve(token(), reports(REPORT))
    state = client(server, total=60, queue=60)
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: state.reports(LEA, CREDENTIALS, SSID), range(50)))
    assert all(len(found) == 1 for found in answers)
    assert [b"/token" in heard for heard in server.heard] == [True] + [False] * 50


def test_each_set_of_credentials_has_its_own_token(serve: Serve) -> None:
    server = serve(token("one"), reports(REPORT), token("other"), reports(REPORT))
    state = client(server)
    state.reports(LEA, CREDENTIALS, SSID)
    state.reports(LEA, Credentials("charter", "key"), SSID)
    assert b"Bearer other" in server.heard[3]


@pytest.mark.parametrize("ssid", ["", "123456789", "12345678901", "1234567890\n", "１２３４５６７８９０", "12345/7890"])
def test_what_is_no_ssid_is_asked_of_nobody(serve: Serve, ssid: str) -> None:
    server = serve(token(), reports(REPORT))
    with pytest.raises(SsidUnknown):
        client(server).reports(LEA, CREDENTIALS, ssid)
    assert server.heard == []


def test_a_key_pasted_with_a_typographic_quote_is_refused_by_the_state_and_not_by_us(serve: Serve) -> None:
    server = serve(refusal(401, "NOT_AUTHORIZED"))
    with pytest.raises(CredentialsRejected):
        client(server).reports(LEA, Credentials("user", "key\u2019\ud800"), SSID)


# --- What is answered ---------------------------------------------------------------------------------------


def test_no_test_data_is_no_report_and_no_failure(serve: Serve) -> None:
    assert ask(serve(token(), refusal(404, "NO_TEST_DATA"))) == []


def test_an_empty_list_is_no_report_and_no_failure(serve: Serve) -> None:
    assert ask(serve(token(), reports())) == []


def test_only_final_reports_are_shown_and_each_once(serve: Serve) -> None:
    listed = [REPORT, REPORT | {"status": "Preliminary"}, REPORT | {"language": "SPA"}, REPORT]
    assert [report.language for report in ask(serve(token(), reports(*listed)))] == ["ENG", "SPA"]


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (401, "NOT_AUTHORIZED", CredentialsRejected),
        (403, "NOT_AUTHORIZED", CredentialsRejected),
        (403, "LEA_MISMATCH", NotEnrolledHere),
        (404, "SSID_NOT_FOUND", SsidUnknown),
        (500, "PROCESSING_ERROR", StateDown),
        (500, "INTERNAL_ERROR", StateDown),
        (200, "LEA_MISMATCH", NotEnrolledHere),
        (401, None, CredentialsRejected),
        (429, None, StateBusy),
        (502, "NEW_CODE", StateDown),
        (403, "NEW_CODE", StateUnreadable),
        (404, None, StateUnreadable),
        (410, 17, StateUnreadable),
        (204, None, StateUnreadable),
    ],
)
def test_each_code_of_the_state_is_a_failure_with_its_own_page(
    serve: Serve, status: int, code: Any, failure: type[StateFailure]
) -> None:
    with pytest.raises(failure) as caught:
        ask(serve(token(), refusal(status, code)))
    assert type(caught.value) is failure
    for text in (failure.administrator, failure.teacher, failure.family):
        assert text % caught.value.facts
    assert "their words" not in repr(caught.value.facts)


def test_an_unknown_code_is_told_to_administrators_in_safe_letters(serve: Serve) -> None:
    with pytest.raises(StateUnreadable) as caught:
        ask(serve(token(), refusal(418, "<script>alert('a long code')</script>\r\n\u202e")))
    assert caught.value.facts["tried"] == "HTTP 418, code scriptalertalong"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>maintenance</html>",
        b"null",
        b"[]",
        b'{"half":',
        b"[" * 100_000,
        b'{"ssid": "1234567890", "reports": NaN}',
        b'{"ssid": "1234567890", "reports": [], "reports": []}',
        b'{"ssid": "1234567890", "reports": {}}',
        b'{"ssid": "1234567890", "reports": [7]}',
        b'{"ssid": "0987654321", "reports": []}',
        b'{"ssid": 1234567890, "reports": []}',
        b'{"reports": []}',
        b'{"ssid": "1234567890"}',
        b'{"ssid": "1234567890", "reports": [' + b",".join([b"{}"] * 501) + b"]}",
        b'{"ssid": "1234567890", "reports": ' + b"9" * 5000 + b"}",
        b"\xff\xfe\x00",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_an_answer_that_does_not_keep_the_contract_is_unreadable_and_not_asked_for_twice(
    serve: Serve, body: bytes
) -> None:
    server = serve(token(), answer(200, body))
    with pytest.raises(StateUnreadable):
        ask(server)
    assert len(server.heard) == 2


@pytest.mark.parametrize(
    "content",
    [{}, {"token": None}, {"token": ""}, {"token": "a\r\nb: c"}, {"token": "\u0442oken"}, {"token": "x" * 9000}, []],
)
def test_a_token_that_fits_no_header_is_unreadable(serve: Serve, content: Any) -> None:
    with pytest.raises(StateUnreadable):
        ask(serve(answer(200, content)))


# --- Links --------------------------------------------------------------------------------------------------


def test_a_link_that_leads_elsewhere_is_left_out_and_logged_without_itself(serve: Serve) -> None:
    foreign = REPORT | {"language": "SPA", "url": "https://elsewhere.example/evil"}
    with structlog.testing.capture_logs() as logged:
        found = ask(serve(token(), reports(foreign, REPORT, REPORT | {"language": "VIE", "url": None})))
    assert [report.language for report in found] == ["ENG"]
    assert [(line["event"], line["refused"], line["of"]) for line in logged] == [("state.link_refused", 1, 3)]
    assert "elsewhere" not in repr(logged)


def test_a_report_that_has_no_link_yet_is_not_there_yet(serve: Serve) -> None:
    with structlog.testing.capture_logs() as logged:
        assert ask(serve(token(), reports(REPORT | {"url": None}))) == []
    assert not logged


def test_an_answer_with_no_link_that_may_be_followed_is_unreadable(serve: Serve) -> None:
    with pytest.raises(StateUnreadable):
        ask(serve(token(), reports(REPORT | {"url": "https://elsewhere.example/evil"})))


# --- A second time, and when not ----------------------------------------------------------------------------


def reset(sock: socket.socket) -> None:
    """Take the request and go."""


@pytest.mark.parametrize("fault", [reset, answer(503, b""), refusal(500, "PROCESSING_ERROR"), token()[:-9]])
@pytest.mark.parametrize("call", ["token", "reports"])
def test_a_broken_connection_and_a_5xx_are_tried_once_more(serve: Serve, fault: Any, call: str) -> None:
    calls = [fault, token(), reports(REPORT)] if call == "token" else [token(), fault, reports(REPORT)]
    server = serve(*calls)
    assert len(ask(server)) == 1
    assert len(server.heard) == 3


@pytest.mark.parametrize(("fault", "failure"), [(reset, StateSlow), (answer(503, b"<html>"), StateDown)])
def test_nothing_is_tried_a_third_time(serve: Serve, fault: Any, failure: type[StateFailure]) -> None:
    server = serve(token(), fault)
    with pytest.raises(failure):
        ask(server)
    assert len(server.heard) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422, 429])
def test_no_4xx_is_tried_again(serve: Serve, status: int) -> None:
    server = serve(token(), answer(status, b""))
    with pytest.raises(StateFailure):
        ask(server)
    assert len(server.heard) == 2


def test_a_state_that_cannot_prove_who_it_is_gets_nothing_and_stands_out_in_the_log(serve: Serve) -> None:
    somebodys = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(somebodys)
    server = serve(token(), tls=somebodys)
    with structlog.testing.capture_logs() as logged, pytest.raises(StateUntrusted) as caught:
        ask(server)
    assert caught.value.facts["tried"] == "certificate not trusted"
    assert server.heard == []
    assert [one["event"] for one in logged] == ["state.not_to_be_trusted"]


def test_a_state_that_asks_for_a_long_pause_gets_it(serve: Serve) -> None:
    server = serve(token(), answer(503, b"", "Retry-After: 120\r\n"), reports(REPORT))
    with pytest.raises(StateDown) as caught:
        ask(server)
    assert caught.value.facts["tried"] == "HTTP 503"
    assert len(server.heard) == 2


def test_a_second_try_waits_no_longer_than_the_deadline(serve: Serve) -> None:
    server = serve(token(), answer(503, b""), reports(REPORT))
    state = StateClient(Network(server.url), Contract(), LinkPolicy({BUCKET}), backoff=1e9)
    with pytest.raises(StateDown):
        state.reports(LEA, CREDENTIALS, SSID)


# --- Credentials --------------------------------------------------------------------------------------------


def test_a_token_refused_before_its_time_is_renewed_once(serve: Serve) -> None:
    server = serve(token(), refusal(401, "NOT_AUTHORIZED"), token("second-token"), reports(REPORT))
    assert len(ask(server)) == 1
    assert b"Bearer second-token" in server.heard[3]


def test_credentials_that_buy_only_refused_tokens_are_rejected(serve: Serve) -> None:
    server = serve(token(), answer(401, b""), token("second-token"), answer(401, b""))
    with pytest.raises(CredentialsRejected) as caught:
        ask(server)
    assert caught.value.facts["lea"] == LEA.name
    assert len(server.heard) == 4


def test_credentials_that_buy_no_token_are_rejected_at_once(serve: Serve) -> None:
    server = serve(refusal(401, "NOT_AUTHORIZED"))
    with pytest.raises(CredentialsRejected):
        ask(server)
    assert len(server.heard) == 1


def test_a_check_tries_the_credentials_anew_and_tells_which_leas_they_open(serve: Serve) -> None:
    server = serve(token(), reports(REPORT), token(), refusal(401, "NOT_AUTHORIZED"))
    state = client(server)
    state.reports(LEA, CREDENTIALS, SSID)
    assert state.check(CREDENTIALS) == {LEA.cds}
    with pytest.raises(CredentialsRejected) as caught:
        state.check(CREDENTIALS)
    assert caught.value.administrator % caught.value.facts


# --- The network --------------------------------------------------------------------------------------------


def test_a_silent_state_is_slow_and_not_asked_twice(serve: Serve) -> None:
    server = serve(token(), lambda sock: sock.recv(1))
    with pytest.raises(StateSlow):
        ask(server, idle=1)
    assert len(server.heard) == 2


def test_a_state_that_is_not_there_is_slow_to_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    state = StateClient(Network(f"http://127.0.0.1:{port}"), Contract(), LinkPolicy({BUCKET}), backoff=0.01)
    with pytest.raises(StateSlow) as caught:
        state.reports(LEA, CREDENTIALS, SSID)
    assert caught.value.facts["tried"] == "connection refused"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_unreadable_logged_and_carries_no_secret_elsewhere(serve: Serve, status: int) -> None:
    elsewhere = serve(token())
    server = serve(answer(status, b"", f"Location: {elsewhere.url}/token\r\n"))
    with structlog.testing.capture_logs() as logged, pytest.raises(StateUnreadable):
        ask(server)
    assert [line["event"] for line in logged] == ["state.not_to_be_trusted"]
    assert elsewhere.heard == []
    assert len(server.heard) == 1


def test_an_answer_without_end_is_unreadable(serve: Serve) -> None:
    with pytest.raises(StateUnreadable):
        ask(serve(token(), answer(200, b"x" * 2_000_000)))


# --- Silence ------------------------------------------------------------------------------------------------


def test_neither_failures_nor_logs_repeat_secret_token_ssid_or_link(serve: Serve) -> None:
    scripts = [refusal(500, SSID, f"no {SSID}"), answer(200, {"ssid": "0987654321", "reports": [REPORT]}), reset]
    for script in scripts:
        with structlog.testing.capture_logs() as logged, pytest.raises(StateFailure) as caught:
            ask(serve(token(), script))
        told = repr([caught.value, caught.value.facts, caught.value.__context__, logged])
        for private in ("secret-key", "user-of", "first-token", "0987654321", "X-Amz", "feed"):
            assert private not in told


def test_credentials_and_what_carries_them_are_masked() -> None:
    state = StateClient(Network("https://state.example"), Contract(), LinkPolicy({BUCKET}))
    for thing in (CREDENTIALS, state):
        assert "secret-key" not in repr(thing)
        assert "user-of" not in str(thing)
