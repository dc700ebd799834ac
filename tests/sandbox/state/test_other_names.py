"""The same service under every other name that a contract may give."""

from pathlib import Path

import pytest

from plugin.ets.contract import Contract
from sandbox.state import StateService

OTHER = """
[token]
method = "PUT"
path = "/v2/login"
body = '{"grant": "client"}'
token = "access"
expires_in = "lives"
leas = "agencies"

[reports]
method = "POST"
path = "/v2/reports?view=all"
body = '{"student": "{ssid}"}'
header = "X-Access"
scheme = ""
list = "items"
ssid = "student"

[report]
record_types = "types"
test_name = "name"
program = "family"
year = "season"
grade = "level"
language = "tongue"
format = "kind"
status = "state"
url = "link"
final = "Done"

[error]
code = "errorCode"
message = "text"

[codes]
E01 = "state_down"
E02 = "no_test_data"
E03 = "not_authorized"
E04 = "state_down"
E05 = "not_enrolled_here"
E06 = "ssid_unknown"
"""


def test_the_token_call_takes_the_contracts_names(service, sign_in, district) -> None:
    answer = sign_in()
    assert answer.keys() == {"access", "lives", "agencies"}
    assert answer["agencies"] == [district.cds]


def test_the_reports_call_takes_the_contracts_names(ask, pupil) -> None:
    ssid = pupil(grade=5).ssid
    status, answer = ask(ssid)
    assert status == 200
    assert answer.keys() == {"student", "items"}
    assert answer["student"] == ssid
    assert answer["items"][0].keys() == set("types name family season level tongue kind state link".split())
    assert "Done" in {report["state"] for report in answer["items"]}


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        ("processing_error", "E01"),
        ("no_test_data", "E02"),
        ("internal_error", "E04"),
        ("lea_mismatch", "E05"),
        ("ssid_not_found", "E06"),
    ],
)
def test_an_error_has_the_contracts_code(ask, pupil, outcome, code) -> None:
    _, answer = ask(pupil(outcome=outcome).ssid)
    assert answer.keys() == {"errorCode", "text"}
    assert answer["errorCode"] == code


def test_a_token_in_another_header_is_not_seen(service, session, sign_in, pupil) -> None:
    headers = {"Authorization": f"Bearer {sign_in()['access']}"}
    body = f'{{"student": "{pupil().ssid}"}}'
    answer = session.post(f"{service.url}/v2/reports?view=all", data=body, headers=headers)
    assert answer.json()["errorCode"] == "E03"


def test_the_usual_names_are_gone(service, session) -> None:
    assert session.post(f"{service.url}/token", data="{}").status_code == 404


@pytest.fixture
def service(district, clock, tmp_path: Path):
    path = tmp_path / "contract.toml"
    path.write_text(OTHER)
    with StateService(district.pupils, contract=Contract.load(path), clock=clock) as service:
        yield service


@pytest.fixture
def sign_in(service, session, district):
    def sign_in():
        known = service.credentials[district.cds]
        auth = (known.user, known.secret)
        return session.put(f"{service.url}/v2/login", data='{"grant": "client"}', auth=auth).json()

    return sign_in


@pytest.fixture
def ask(service, session, sign_in):
    def ask(ssid):
        headers = {"X-Access": sign_in()["access"]}
        body = f'{{"student": "{ssid}"}}'
        answer = session.post(f"{service.url}/v2/reports?view=all", data=body, headers=headers)
        return answer.status_code, answer.json()

    return ask
