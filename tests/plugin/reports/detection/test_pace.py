"""The pace of a search: never faster than allowed, slower when the state suffers, and back again."""

from __future__ import annotations

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
        pace.heard(how, took)
        count += 1
    clock.now = ends
    return count


def test_it_keeps_to_its_limit(pace, clock):
    assert calls_in(pace, clock, 60) == 300


def test_time_without_calls_is_not_caught_up(pace, clock):
    calls_in(pace, clock, 1)
    clock.now += 3600
    assert calls_in(pace, clock, 10) <= 51


def test_without_a_limit_nobody_waits(clock):
    free = Pace(0, clock)
    assert [free.wait() for _ in range(1000)] == [0.0] * 1000


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


def test_what_the_state_asks_to_wait_is_waited(pace):
    pace.heard(Heard.BUSY, 0.1, retry_after=42)
    assert pace.wait() == 42


def test_a_state_that_takes_twice_as_long_is_asked_half_as_often(pace, clock):
    calls_in(pace, clock, 20, took=0.1)
    assert pace.rate == 5
    calls_in(pace, clock, 4, took=0.4)
    assert pace.rate == 2.5


def test_a_state_that_was_always_slow_is_not_blamed(pace, clock):
    calls_in(pace, clock, 60, took=3.0)
    assert pace.rate == 5


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
    for _ in range(5):
        pace.heard(Heard.SILENCE, 10)
    assert pace.wait() == PROBE
    assert pace.wait() is None
    clock.now += PROBE
    pace.heard(Heard.SILENCE, 10)
    assert pace.is_open
    assert pace.wait() == PROBE
    clock.now += PROBE
    pace.heard(Heard.ANSWER, 0.1)
    assert not pace.is_open
    assert pace.wait() == 0


@given(st.lists(st.tuples(st.sampled_from(Heard), st.floats(0, 20), st.floats(0, 30)), max_size=200))
def test_whatever_happens_the_rate_stays_within_its_bounds(history):
    clock = Clock()
    pace = Pace(5, clock)
    for how, took, later in history:
        pause = pace.wait()
        assert pause is None or pause >= 0
        pace.heard(how, took)
        clock.now += later
        assert 5 / 64 <= pace.rate <= 5
