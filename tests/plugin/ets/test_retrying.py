"""When the state is asked a second time, and how long the pause before it is."""

from __future__ import annotations

import datetime
import email.utils

import pytest
import time_machine

from plugin.deadline import Deadline
from plugin.ets import retrying
from plugin.network import Answer, NetworkFault, Slow, TooLarge, Unreachable, Untrusted

NOW = datetime.datetime(2025, 6, 2, 17, 0, tzinfo=datetime.UTC)


def attempts(
    *outcomes: Answer | NetworkFault, backoff: float = 0.001, seconds: float = 60, somebody_waits: bool = True
) -> int:
    """How often the state is asked when these are its answers."""
    left = list(outcomes)

    def ask() -> Answer:
        outcome = left.pop(0)
        if isinstance(outcome, NetworkFault):
            raise outcome
        return outcome

    try:
        retrying.twice(ask, Deadline.after(seconds, somebody_waits=somebody_waits), backoff)
    except NetworkFault:
        pass
    return len(outcomes) - len(left)


def answer(status: int, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    "outcome", [answer(500), answer(502), answer(503), answer(504), Unreachable("broken")], ids=repr
)
def test_a_connection_fault_and_a_5xx_are_worth_one_more_try(outcome: Answer | NetworkFault) -> None:
    assert attempts(outcome, outcome, outcome) == 2


@pytest.mark.parametrize(
    "outcome",
    [*map(answer, [200, 400, 401, 403, 404, 409, 422, 429]), Slow("late"), Untrusted("bad"), TooLarge("big")],
    ids=repr,
)
def test_nothing_else_is(outcome: Answer | NetworkFault) -> None:
    assert attempts(outcome, outcome) == 1


@pytest.mark.parametrize("outcome", [answer(503), Unreachable("broken")], ids=repr)
def test_who_asks_for_many_is_not_helped_by_a_second_try(outcome: Answer | NetworkFault) -> None:
    assert attempts(outcome, outcome, somebody_waits=False) == 1


@pytest.mark.parametrize("outcome", [answer(503), Unreachable("broken")], ids=repr)
def test_nothing_is_tried_again_when_the_time_is_over(outcome: Answer | NetworkFault) -> None:
    assert attempts(outcome, outcome, seconds=0) == 1


@pytest.mark.parametrize(
    ("wanted", "tries"), [("0", 2), ("3", 1), ("999999", 1), ("-5", 2), ("soon", 2), ("9" * 50, 2), ("", 2)]
)
def test_a_state_that_wants_a_long_pause_is_not_asked_again(wanted: str, tries: int) -> None:
    assert attempts(answer(503, Retry_After=wanted), answer(200)) == tries


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (email.utils.format_datetime(NOW + datetime.timedelta(minutes=2), usegmt=True), 120),
        (email.utils.format_datetime(NOW - datetime.timedelta(minutes=2), usegmt=True), 0),
        ("Mon, 02 Jun 2025 17:01:00", 0),
        ("Mon, 99 Jun 99999 17:01:00 GMT", 0),
        ("١٢", 0),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_pause_is_wanted_in_seconds_or_until_a_date(text: str, seconds: float) -> None:
    assert retrying.retry_after(answer(503, Retry_After=text)) == seconds


def test_pauses_are_spread_so_that_callers_do_not_come_back_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(retrying.time, "sleep", pauses.append)
    for _ in range(1000):
        attempts(answer(503), answer(200), backoff=0.5)
    assert len(set(pauses)) == 1000
    assert all(0 <= pause <= 0.5 for pause in pauses)
    for tenth in range(10):
        assert 40 < sum(tenth <= pause * 20 < tenth + 1 for pause in pauses) < 160
