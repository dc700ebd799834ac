"""The calls of one search that are on their way to the state, each in a thread that waits for its answer."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from plugin.errors import StateFailure
from plugin.ets.client import StateClient, is_asked_for
from plugin.model import Lea, Report
from plugin.reports.asking_state import Line
from plugin.store.searches import Waiting

#: How long calls that are over wait for others, so that they are kept together.
MOMENT = 0.1


@dataclass(frozen=True)
class Ended:
    """How a call ended, after so many seconds. `was_made` is whether the state was asked."""

    student: Waiting
    reports: tuple[Report, ...]
    failure: StateFailure | None
    took: float
    was_made: bool = True


class Calls:
    """At most `places` at a time. `asked` holds the students for whom calls are on their way. For one thread's use.

    Who has no SSID by now, `ssids` being by DCID, is unknown to the state, which isn't asked.
    """

    def __init__(self, state: StateClient, lea: Lea, ssids: Mapping[int, str], places: int) -> None:
        self._state, self._lea, self._ssids, self._places = state, lea, ssids, places
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="search")
        self._over: queue.SimpleQueue[Future[Ended]] = queue.SimpleQueue()
        self.asked: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    @property
    def full(self) -> bool:
        return len(self.asked) >= self._places

    def begin(self, line: Line, student: Waiting) -> None:
        self.asked.add(student.dcid)
        self._threads.submit(self._ask, line, student).add_done_callback(self._over.put)

    def ended(self, seconds: float) -> list[Ended]:
        """Wait for the end of one, at most so long, and return all that are over by then. Their places are free.

        Where no place was free, some more are waited for: to keep what they bring takes hardly longer than one.
        """
        ended = [future.result() for future in self._within(seconds)]
        self.asked -= {one.student.dcid for one in ended}
        return ended

    def _within(self, seconds: float) -> Iterator[Future[Ended]]:
        some = self._places // 4 if self.full else 1
        with suppress(queue.Empty):
            yield self._over.get(timeout=seconds)
            until = time.monotonic() + MOMENT
            for _ in range(1, some):
                yield self._over.get(timeout=max(0.0, until - time.monotonic()))
            while True:
                yield self._over.get_nowait()

    def _ask(self, line: Line, student: Waiting) -> Ended:
        """Once: who failed is asked for again by the search, at its pace."""
        begun, ssid = time.monotonic(), self._ssids.get(student.dcid, "")
        try:
            ask = line.ask(lambda credentials: self._state.reports(self._lea, credentials, ssid, again=False))
        except StateFailure as failure:
            return Ended(student, (), failure, time.monotonic() - begun, is_asked_for(ssid))
        return Ended(student, tuple(ask), None, time.monotonic() - begun)
