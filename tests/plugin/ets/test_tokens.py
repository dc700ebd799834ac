"""Tokens: fetched once, renewed early, by one thread for all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from plugin.deadline import Deadline
from plugin.ets.credentials import Credentials
from plugin.ets.messages import Token
from plugin.ets.tokens import Tokens

OURS = Credentials("user", "secret")


class State:
    """Hands out numbered tokens that live as long as it was told, and knows what time it is."""

    def __init__(self, seconds: float | None = 3600.0) -> None:
        self.seconds, self.now, self.calls = seconds, 0.0, 0
        self.tokens = Tokens(self.fetch, clock=lambda: self.now)

    def fetch(self, credentials: Credentials, deadline: Deadline) -> Token:
        self.calls += 1
        return Token(f"token {self.calls}", self.seconds, frozenset())

    def current(self, **options: Any) -> str:
        return self.tokens.current(OURS, Deadline.after(30), **options).text


@pytest.mark.parametrize(
    ("seconds", "good_for"),
    [(3600, 3270), (600, 570), (90, 60), (0, 30), (-5, 30), (1, 30), (None, 30), (1e9, 3270), (float("inf"), 3270)],
)
def test_a_token_is_renewed_half_a_minute_early_within_bounds_of_our_own(
    seconds: float | None, good_for: float
) -> None:
    state = State(seconds)
    assert state.current() == "token 1"
    state.now = good_for - 1
    assert state.current() == "token 1"
    state.now = good_for
    assert state.current() == "token 2"


def test_a_refused_token_is_renewed_once_however_many_were_refused_it() -> None:
    state = State()
    refused = state.tokens.current(OURS, Deadline.after(30))
    assert state.current(refused=refused) == "token 2"
    assert state.current(refused=refused) == "token 2"
    assert state.current() == "token 2"


class Waiting:
    """A deadline that counts who asked how long to wait. By then each has found that the token is on its way."""

    def __init__(self) -> None:
        self._lock, self.asked = threading.Lock(), 0

    @property
    def left(self) -> float:
        with self._lock:
            self.asked += 1
        return 30.0


def crowd(size: int, fetch: Callable[[], Token]) -> list[Future[Token]]:
    """That many threads want a token at once; `fetch` is called when all others wait."""
    deadline: Any = Waiting()

    def patiently(*_: Any) -> Token:
        while deadline.asked < size - 1:
            time.sleep(0.005)
        return fetch()

    tokens = Tokens(patiently)
    with ThreadPoolExecutor(size) as threads:
        return [threads.submit(tokens.current, OURS, deadline) for _ in range(size)]


def test_two_hundred_threads_at_expiry_make_one_call() -> None:
    calls: list[Token] = []

    def fetch() -> Token:
        calls.append(Token("the one", 3600.0, frozenset()))
        return calls[-1]

    assert {future.result().text for future in crowd(200, fetch)} == {"the one"}
    assert len(calls) == 1


def test_two_hundred_threads_try_wrong_credentials_once() -> None:
    calls: list[Exception] = []

    def fetch() -> Token:
        calls.append(PermissionError("no"))
        raise calls[-1]

    assert {future.exception() for future in crowd(200, fetch)} == set(calls)
    assert len(calls) == 1


def test_a_failure_is_not_kept() -> None:
    answers = iter([PermissionError("no"), Token("yes", 3600.0, frozenset())])

    def fetch(*_: Any) -> Token:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    tokens = Tokens(fetch)
    with pytest.raises(PermissionError):
        tokens.current(OURS, Deadline.after(30))
    assert tokens.current(OURS, Deadline.after(30)).text == "yes"


def test_whoever_waits_for_a_token_on_its_way_leaves_at_the_deadline() -> None:
    release = threading.Event()

    def fetch(*_: Any) -> Token:
        release.wait(30)
        return Token("late", 3600.0, frozenset())

    tokens = Tokens(fetch)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(tokens.current, OURS, Deadline.after(30))
        while not first.running():
            time.sleep(0.005)
        with pytest.raises(TimeoutError):
            tokens.current(OURS, Deadline.after(0.1))
        release.set()
        assert first.result().text == "late"
