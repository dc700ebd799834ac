"""The tokens in use: fetched once per set of credentials, kept in memory, renewed early by one thread for all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from plugin.deadline import Deadline
from plugin.ets.credentials import Credentials
from plugin.ets.messages import Token

#: Whatever life the state claims for a token, ours lies between these, and it is renewed that much early. Seconds.
SHORTEST, LONGEST = 60.0, 55 * 60.0
EARLY = 30.0


@dataclass(frozen=True)
class _Held:
    token: Token
    renew_at: float


class Tokens:
    """Safe for threads. `fetch` asks the state for a token.

    What it raises is raised to all who waited for it: wrong credentials must not be tried once per thread.
    """

    def __init__(
        self, fetch: Callable[[Credentials, Deadline], Token], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch, self._clock = fetch, clock
        self._lock = threading.Lock()
        self._held: dict[Credentials, Future[_Held]] = {}

    def current(self, credentials: Credentials, deadline: Deadline, *, refused: Token | None = None) -> Token:
        """A token to use now, but not the one that the state has just refused. Raises TimeoutError at the deadline."""
        future, mine = self._claim(credentials, refused)
        if mine:
            self._fill(future, credentials, deadline)
        return future.result(deadline.left).token

    def _claim(self, credentials: Credentials, refused: Token | None) -> tuple[Future[_Held], bool]:
        """The token held or on its way, and whether it is on us to fetch it."""
        with self._lock:
            future = self._held.get(credentials)
            if future and not self._worn(future, refused):
                return future, False
            self._held[credentials] = fresh = Future[_Held]()
            return fresh, True

    def _worn(self, future: Future[_Held], refused: Token | None) -> bool:
        if not future.done():
            return False
        if future.exception():
            return True
        held = future.result()
        return held.token is refused or self._clock() >= held.renew_at

    def _fill(self, future: Future[_Held], credentials: Credentials, deadline: Deadline) -> None:
        begun = self._clock()
        try:
            token = self._fetch(credentials, deadline)
        except BaseException as fault:
            future.set_exception(fault)
            return
        life = min(max(token.seconds or SHORTEST, SHORTEST), LONGEST)
        future.set_result(_Held(token, begun + life - EARLY))
