"""How fast one LEA's students are asked for, so that a search in the background hurts neither the state nor families.

The rate halves when the state says that it is busy or takes twice as long as it did, and climbs back slowly. A circuit
opens when the state fails half of the calls or stops answering: then one call in a while finds out whether it is back.
All times are seconds on the clock that is handed in.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


class Heard(enum.Enum):
    """How a call ended, for the pace. An answer that is no report (an unknown SSID, say) is an ANSWER too."""

    ANSWER = enum.auto()
    BUSY = enum.auto()
    FAULT = enum.auto()
    SILENCE = enum.auto()


#: The rate never falls below this part of its limit.
FLOOR = 1 / 64
#: Halving once is enough until the state can have felt it.
PATIENCE = 5.0
#: After so long without trouble the rate rises by a tenth of its limit.
CLIMB = 10.0
STEP = 0.1
#: The circuit opens when half of the last so many calls failed ...
WINDOW = 20
#: ... or when so many in a row were not answered at all; one call tries again after PROBE.
SILENCES = 5
PROBE = 15.0


@dataclass
class Pace:
    """Of one search. `limit` is the most calls a second, 0 for no limit. Not safe for threads: one thread paces."""

    limit: float
    clock: Callable[[], float]
    rate: float = field(init=False)
    _free_at: float = field(init=False, default=0.0)
    _changed_at: float = field(init=False)
    _usual: float = field(init=False, default=0.0)
    _lately: float = field(init=False, default=0.0)
    _ended: deque[bool] = field(init=False, default_factory=lambda: deque(maxlen=WINDOW))
    _silences: int = field(init=False, default=0)
    _open_until: float | None = field(init=False, default=None)
    _probing: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.rate, self._changed_at = self.limit, self.clock()

    @property
    def is_open(self) -> bool:
        """Whether calls are stopped but for a probe."""
        return self._open_until is not None

    def wait(self) -> float | None:
        """Seconds until the next call may begin, and its place is taken; None while a probe's answer is awaited."""
        now = self.clock()
        if self._open_until is not None:
            if self._probing:
                return None
            self._probing = True
            return max(0.0, self._open_until - now)
        begin = max(now, self._free_at)
        if self.limit:
            self._free_at = begin + 1 / self.rate
        return begin - now

    def heard(self, how: Heard, took: float, *, retry_after: float = 0.0) -> None:
        """`retry_after` is what the state asked for along with BUSY."""
        self._count(how)
        if how is Heard.BUSY:
            self._free_at = max(self._free_at, self.clock() + retry_after)
            self._halve()
        elif how is Heard.ANSWER:
            self._feel(took)

    def _count(self, how: Heard) -> None:
        bad = how in {Heard.FAULT, Heard.SILENCE}
        self._silences = self._silences + 1 if how is Heard.SILENCE else 0
        self._ended.append(bad)
        if self.is_open:
            self._probing = False
            self._open_until = self.clock() + PROBE if bad else None
            self._ended.clear()
        elif self._silences >= SILENCES or (len(self._ended) == WINDOW and sum(self._ended) * 2 >= WINDOW):
            self._open_until = self.clock() + PROBE

    def _feel(self, took: float) -> None:
        """Latency, smoothed: `_usual` creeps, so that the state is compared with what it did a while ago."""
        if not self._usual:
            self._usual = self._lately = took
        self._lately += (took - self._lately) / 8
        self._usual += (took - self._usual) / 256
        if self._lately > 2 * self._usual:
            self._halve()
        elif self.clock() - self._changed_at >= CLIMB:
            self._change(min(self.limit, self.rate + STEP * self.limit))

    def _halve(self) -> None:
        if self.clock() - self._changed_at >= PATIENCE or self.rate == self.limit:
            self._change(max(self.limit * FLOOR, self.rate / 2))

    def _change(self, rate: float) -> None:
        self.rate, self._changed_at = rate, self.clock()
