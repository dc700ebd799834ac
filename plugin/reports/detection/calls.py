"""The calls of one search that are on their way to the state, each in a thread that waits for its answer.

A call is in flight until what it brought is kept: whoever was asked for by then is asked for again after a kill.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from plugin.errors import StateFailure
from plugin.ets.client import is_asked_for
from plugin.ets.credentials import Credentials
from plugin.model import Report
from plugin.reports.asking_state import Line
from plugin.store.searched import Waiting

#: How long a call that is over waits for others: to keep what they bring takes hardly longer than one.
MOMENT = 0.1
#: What may begin within so many seconds need not wait for a place: none stays empty while others' outcome is kept.
AHEAD = 0.04

#: Asks the state for the reports of the student with this SSID. Raises a StateFailure.
Ask = Callable[[Credentials, str], Sequence[Report]]


@dataclass(frozen=True)
class Ended:
    """How a call ended, after so many seconds. `was_made` is whether the state was asked."""

    student: Waiting
    reports: Sequence[Report]
    failure: StateFailure | None
    took: float
    was_made: bool = True


class Calls:
    """At most `most` are in flight, and a third of them wait for the state at a time. For one thread's use.

    `in_flight` are their students. Who has no SSID by now, `ssids` being by DCID, is unknown to the state, which isn't
    asked.
    """

    def __init__(self, ask: Ask, ssids: Mapping[int, str], most: int) -> None:
        self._ask_state, self._ssids = ask, ssids
        self._places = (most + 2) // 3
        self._ahead = most - self._places
        # Not an executor: its futures would cost as much as a tenth of the call.
        self._threads: list[threading.Thread] = []
        self._begun: queue.SimpleQueue[tuple[Line, Waiting] | None] = queue.SimpleQueue()
        self._over: queue.SimpleQueue[Ended | BaseException] = queue.SimpleQueue()
        self.in_flight: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._begun.put(None)
        for thread in self._threads:
            thread.join()

    def may_begin(self, rate: float) -> bool:
        """Whether one more may, at so many calls a second. At a rate that plans allow it waits for a free place."""
        return len(self.in_flight) < self._places + int(min(rate * AHEAD, self._ahead))

    def begin(self, line: Line, student: Waiting) -> None:
        self.in_flight.add(student.dcid)
        # At the usual five calls a second one or two will do.
        if len(self._threads) < min(len(self.in_flight), self._places):
            thread = threading.Thread(target=self._call, name="search")
            thread.start()
            self._threads.append(thread)
        self._begun.put((line, student))

    def ended(self, seconds: float) -> list[Ended]:
        """Wait for the end of one, at most so long, and return all that are over a moment later, but within that."""
        return list(self._until(time.monotonic() + seconds))

    def kept(self, ended: Iterable[Ended]) -> None:
        self.in_flight -= {one.student.dcid for one in ended}

    def _until(self, end: float) -> Iterator[Ended]:
        with suppress(queue.Empty):
            yield self._next_over(end)
            time.sleep(max(0.0, min(MOMENT, end - time.monotonic())))
            while True:
                yield self._next_over(0)

    def _next_over(self, end: float) -> Ended:
        over = self._over.get(timeout=max(0.0, end - time.monotonic()))
        if isinstance(over, BaseException):
            raise over
        return over

    def _call(self) -> None:
        while begun := self._begun.get():
            try:
                self._over.put(self._ask(*begun))
            except BaseException as error:  # raised again in the thread that waits
                self._over.put(error)

    def _ask(self, line: Line, student: Waiting) -> Ended:
        """Once: who failed is asked for again by the search, at its pace."""
        begun, ssid = time.monotonic(), self._ssids.get(student.dcid, "")
        try:
            reports = line.ask(lambda credentials: self._ask_state(credentials, ssid))
        except StateFailure as failure:
            return Ended(student, (), failure, time.monotonic() - begun, is_asked_for(ssid))
        return Ended(student, reports, None, time.monotonic() - begun)
