"""The calls of the contract, over HTTP."""

import dataclasses
import datetime

import pytest
import requests

from sandbox.state import StateCredentials, StateService

REFUSED = {"code": "NOT_AUTHORIZED", "message": "You are not authorized to make this request"}


def test_credentials_are_changed_for_a_token_of_their_lea(caller, district) -> None:
    answer = caller.sign_in()
    assert answer.status_code == 200
    assert answer.json().keys() == {"token", "expiresIn", "leas"}
    assert answer.json()["expiresIn"] == 3600
    assert answer.json()["leas"] == [district.cds]


@pytest.mark.parametrize("auth", [None, ("nobody", "secret"), ("", "")])
def test_wrong_credentials_are_refused(service, session, auth) -> None:
    answer = session.post(f"{service.url}/token", data="{}", auth=auth)
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_expired_credentials_are_refused_with_their_tokens(caller, clock, service, pupil) -> None:
    service.settings.token_life = 400 * 86_400
    token = caller.sign_in().json()["token"]
    clock.forward(days=365)
    assert caller.sign_in().status_code == 200
    clock.forward(days=1)
    assert caller.sign_in().json() == REFUSED
    assert caller.ask(pupil().ssid, token).json() == REFUSED


def test_a_newer_set_ends_the_older_one_and_its_tokens(caller, service, district, pupil) -> None:
    older, token = service.credentials[district.cds], caller.sign_in().json()["token"]
    newer = service.replace_credentials(district.cds)
    assert newer.secret != older.secret
    assert caller.ask(pupil().ssid, token).json() == REFUSED
    refused = caller.session.post(f"{service.url}/token", data="{}", auth=(older.user, older.secret))
    assert refused.json() == REFUSED
    assert caller.ask(pupil().ssid).status_code == 200


def test_a_token_dies_after_its_life(caller, clock, pupil) -> None:
    token = caller.sign_in().json()["token"]
    clock.forward(seconds=3599)
    assert caller.ask(pupil().ssid, token).status_code == 200
    clock.forward(seconds=1)
    assert caller.ask(pupil().ssid, token).json() == REFUSED


@pytest.mark.parametrize(
    ("outcome", "status", "code", "message"),
    [
        ("processing_error", 500, "PROCESSING_ERROR", "There was an error while processing the request"),
        ("no_test_data", 404, "NO_TEST_DATA", "Student does not have any test data"),
        ("internal_error", 500, "INTERNAL_ERROR", "Internal error occurred"),
        ("lea_mismatch", 403, "LEA_MISMATCH", "Student enrollment record does not match calling district"),
        ("ssid_not_found", 404, "SSID_NOT_FOUND", "Student identification number not found"),
    ],
)
def test_every_outcome_of_the_contract_has_a_pupil(caller, pupil, outcome, status, code, message) -> None:
    answer = caller.ask(pupil(outcome=outcome).ssid)
    assert (answer.status_code, answer.json()) == (status, {"code": code, "message": message})


def test_the_reports_of_a_pupil_have_every_field_of_the_contract(caller, pupil) -> None:
    ssid = pupil(grade=5).ssid
    answer = caller.ask(ssid)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["ssid"] == ssid
    fields = "recordTypes testName program adminYear gradeAssessed language format status url"
    assert all(report.keys() == set(fields.split()) for report in answer.json()["reports"])


def test_an_ssid_that_nobody_has_is_not_found(caller) -> None:
    assert caller.ask("0000000000").json()["code"] == "SSID_NOT_FOUND"


def test_the_charters_pupil_is_not_the_districts(caller, pupil, district) -> None:
    charter = next(lea.cds for lea in district.leas if lea.cds != district.cds)
    ssid = pupil(lea_cds=charter, grade=5).ssid
    assert caller.ask(ssid).json()["code"] == "LEA_MISMATCH"
    assert caller.ask(ssid, caller.sign_in(charter).json()["token"]).status_code == 200


def test_one_set_may_open_several_leas(district, clock, session) -> None:
    shared = StateCredentials("county", "made-up", datetime.date(2027, 1, 1))
    leas = [lea.cds for lea in district.leas]
    with StateService(district.pupils, credentials=dict.fromkeys(leas, shared), clock=clock) as service:
        answer = session.post(f"{service.url}/token", data="{}", auth=("county", "made-up"))
    assert answer.json()["leas"] == leas


def test_a_pupil_too_young_for_any_test_has_no_test_data(caller, pupil) -> None:
    assert caller.ask(pupil(grade=-2).ssid).json()["code"] == "NO_TEST_DATA"


@pytest.mark.parametrize("path", ["/", "/nothing", "/token/", "/scorereports/", "/scorereports/1/2", "/scorereports"])
def test_other_paths_are_not_found(service, session, path) -> None:
    assert session.get(service.url + path).status_code == 404


def test_another_verb_is_not_found(service, session) -> None:
    assert session.put(f"{service.url}/token", data="{}").status_code == 404


def test_two_starts_share_no_secret(district) -> None:
    one, other = StateService(district.pupils), StateService(district.pupils)
    assert one.credentials[district.cds].secret != other.credentials[district.cds].secret
    assert one.admin_token != other.admin_token
    one.stop(), other.stop()


def test_secrets_stay_out_of_reprs(service, district) -> None:
    known = service.credentials[district.cds]
    assert known.secret not in repr(known)
    assert dataclasses.asdict(known)["secret"] == known.secret


def test_a_stopped_service_answers_no_more(district) -> None:
    with StateService(district.pupils) as service:
        assert requests.get(service.sandbox_url, timeout=5).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(service.sandbox_url, timeout=5)
