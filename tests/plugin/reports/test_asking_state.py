"""Credentials that fail: who may still ask the state, what everybody reads, and when it is over."""

from __future__ import annotations

import base64
import datetime
import os
from collections.abc import Iterator

import pytest
import structlog

from plugin.errors import CredentialsExpired, CredentialsRejected, CredentialsReplaced, NotEnrolledHere, StateFailure
from plugin.ets.credentials import Credentials
from plugin.model import Lea
from plugin.reports.asking_state import ask_state, standing_of
from plugin.reports.services import Services
from plugin.reports.standing import Word
from plugin.reports.watching import watch
from sandbox.stage import Stage


class Desk:
    """Background work of one stage, with a clock to move."""

    def __init__(self, stage: Stage) -> None:
        self.now = datetime.datetime.now(datetime.UTC)
        self.stage, self.lea = stage, Lea(stage.district.cds, stage.district.name)
        self.services: Services = stage.services(now=lambda: self.now)

    def ask(self) -> None:
        ask_state(self.services, self.lea, self.services.state.check)

    def fail(self, times: int) -> StateFailure:
        """Ask so often; how it ended the last time."""
        for _ in range(times):
            with pytest.raises(StateFailure) as caught:
                self.ask()
        return caught.value

    def pass_time(self, **span: float) -> None:
        self.now += datetime.timedelta(**span)

    def calls(self) -> int:
        return len([call for call in self.stage.state.calls if call.lea == self.lea.cds or call.status == 401])

    @property
    def word(self) -> Word:
        records = {record.lea_cds: record for record in self.services.credentials.describe()}
        return standing_of(self.services, records[self.lea.cds]).word


@pytest.fixture
def desk(own_stage: Stage) -> Iterator[Desk]:
    return Desk(own_stage)


def test_a_set_that_worked_and_is_refused_was_replaced(desk):
    desk.ask()
    desk.stage.state.replace_credentials(desk.lea.cds)
    assert isinstance(desk.fail(1), CredentialsReplaced)
    assert desk.word is Word.REPLACED


def test_a_token_refused_once_is_renewed_and_nothing_is_said(desk):
    ssid = next(one.ssid for one in desk.stage.district.pupils if one.outcome == "reports" and one.ssid)
    desk.stage.state.settings.faults["401"] = 1
    ask_state(desk.services, desk.lea, lambda credentials: desk.services.state.reports(desk.lea, credentials, ssid))
    assert desk.word is Word.WORKS


def test_after_three_refusals_in_a_row_nobody_asks_but_a_probe_every_quarter_of_an_hour(desk):
    desk.stage.state.settings.faults["token_401"] = None
    desk.fail(3)
    asked = desk.calls()
    assert isinstance(desk.fail(20), CredentialsRejected)
    assert desk.calls() == asked
    for _ in range(60):
        desk.pass_time(minutes=1)
        desk.fail(3)
    assert desk.calls() - asked == 4


def test_a_probe_that_works_opens_the_way_again(desk):
    desk.stage.state.settings.faults["token_401"] = None
    desk.fail(3)
    desk.stage.state.settings.faults.clear()
    desk.fail(1)
    desk.pass_time(minutes=15)
    desk.ask()
    desk.ask()
    assert desk.word is Word.WORKS


def test_saving_a_set_that_works_opens_the_way_at_once(desk):
    new = desk.stage.state.replace_credentials(desk.lea.cds)
    desk.fail(5)
    desk.stage.save_credentials(desk.lea.cds, new.user, new.secret)
    desk.ask()


def test_one_success_between_refusals_begins_the_count_anew(desk):
    for _ in range(4):
        desk.stage.state.settings.faults["token_401"] = 2
        desk.fail(2)
        desk.ask()


def test_another_lea_asks_on_while_one_is_stopped(desk):
    desk.stage.state.replace_credentials(desk.lea.cds)
    desk.fail(4)
    other = next(lea for lea in desk.stage.state.credentials if lea != desk.lea.cds)
    ask_state(desk.services, Lea(other, "Charter"), desk.services.state.check)


def test_an_expired_set_is_not_sent(desk):
    desk.pass_time(days=400)
    asked = desk.calls()
    assert isinstance(desk.fail(1), CredentialsExpired)
    assert desk.calls() == asked


def test_a_student_of_another_district_says_nothing_against_the_set(desk):
    def elsewhere(_credentials: Credentials) -> None:
        raise NotEnrolledHere

    with pytest.raises(NotEnrolledHere):
        ask_state(desk.services, desk.lea, elsewhere)
    assert desk.word is Word.WORKS


@pytest.mark.parametrize("fault", ["token_500", "token_reset", "token_html"])
def test_a_fault_of_the_states_says_nothing_about_the_set(desk, fault):
    before = desk.word
    desk.stage.state.settings.faults[fault] = None
    desk.fail(5)
    assert desk.word is before


def test_watching_finds_within_minutes_that_a_set_was_replaced(desk):
    watch(desk.services)
    desk.stage.state.replace_credentials(desk.lea.cds)
    waited = datetime.timedelta()
    while desk.word is not Word.REPLACED:
        desk.pass_time(minutes=1)
        waited += datetime.timedelta(minutes=1)
        watch(desk.services)
    assert waited <= datetime.timedelta(minutes=5)


def test_watching_tries_a_first_refusal_again_soon(desk):
    watch(desk.services)
    desk.stage.state.settings.faults["token_401"] = 1
    desk.fail(1)
    desk.pass_time(minutes=1)
    watch(desk.services)
    assert desk.word is Word.WORKS


def test_watching_asks_nothing_with_a_set_that_it_cannot_open(desk):
    with_another_key = desk.stage.environ | {"VAULT_KEYS": f"stage:{base64.b64encode(os.urandom(32)).decode()}"}
    desk.stage.environ = with_another_key
    desk.services = desk.stage.services(now=lambda: desk.now)
    asked = len(desk.stage.state.calls)
    with structlog.testing.capture_logs() as logged:
        watch(desk.services)
    assert desk.word is Word.UNREADABLE
    assert (len(desk.stage.state.calls), logged) == (asked, [])


def test_watching_leaves_alone_what_families_use_all_the_time(desk):
    watch(desk.services)
    asked = len(desk.stage.state.calls)
    for _ in range(10):
        desk.pass_time(minutes=2)
        for lea in desk.stage.state.credentials:
            desk.services.trials.worked(lea, 1, desk.now)
        watch(desk.services)
    assert len(desk.stage.state.calls) == asked


def test_two_workers_watch_no_more_than_one(desk):
    other = desk.stage.services(now=lambda: desk.now)
    for services in (desk.services, other):
        watch(services)
    asked = len(desk.stage.state.calls)
    for _ in range(20):
        desk.pass_time(minutes=1)
        watch(desk.services)
        watch(other)
    assert len(desk.stage.state.calls) - asked == 5 * len(desk.stage.state.credentials)


def test_watching_goes_on_with_the_next_lea_where_one_fails(desk):
    desk.stage.state.replace_credentials(desk.lea.cds)
    watch(desk.services)
    other = next(lea for lea in desk.stage.state.credentials if lea != desk.lea.cds)
    [record] = [record for record in desk.services.credentials.describe() if record.lea_cds == other]
    assert standing_of(desk.services, record).word is Word.WORKS


def test_an_expired_set_is_not_watched(desk):
    desk.pass_time(days=400)
    asked = len(desk.stage.state.calls)
    watch(desk.services)
    assert len(desk.stage.state.calls) == asked
