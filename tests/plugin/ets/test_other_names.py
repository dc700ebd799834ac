"""A file with other paths, verbs, field names, codes and token header; the same client, the same stand-in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.errors import CredentialsRejected, NotEnrolledHere, SsidUnknown, StateDown, StateFailure
from plugin.ets.client import StateClient
from plugin.ets.contract import Contract
from plugin.ets.credentials import Credentials
from plugin.ets.links import LinkPolicy
from plugin.model import Lea, Report
from plugin.network import Network
from sandbox.district import District, make
from sandbox.state import StateService

NOW = datetime.datetime(2026, 11, 20, 18, tzinfo=datetime.UTC)
OTHER_NAMES = """
[token]
method = "PUT"
path = "/v2/login?grant=client"
body = '{"grant": "client"}'
token = "access"
expires_in = "lives"
leas = "agencies"

[reports]
method = "POST"
path = "/v2/students/{ssid}/reports"
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
E05 = "not_enrolled_here"
E06 = "ssid_unknown"
"""


@pytest.fixture(scope="module")
def district() -> District:
    return make(today=NOW.date())


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    (tmp_path / "state.toml").write_text(OTHER_NAMES)
    return Contract.load(tmp_path / "state.toml")


class Asker:
    def __init__(self, service: StateService, contract: Contract, network: Network, district: District) -> None:
        links = LinkPolicy({service.link_host}, allow_plain_http=True)
        known = service.credentials[district.cds]
        self.credentials = Credentials(known.user, known.secret)
        self.client, self.district = StateClient(network, contract, links, backoff=0.01), district

    def ask(self, outcome: str) -> list[Report]:
        for pupil in self.district.pupils:
            if pupil.outcome == outcome and pupil.lea_cds == self.district.cds:
                return self.client.reports(Lea(self.district.cds, "District"), self.credentials, str(pupil.ssid))
        raise LookupError(outcome)


@pytest.fixture
def asker(district: District, contract: Contract) -> Iterator[Asker]:
    service = StateService(district.pupils, contract=contract, clock=lambda: NOW)
    with service, Network(service.url) as network:
        yield Asker(service, contract, network, district)


def test_reports_are_found(asker: Asker) -> None:
    found = asker.ask("reports")
    assert found
    for report in found:
        assert report.record_types
        assert report.test_name
        assert report.program
        assert report.year_text
        assert report.grade
        assert report.language
        assert report.format


def test_no_test_data_is_no_report(asker: Asker) -> None:
    assert asker.ask("no_test_data") == []


@pytest.mark.parametrize(
    ("outcome", "failure"),
    [
        ("lea_mismatch", NotEnrolledHere),
        ("ssid_not_found", SsidUnknown),
        ("processing_error", StateDown),
        ("internal_error", StateDown),
    ],
)
def test_each_code_keeps_its_meaning(asker: Asker, outcome: str, failure: type[StateFailure]) -> None:
    with pytest.raises(failure):
        asker.ask(outcome)


def test_wrong_credentials_are_rejected(asker: Asker) -> None:
    asker.credentials = Credentials(asker.credentials.user, "mistyped")
    with pytest.raises(CredentialsRejected):
        asker.ask("reports")


def test_a_check_tells_which_leas_the_credentials_open(asker: Asker) -> None:
    assert asker.client.check(asker.credentials) == {asker.district.cds}
