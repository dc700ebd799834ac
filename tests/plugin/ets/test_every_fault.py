"""Every fault that the stand-in for the state knows leads to reports or to the failure that names its cause."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from plugin.errors import CredentialsRejected, StateBusy, StateDown, StateFailure, StateSlow, StateUnreadable
from plugin.ets.client import StateClient
from plugin.ets.contract import Contract
from plugin.ets.credentials import Credentials
from plugin.ets.links import LinkPolicy
from plugin.model import Lea, Report
from plugin.network import Network
from sandbox.district import District, make
from sandbox.state import StateService
from sandbox.state.faults import names

NOW = datetime.datetime(2026, 11, 20, 18, tzinfo=datetime.UTC)

#: Faults of an answer's wording and way, the same for both calls.
ANY_CALL: dict[str, type[StateFailure] | None] = {
    "html": StateUnreadable,
    "not_json": StateUnreadable,
    "plain_text": None,
    "bom": None,
    "latin1": StateUnreadable,
    "empty": StateUnreadable,
    "json_null": StateUnreadable,
    "json_list": StateUnreadable,
    "json_number": StateUnreadable,
    "json_nan": StateUnreadable,
    "long_number": StateUnreadable,
    "deep_json": StateUnreadable,
    "unknown_code": StateUnreadable,
    "odd_code": StateUnreadable,
    "redirect": StateUnreadable,
    "redirect_away": StateUnreadable,
    "gzip_bomb": StateUnreadable,
    "slow_headers": StateSlow,
    "drip": StateSlow,
    "hang": StateSlow,
    "truncated": StateSlow,
    "cut": StateUnreadable,
    "huge": StateUnreadable,
    "too_long": None,
    "reset": StateSlow,
    "400": StateUnreadable,
    "401": CredentialsRejected,
    "403": StateUnreadable,
    "404": StateUnreadable,
    "429": StateBusy,
    "500": StateDown,
    "503": StateDown,
}
#: Faults of what an answer says. None: reports come, if not all of them.
FAULTS: dict[str, type[StateFailure] | None] = {
    **ANY_CALL,
    **{f"token_{name}": failure for name, failure in ANY_CALL.items()},
    "wrong_ssid": StateUnreadable,
    "no_ssid": StateUnreadable,
    "foreign_link": StateUnreadable,
    "odd_links": StateUnreadable,
    "stale_links": None,
    "endless_links": None,
    "odd_years": None,
    "odd_types": None,
    "odd_languages": None,
    "markup": None,
    "lone_surrogate": None,
    "not_final": None,
    "no_status": StateUnreadable,
    "empty_list": None,
    "null_list": StateUnreadable,
    "list_of_text": StateUnreadable,
    "duplicates": None,
    "many": StateUnreadable,
    "token_null": StateUnreadable,
    "token_line_break": StateUnreadable,
    "token_no_life": None,
    "token_zero_life": None,
    "token_past_life": None,
    "token_long_life": None,
    "token_text_life": None,
    "token_no_leas": None,
}
#: After which no report is left, or all of them.
EMPTY = {"not_final", "empty_list"}


@pytest.fixture(scope="module")
def district() -> District:
    return make(today=NOW.date())


@pytest.fixture(scope="module")
def state(district: District) -> Iterator[StateService]:
    with StateService(district.pupils, clock=lambda: NOW) as service:
        service.settings.pace = 0.05
        yield service


def ask(state: StateService, district: District, seconds: float) -> list[Report]:
    pupil = next(one for one in district.pupils if one.outcome == "reports" and one.lea_cds == district.cds)
    known = state.credentials[district.cds]
    links = LinkPolicy({state.link_host}, allow_plain_http=True)
    with Network(state.url, total=seconds) as network:
        client = StateClient(network, Contract(), links, backoff=0.01)
        return client.reports(Lea(district.cds, district.name), Credentials(known.user, known.secret), str(pupil.ssid))


@pytest.mark.parametrize(("fault", "failure"), FAULTS.items(), ids=FAULTS)
def test_a_fault_has_its_failure(
    state: StateService, district: District, fault: str, failure: type[StateFailure] | None
) -> None:
    state.settings.change({"faults": {fault: True}})
    if failure is None:
        found = ask(state, district, 60)
        assert bool(found) == (fault not in EMPTY)
        assert all(report.test_name.encode() for report in found)
    else:
        with pytest.raises(StateFailure) as caught:
            ask(state, district, 1 if failure is StateSlow else 60)
        assert type(caught.value) is failure
        assert caught.value.administrator % caught.value.facts


def test_no_fault_of_the_stand_in_is_forgotten() -> None:
    assert {name for name in names() if not name.startswith("link_")} <= FAULTS.keys()
