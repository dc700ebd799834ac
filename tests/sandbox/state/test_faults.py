"""What goes wrong on purpose must go wrong on the wire."""

import contextlib
import json
import socket

import pytest
import requests

from sandbox.state.faults import names, split


def test_a_fault_spoils_as_many_calls_as_it_counts(service, ask) -> None:
    service.settings.faults = {"503": 2}
    assert [ask().status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_without_a_count_stays_until_it_is_taken_out(service, ask) -> None:
    service.settings.faults = {"500": None}
    assert [ask().status_code for _ in range(3)] == [500, 500, 500]
    service.settings.faults.clear()
    assert ask().status_code == 200


def test_faults_wait_in_line(service, ask) -> None:
    service.settings.faults = {"502": 1, "429": 1}
    assert [ask().status_code for _ in range(3)] == [502, 429, 200]


def test_a_fault_of_one_call_leaves_the_others_alone(service, caller, ask, link, session) -> None:
    service.settings.faults = {"token_401": 1, "link_503": 1}
    assert ask().status_code == 200
    assert [caller.sign_in().status_code for _ in range(2)] == [401, 200]
    assert [session.get(link).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("status", ["400", "401", "404", "410", "429", "500", "502", "503", "504"])
def test_three_digits_are_a_status(service, ask, status) -> None:
    service.settings.faults = {status: 1}
    answer = ask()
    assert answer.status_code == int(status)
    assert answer.headers["Content-Type"] == "text/html"
    assert ("Retry-After" in answer.headers) == (status in ("429", "503"))


def test_hanging_means_no_byte_at_all(service, ask) -> None:
    service.settings.faults = {"hang": 1}
    with pytest.raises(requests.ReadTimeout):
        ask(timeout=0.3)


def test_a_hanging_caller_does_not_keep_the_service_from_stopping(service, ask) -> None:
    service.settings.faults = {"hang": 1}
    service.settings.latency = 0
    with pytest.raises(requests.ReadTimeout):
        ask(timeout=0.3)
    service.stop()


@pytest.mark.parametrize("fault", ["drip", "slow_headers"])
def test_a_dripping_answer_comes_byte_by_byte(service, token, student, fault) -> None:
    service.settings.faults = {fault: 1}
    service.settings.pace = 0.02
    with raw_request(service, token, student) as connection:
        came = b"".join(connection.recv(65_536) for _ in range(5))
    assert (b"\r\n\r\n" in came) == (fault == "drip")
    assert len(came) < 1000  # of some thousand


def test_a_dripping_answer_is_whole_in_the_end(service, ask) -> None:
    service.settings.pace = 0
    for fault in ("drip", "slow_headers"):
        service.settings.faults = {fault: 1}
        assert ask().json()["reports"]


def test_a_truncated_answer_ends_before_its_length(service, ask) -> None:
    service.settings.faults = {"truncated": 1}
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask()


def test_an_answer_cut_without_a_length_shows_only_in_its_text(service, ask) -> None:
    service.settings.faults = {"cut": 1}
    answer = ask()
    assert "Content-Length" not in answer.headers
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_reset_connection_is_one(service, ask) -> None:
    service.settings.faults = {"reset": 1}
    with pytest.raises(requests.ConnectionError):
        ask()


def test_a_huge_answer_goes_on_and_on(service, ask) -> None:
    service.settings.faults = {"huge": 1}
    with ask(stream=True) as answer:
        assert sum(len(next(answer.iter_content(2**20))) for _ in range(8)) == 8 * 2**20


def test_what_follows_an_answer_is_not_the_next_answer(service, token, student) -> None:
    service.settings.faults = {"too_long": 1}
    with raw_request(service, token, student) as connection:
        assert connection.makefile("rb").read().count(b"HTTP/1.1 200") == 2


def test_a_redirect_leads_to_a_place_where_nobody_should_come(service, ask) -> None:
    service.settings.faults = {"redirect": 1}
    assert ask(allow_redirects=False).headers["Location"] == "/elsewhere"
    service.settings.faults = {"redirect": 1}
    assert ask().text == "You followed a redirect.\n"
    assert service.calls[-1].path == "/elsewhere"


def test_a_gzip_bomb_is_small_on_the_wire(service, ask) -> None:
    service.settings.faults = {"gzip_bomb": 1}
    with ask(stream=True) as answer:
        assert int(answer.headers["Content-Length"]) < 2**17
        assert sum(len(piece) for piece in answer.iter_content(2**16)) == 2**26


@pytest.mark.parametrize("fault", ["not_json", "html", "empty", "latin1", "bom", "deep_json"])
def test_some_answers_can_not_be_read(service, ask, fault) -> None:
    service.settings.faults = {fault: 1}
    answer = ask()
    assert answer.status_code == 200
    with pytest.raises((ValueError, RecursionError)):
        json.loads(answer.content.decode("utf-8"))


@pytest.mark.parametrize(("fault", "code"), [("unknown_code", "SOMETHING_NEW"), ("odd_code", 17)])
def test_an_error_with_a_strange_code_is_json_all_the_same(service, ask, fault, code) -> None:
    service.settings.faults = {fault: 1}
    answer = ask()
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/json")
    assert answer.json()["code"] == code


def test_another_students_answer(service, ask, student) -> None:
    service.settings.faults = {"wrong_ssid": 1}
    answer = ask().json()
    assert answer["reports"]
    assert answer["ssid"] != student.ssid


def test_links_to_a_foreign_host(service, ask) -> None:
    service.settings.faults = {"foreign_link": 1}
    assert all(report["url"].startswith("https://reports.example.net/") for report in ask().json()["reports"])


def test_links_that_are_dead_already(service, ask, session) -> None:
    service.settings.faults = {"stale_links": 1}
    for report in ask().json()["reports"]:
        assert "X-Amz-Date=2001" in report["url"]
        answer = session.get(report["url"])
        assert answer.status_code == 403
        assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in answer.text


@pytest.mark.parametrize(("fault", "length"), [("empty_list", 0), ("many", 5000)])
def test_lists_of_odd_lengths(service, ask, fault, length) -> None:
    service.settings.faults = {fault: 1}
    assert len(ask().json()["reports"]) == length


def test_an_error_is_not_made_good_by_a_fault_in_the_text(service, caller) -> None:
    service.settings.faults = {"wrong_ssid": 1}
    assert caller.ask("0000000000").json()["code"] == "SSID_NOT_FOUND"


@pytest.mark.parametrize(
    ("fault", "life"), [("zero_life", 0), ("past_life", -3600), ("text_life", "soon"), ("no_life", None)]
)
def test_tokens_with_an_odd_life(service, caller, fault, life) -> None:
    service.settings.faults = {f"token_{fault}": 1}
    assert caller.sign_in().json()["expiresIn"] == life


@pytest.mark.parametrize("place", ["reports", "token", "link"])
def test_the_service_outlives_every_fault(service, caller, ask, link, session, place) -> None:
    service.settings.pace = 0
    calls = {
        "token": lambda **options: caller.sign_in(**options),
        "link": lambda **options: session.get(link, **options),
        "reports": lambda **options: ask(**options),
    }
    for name in names():
        if split(name)[0] == place:
            service.settings.faults = {name: 1}
            with contextlib.suppress(requests.RequestException):
                timeout = 1 if name.endswith("hang") else 5
                calls[place](timeout=timeout, stream=True, allow_redirects=False).close()
            session.close()  # what is left on a spoiled connection is no matter of the next call's
            assert (name, service.settings.faults[name]) == (name, 0)
            assert (name, ask().status_code) == (name, 200)


def raw_request(service, token: str, student) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", int(service.link_host.partition(":")[2])), timeout=5)
    head = f"GET /api/v1/scorereports/{student.ssid} HTTP/1.1\r\nHost: {service.link_host}\r\n"
    connection.sendall(f"{head}Authorization: Bearer {token}\r\n\r\n".encode())
    return connection


@pytest.fixture
def student(pupil):
    return pupil(grade=5)


@pytest.fixture
def token(caller) -> str:
    return caller.sign_in().json()["token"]


@pytest.fixture
def ask(caller, student, token):
    return lambda **options: caller.ask(student.ssid, token, **options)


@pytest.fixture
def link(caller, student) -> str:
    return caller.ask(student.ssid).json()["reports"][0]["url"]
