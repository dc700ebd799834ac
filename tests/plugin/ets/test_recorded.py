"""The client against what the stand-in for the state once answered, replayed; and what the cassettes don't hold.

`RECORD=1 pytest -n 0 tests/plugin/ets/test_recorded.py` records them anew.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from betamax import Betamax

from plugin.errors import CredentialsRejected, NotEnrolledHere, SsidUnknown, StateDown, StateFailure
from plugin.ets.client import StateClient
from plugin.ets.contract import Contract
from plugin.ets.credentials import Credentials
from plugin.ets.links import LinkPolicy
from plugin.model import Lea, Report, SchoolYear
from plugin.network import Network
from sandbox.district import make
from sandbox.state import StateService

CASSETTES = Path(__file__).parent / "cassettes"
NOW = datetime.datetime(2026, 11, 20, 18, tzinfo=datetime.UTC)
#: For whom a cassette is replayed: it holds nobody's own.
ANYBODY = Credentials("any user", "any secret"), "1234567890"
Stage = Callable[..., "Scene"]


def test_a_pupil_who_was_in_grade_five_has_combined_pdfs_and_web_pages_in_both_languages(scene: Stage) -> None:
    found = scene("reports", grade=6, home_language="SPA").reports()
    assert {report.format for report in found if len(report.record_types) > 1} == {"PDF"}
    assert frozenset({"01", "02", "06"}) in {report.record_types for report in found}
    assert {"PDF", "HTML"} <= {report.format for report in found}
    assert {"ENG", "SPA"} <= {report.language for report in found}
    assert SchoolYear(2025) in {report.year for report in found}
    assert len(set(found)) == len(found)


def test_two_pupils_are_asked_for_with_one_token(scene: Stage) -> None:
    pupils = scene("one-token")
    assert pupils.reports() == pupils.reports()


@pytest.mark.parametrize(
    ("outcome", "failure"),
    [
        ("lea_mismatch", NotEnrolledHere),
        ("ssid_not_found", SsidUnknown),
        ("processing_error", StateDown),
        ("internal_error", StateDown),
    ],
)
def test_each_refusal_of_the_state_has_its_own_failure(scene: Stage, outcome: str, failure: type[StateFailure]) -> None:
    with pytest.raises(failure) as caught:
        scene(outcome.replace("_", "-"), outcome=outcome).reports()
    assert type(caught.value) is failure


def test_a_pupil_without_test_data_has_no_reports(scene: Stage) -> None:
    assert scene("no-test-data", outcome="no_test_data").reports() == []


def test_wrong_credentials_are_rejected(scene: Stage) -> None:
    pupil = scene("wrong-credentials")
    pupil.credentials = Credentials("sis-of-nobody", "mistyped")
    with pytest.raises(CredentialsRejected):
        pupil.reports()


def test_credentials_that_another_system_replaced_are_rejected_after_one_renewal(scene: Stage) -> None:
    pupil = scene("replaced-credentials")
    assert pupil.reports()
    pupil.meanwhile(lambda service: [service.replace_credentials(lea) for lea in service.credentials])
    with pytest.raises(CredentialsRejected):
        pupil.reports()


def test_a_passing_fault_is_passed_over(scene: Stage) -> None:
    pupil = scene("passing-fault")
    pupil.meanwhile(lambda service: service.settings.change({"faults": {"502": 1}}))
    assert pupil.reports()


# --- Replaying and recording --------------------------------------------------------------------------------


class Scene:
    """A client and one pupil to ask for; `service` is the stand-in while a cassette is recorded."""

    tape: Betamax
    lea = Lea("19999990000000", "The district")

    def __init__(self, network: Network, credentials: Credentials, ssid: str, service: StateService | None) -> None:
        links = LinkPolicy({service.link_host if service else "reports.example"}, allow_plain_http=bool(service))
        self.network, self.credentials, self.ssid, self.service = network, credentials, ssid, service
        self.state = StateClient(network, Contract(), links, backoff=0.01)

    def reports(self) -> list[Report]:
        return self.state.reports(self.lea, self.credentials, self.ssid)

    def meanwhile(self, change: Callable[[StateService], object]) -> None:
        """Do something to the stand-in; when replayed, it has been done."""
        if self.service:
            change(self.service)


@pytest.fixture
def scene() -> Iterator[Callable[..., Scene]]:
    """`scene("cassette", outcome="no_test_data")`: replayed, or recorded for the first pupil of whom this holds."""
    with ExitStack() as ending:

        def begin(name: str, library: Path = CASSETTES, record: bool = "RECORD" in os.environ, **pupil: Any) -> Scene:
            if record:
                library.mkdir(exist_ok=True)
                (library / f"{name}.json").unlink(missing_ok=True)
            scene = _recorded(ending, pupil) if record else _replayed(ending)
            scene.tape = Betamax(scene.network.session, cassette_library_dir=str(library)).use_cassette(
                name,
                record="once" if record else "none",
                serialize_with="scrubbed",
                match_requests_on=["method", "path"],
                placeholders=[{"placeholder": "<SSID>", "replace": scene.ssid}],
            )
            ending.enter_context(scene.tape)
            return scene

        yield begin


def _recorded(ending: ExitStack, facts: dict[str, Any]) -> Scene:
    district = make(today=NOW.date())
    service = ending.enter_context(StateService(district.pupils, schools=district.schools, clock=lambda: NOW))
    wanted = {"outcome": "reports", "lea_cds": district.cds, **facts}
    pupil = next(one for one in district.pupils if wanted.items() <= vars(one).items())
    known = service.credentials[district.cds]
    network = ending.enter_context(Network(service.url))
    return Scene(network, Credentials(known.user, known.secret), str(pupil.ssid), service)


def _replayed(ending: ExitStack) -> Scene:
    return Scene(ending.enter_context(Network("https://state.example/api/v1")), *ANYBODY, None)


# --- What a cassette doesn't hold ---------------------------------------------------------------------------

#: Ten digits, a signature, a masked or open credential, the stand-in's own user names.
PRIVATE = re.compile(
    r"(?<!\d)\d{10}(?!\d)|Signature=(?!scrubbed)|Authorization|Bearer |Basic |sis-\d|MADEUP|127\.0\.0\.1"
)
#: Nothing of ours looks like a secret: capitals, small letters and digits in one long word.
SECRET = re.compile(r"(?<![\w+/-])(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])(?=[\w+/-]*[0-9])[\w+/-]{16,}")


def readings(text: str) -> Iterator[str]:
    """A text as it stands, and each word of it decoded."""
    yield text
    yield unquote(text)
    for word in re.findall(r"[A-Za-z0-9+/_-]{12,}={0,2}", text):
        try:
            yield base64.b64decode(
                word + "=" * (-len(word) % 4), altchars=b"-_" if set(word) & set("-_") else None
            ).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue


@pytest.mark.parametrize("cassette", sorted(CASSETTES.glob("*.json")), ids=lambda path: path.stem)
def test_no_cassette_holds_anything_private(cassette: Path) -> None:
    for text in readings(cassette.read_text()):
        assert not PRIVATE.search(text)
        assert not SECRET.search(text)


def test_what_was_private_while_recording_is_not_on_the_tape(
    scene: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = scene("fresh", library=tmp_path, record=True)
    sent, adapter = [], recording.network.session.get_adapter("http://")
    send = adapter.send

    def noted(request: requests.PreparedRequest, **options: Any) -> requests.Response:
        sent.append(request.headers)
        return send(request, **options)

    monkeypatch.setattr(adapter, "send", noted)
    found = recording.reports()
    recording.tape.stop()
    proofs = [headers["Authorization"].partition(" ")[2] for headers in sent]
    signatures = [report.url.partition("X-Amz-Signature=")[2] for report in found]
    private = [recording.ssid, recording.credentials.user, recording.credentials.secret, *proofs, *signatures]
    assert len(proofs) == 2
    assert all(len(text) >= 10 for text in private)
    for text in readings((tmp_path / "fresh.json").read_text()):
        assert not any(one in text for one in private)
