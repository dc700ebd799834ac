"""The pace of a search: never faster than allowed, slower when the state suffers, and back again."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.reports.detection.pace import PROBE, Heard, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(5, clock)


def calls_in(pace: Pace, clock: Clock, seconds: float, *, how: Heard = Heard.ANSWER, took: float = 0.1) -> int:
    """How many calls begin in this time, each answered at once."""
    ends, count = clock.now + seconds, 0
    while (pause := pace.wait()) is not None and clock.now + pause < ends:
        clock.now += pause
        pace.begin()
        pace.heard(how, took)
        count += 1
    clock.now = ends
    return count


def test_it_keeps_to_its_limit(pace, clock):
    assert calls_in(pace, clock, 60) == 300


def test_time_without_calls_is_not_caught_up(pace, clock):
    calls_in(pace, clock, 1)
    clock.now += 3600
    assert calls_in(pace, clock, 10) <= 52


def test_a_call_that_begins_late_does_not_delay_those_after_it(pace, clock):
    begun = []
    while len(begun) < 100:
        clock.now += pace.wait() + 0.01
        pace.begin()
        begun.append(clock.now)
    assert begun[-1] - begun[0] == pytest.approx(99 / 5, abs=0.2)


def test_without_a_limit_nobody_waits(clock):
    free = Pace(math.inf, clock)
    for _ in range(1000):
        assert free.wait() == 0
        free.begin()


def test_people_go_first_and_the_search_takes_what_they_leave(pace, clock):
    pace.people = 3
    assert calls_in(pace, clock, 60) == pytest.approx(120, abs=1)
    pace.people = 0
    assert calls_in(pace, clock, 60) == pytest.approx(300, abs=1)


def test_however_many_people_ask_the_search_does_not_stand_still(pace, clock):
    pace.people = 100
    assert calls_in(pace, clock, 128) == pytest.approx(10, abs=1)


@pytest.mark.parametrize(("kept", "begins"), [(1.25, 1.25), (0, 5 / 64), (50, 5)])
def test_who_goes_on_begins_as_the_one_before_left_it_within_its_own_bounds(clock, kept, begins):
    assert Pace(5, clock, kept).rate == begins


def test_who_goes_on_after_calls_were_stopped_begins_with_a_probe(clock):
    pace = Pace(5, clock)
    pace.open()
    assert pace.is_open
    assert pace.wait() == PROBE


def test_a_busy_state_halves_it_once_in_five_seconds(pace, clock):
    for _ in range(10):
        pace.heard(Heard.BUSY, 0.1)
    assert pace.rate == 2.5
    clock.now += 5
    pace.heard(Heard.BUSY, 0.1)
    assert pace.rate == 1.25


def test_it_never_falls_to_nothing_and_climbs_back_slowly(pace, clock):
    for _ in range(100):
        pace.heard(Heard.BUSY, 0.1)
        clock.now += 5
    assert pace.rate == 5 / 64
    calls_in(pace, clock, 60)
    assert 5 / 64 < pace.rate < 4
    calls_in(pace, clock, 120)
    assert pace.rate == 5


@pytest.mark.parametrize("how", [Heard.BUSY, Heard.FAULT])
@pytest.mark.parametrize("seconds", [42, 900])
def test_what_the_state_asks_to_wait_is_waited(pace, how, seconds):
    pace.heard(how, 0.1, retry_after=seconds)
    assert pace.wait() == seconds


@pytest.mark.parametrize("seconds", [-5, 0, 901, 10**9, math.inf, math.nan])
def test_a_wait_that_makes_no_sense_is_not_waited(pace, seconds):
    pace.heard(Heard.BUSY, 0.1, retry_after=seconds)
    assert pace.wait() == 0


def test_a_state_that_takes_twice_as_long_is_asked_half_as_often(pace, clock):
    calls_in(pace, clock, 20, took=0.1)
    assert pace.rate == 5
    calls_in(pace, clock, 4, took=0.4)
    assert pace.rate == 2.5


def test_a_state_that_was_always_slow_is_not_blamed(pace, clock):
    calls_in(pace, clock, 60, took=3.0)
    assert pace.rate == 5


def test_who_was_not_asked_for_does_not_make_the_state_look_quick(pace, clock):
    for _ in range(3):
        pace.begin()
        pace.heard(Heard.NOTHING, 0.00001)
    calls_in(pace, clock, 60, took=0.2)
    assert pace.rate == 5


def test_after_a_probe_that_was_not_made_the_next_call_is_one(pace, clock):
    pace.open()
    clock.now += PROBE
    pace.begin()
    pace.heard(Heard.NOTHING, 0.00001)
    assert pace.is_open
    assert pace.wait() == 0
    pace.begin()
    assert pace.wait() is None
    clock.now += 0.1
    pace.heard(Heard.ANSWER, 0.1)
    assert not pace.is_open


def test_half_of_twenty_calls_failed_opens_the_circuit(pace):
    for number in range(19):
        pace.heard(Heard.FAULT if number % 2 else Heard.ANSWER, 0.1)
        assert not pace.is_open
    pace.heard(Heard.FAULT, 0.1)
    assert pace.is_open


def test_nine_of_any_twenty_do_not(pace):
    for number in range(200):
        pace.heard(Heard.FAULT if number % 20 < 9 else Heard.ANSWER, 0.1)
        assert not pace.is_open


def test_five_silences_in_a_row_open_it_and_four_do_not(pace):
    for _ in range(4):
        pace.heard(Heard.SILENCE, 10)
    pace.heard(Heard.ANSWER, 0.1)
    for _ in range(4):
        pace.heard(Heard.SILENCE, 10)
    assert not pace.is_open
    pace.heard(Heard.SILENCE, 10)
    assert pace.is_open


def test_an_open_circuit_lets_one_call_through_after_fifteen_seconds(pace, clock):
    pace.open()
    for how in (Heard.SILENCE, Heard.FAULT, Heard.ANSWER):
        assert pace.is_open
        assert pace.wait() == PROBE
        clock.now += PROBE
        pace.begin()
        assert pace.wait() is None
        clock.now += 10
        pace.heard(how, 10)
    assert not pace.is_open
    assert pace.wait() == 0


def test_what_began_before_it_opened_neither_closes_it_nor_counts_for_the_probe(pace, clock):
    pace.open()
    clock.now += 3
    pace.heard(Heard.ANSWER, 5)
    assert pace.is_open
    assert pace.wait() == PROBE - 3
    clock.now += PROBE - 3
    pace.begin()
    clock.now += 1
    pace.heard(Heard.SILENCE, 10)
    assert pace.wait() is None


def test_one_circuit_opens_no_other(clock):
    one, other = Pace(5, clock), Pace(5, clock)
    one.open()
    assert calls_in(other, clock, 60) == 300


@given(st.lists(st.tuples(st.sampled_from(Heard), st.floats(0, 20), st.floats(0, 30)), max_size=200))
def test_whatever_happens_the_rate_stays_within_its_bounds(history):
    clock = Clock()
    pace = Pace(5, clock)
    for how, took, later in history:
        pause = pace.wait()
        assert pause is None or pause >= 0
        pace.begin()
        pace.heard(how, took)
        clock.now += later
        assert 5 / 64 <= pace.rate <= 5
