"""How many mails go in a minute, on a clock and a state that are ours to move."""

from __future__ import annotations

import datetime

import pytest

from plugin.errors import CredentialsRejected, StateDown
from plugin.model import Lea
from plugin.reports.notices import flow
from plugin.reports.notices.flow import CLOSED_DOOR, OFF, STOPPED, flow_of, outlook
from plugin.store.releases import Telling
from tests.households import Households
from tests.office import LEA as CDS

LEA = Lea(CDS, "Poppy Valley Unified")
MINUTE = datetime.timedelta(minutes=1)


class Stopwatch:
    """The state takes so many seconds for a call."""

    def __init__(self) -> None:
        self.takes, self._read = 0.1, 0

    def monotonic(self) -> float:
        self._read += 1
        return self.takes if self._read % 2 == 0 else 0.0


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    stopwatch = Stopwatch()
    monkeypatch.setattr(flow, "time", stopwatch)
    return stopwatch


def a_minute(households: Households) -> int:
    """Of the next round."""
    households.now += MINUTE
    return flow_of(households.services, LEA).a_minute


def searched(households: Households, rate: float, *, stopped: bool = False) -> None:
    """A search says how the state takes its calls."""
    households.services.state_paces.keep(CDS, rate, 0.2, households.now, stopped=stopped)


def test_five_calls_a_second_and_thirty_clicks_in_a_hundred_make_a_thousand_mails(households):
    assert a_minute(households) == 1000


@pytest.mark.parametrize(("click_rate", "mails"), [(100, 300), (60, 500), (1, 30000)])
def test_the_fewer_come_at_once_the_more_mails_go(households, click_rate, mails):
    households.choose(click_rate=click_rate)
    assert a_minute(households) == mails


def test_who_lets_searches_ask_more_slowly_lets_mails_go_more_slowly(households):
    households.services.choices.save(CDS, "search", {"rate": 1}, replaces=0, by="somebody", now=households.now)
    assert a_minute(households) == 200


def test_a_search_that_goes_on_measures_for_it(households):
    searched(households, 2.5)
    assert flow_of(households.services, LEA).a_minute == 500
    assert households.state.asked == 0


def test_without_a_search_one_small_call_a_round_measures(households):
    for _ in range(3):
        a_minute(households)
    assert households.state.asked == 3


def test_a_state_that_takes_twice_as_long_halves_it_and_it_climbs_back_slowly(households, stopwatch):
    usual = [a_minute(households) for _ in range(3)]
    stopwatch.takes = 0.5
    slow = [a_minute(households) for _ in range(2)]
    stopwatch.takes = 0.1
    better = [a_minute(households) for _ in range(9)]
    assert usual == [1000, 1000, 1000]
    assert slow == [500, 250]
    assert better == [350, 450, 550, 650, 750, 850, 950, 1000, 1000]


def test_however_slow_the_state_is_some_mails_go(households, stopwatch):
    a_minute(households)
    found = []
    for _ in range(12):
        stopwatch.takes *= 3
        found.append(a_minute(households))
    assert found[-1] == 15  # a sixty-fourth


def test_a_quick_state_may_be_a_little_less_quick(households, stopwatch):
    stopwatch.takes = 0.01
    a_minute(households)
    stopwatch.takes = 0.2
    assert a_minute(households) == 1000


def test_what_a_search_measured_of_its_own_calls_is_not_compared_with_the_small_one(households, stopwatch):
    stopwatch.takes = 2.0
    searched(households, 5)
    assert a_minute(households) == 1000


def test_while_the_state_fails_none_go_and_it_is_said_why(households):
    households.state.fails = StateDown(tried="a call")
    households.now += MINUTE
    assert flow_of(households.services, LEA).obstacle == STOPPED
    assert outlook(households.services, LEA).obstacle == STOPPED
    households.state.fails = None
    assert a_minute(households) == 600  # it was halved, and climbs


def test_while_a_searchs_circuit_is_open_none_go(households):
    searched(households, 5, stopped=True)
    assert flow_of(households.services, LEA).obstacle == STOPPED
    households.now += MINUTE
    assert flow_of(households.services, LEA).obstacle == ""


def test_where_the_state_refuses_the_credentials_none_go(households):
    households.state.fails = CredentialsRejected(lea="Poppy Valley")
    households.now += MINUTE
    assert [flow_of(households.services, LEA).obstacle for _ in range(3)] == [CLOSED_DOOR] * 3
    assert households.state.asked == 1  # from then on they are known to be refused
    assert outlook(households.services, LEA).obstacle == CLOSED_DOOR


def test_where_they_have_expired_none_go_and_nobody_is_asked(households):
    households.now += datetime.timedelta(days=301)
    assert flow_of(households.services, LEA).obstacle == CLOSED_DOOR
    assert households.state.asked == 0


def test_where_they_cant_be_opened_none_go_and_it_is_said_why(households):
    households.lose_key()
    assert flow_of(households.services, LEA).obstacle == CLOSED_DOOR
    assert outlook(households.services, LEA).obstacle == CLOSED_DOOR


def test_where_notices_are_off_none_go(households):
    households.choose(enabled=False)
    assert flow_of(households.services, LEA).obstacle == OFF


def test_the_outlook_says_how_much_is_left_and_when_it_will_be_done(households):
    for dcid in range(1, 31):
        households.enrol(dcid, f"{dcid}@family.example")
    households.choose(click_rate=100)
    searched(households, 1 / 3)
    households.find(*range(1, 31))
    before = outlook(households.services, LEA)
    assert (before.unaddressed, before.unsent, before.a_minute, before.obstacle) == (30, 0, 20, "")
    assert before.ends_at == households.now + 1.5 * MINUTE
    households.round()
    after = outlook(households.services, LEA)
    assert (after.unaddressed, after.unsent, after.ends_at) == (0, 10, households.now + MINUTE / 2)
    assert households.told == {Telling.TOLD: 20, Telling.SENDING: 10}
    households.now += MINUTE
    households.round()
    assert outlook(households.services, LEA).ends_at is None
    assert households.told == {Telling.TOLD: 30}


def test_several_workers_keep_to_one_pace(households):
    for dcid in range(1, 31):
        households.enrol(dcid, f"{dcid}@family.example")
    households.choose(click_rate=100)
    searched(households, 1 / 3)
    households.find(*range(1, 31))
    for worker in (households.worker(), households.worker()):
        households.round(worker)
    assert len(households.posted()) == 20
