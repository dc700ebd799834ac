"""What PowerSchool answered in the last minute, for pages that only show.

Whether somebody may do something is asked afresh; showing a page again must not cost three questions each time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from plugin.powerschool.client import QueryRefused, Row

#: Seconds. A revoked right is gone from every page after this time at the latest.
KEPT = 60.0
#: Rows in all, of every answer together: some 30 MB in each process.
MOST_ROWS = 20_000

_Key = tuple[str, tuple[tuple[str, str | int], ...]]


class Queries(Protocol):
    def query(self, name: str, **arguments: str | int) -> list[Row]: ...


@dataclass(frozen=True)
class _Answer:
    asked_at: float
    rows: list[Row]

    @property
    def size(self) -> int:
        return len(self.rows) + 1


class Memory:
    """Of one process. An answer is known by the query and all its arguments, so viewers' answers never mix.

    A failure is not remembered. That PowerSchool refuses a query ends what was known; that it is down does not.
    """

    def __init__(
        self, source: Queries, clock: Callable[[], float] = time.monotonic, *, most_rows: int = MOST_ROWS
    ) -> None:
        self._source = source
        self._clock = clock
        self._most_rows = most_rows
        self._answers: OrderedDict[_Key, _Answer] = OrderedDict()
        self._rows = 0
        self._turn = threading.Lock()

    def query(self, name: str, **arguments: str | int) -> list[Row]:
        """The answer of the last minute, else one asked for now."""
        with self._turn:
            known = self._answers.get(_key(name, arguments))
        if known and self._is_young(known):
            return known.rows
        return self.afresh(name, **arguments)

    def afresh(self, name: str, **arguments: str | int) -> list[Row]:
        """Ask now. What comes replaces what was remembered, so that no page falls behind a decision."""
        asked_at, key = self._clock(), _key(name, arguments)  # an answer is as old as its question
        try:
            answer = _Answer(asked_at, self._source.query(name, **arguments))
        except QueryRefused:
            with self._turn:
                self._forget(key)
            raise
        with self._turn:
            self._keep(key, answer)
        return answer.rows

    def _keep(self, key: _Key, answer: _Answer) -> None:
        known = self._answers.get(key)
        if known and known.asked_at > answer.asked_at:  # a slow answer to an older question
            return
        self._forget(key)
        self._answers[key] = answer
        self._rows += answer.size
        while self._answers and (self._rows > self._most_rows or not self._is_young(self._oldest())):
            self._forget(next(iter(self._answers)))

    def _oldest(self) -> _Answer:
        return next(iter(self._answers.values()))

    def _forget(self, key: _Key) -> None:
        if known := self._answers.pop(key, None):
            self._rows -= known.size

    def _is_young(self, answer: _Answer) -> bool:
        return self._clock() - answer.asked_at < KEPT


class Afresh:
    """The same questions, each asked now."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def query(self, name: str, **arguments: str | int) -> list[Row]:
        return self._memory.afresh(name, **arguments)


def _key(name: str, arguments: dict[str, str | int]) -> _Key:
    return name, tuple(sorted(arguments.items()))
