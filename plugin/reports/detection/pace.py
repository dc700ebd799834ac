"""How fast one LEA's students are asked for, so that a search in the background hurts neither the state nor families.

The rate halves when the state says that it is busy or takes twice as long as it did, and climbs back slowly. A circuit
opens when the state fails half of the calls or stops answering: then one call in a while finds out whether it is back.
All times are seconds on the clock that is handed in.
"""

from __future__ import annotations

import enum
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


class Heard(enum.Enum):
    """How a call ended, for the pace. An answer that is no report (an unknown SSID, say) is an ANSWER too.

    NOTHING where the state wasn't asked after all: how long that took says nothing about the state.
    """

    NOTHING = enum.auto()
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
#: After so long the slowest rate has climbed back: what was measured before says nothing any more.
FORGOTTEN = CLIMB / STEP
#: The longest pause that the state may ask for. What is beyond is a mistake of theirs.
LONGEST_PAUSE = 15 * 60.0
#: The circuit opens when half of the last so many calls failed ...
WINDOW = 20
#: ... or when so many in a row were not answered at all; one call tries again after PROBE.
SILENCES = 5
PROBE = 15.0


@dataclass
class Pace:
    """Of one search. `limit` is the most calls a second, infinite where there is none; `rate` what the state takes.

    Of that rate people take `people` calls a second, who go first: only what they leave is ours, or the least rate.
    `latency` is that of an answer, in seconds, smoothed. Not safe for threads: one thread paces.
    """

    limit: float
    clock: Callable[[], float]
    rate: float = math.inf
    people: float = field(init=False, default=0.0)
    latency: float = field(init=False, default=0.0)
    _free_at: float = field(init=False)
    _changed_at: float = field(init=False)
    _usual: float = field(init=False, default=0.0)
    _ended: deque[bool] = field(init=False, default_factory=lambda: deque(maxlen=WINDOW))
    _silences: int = field(init=False, default=0)
    _open_until: float | None = field(init=False, default=None)
    _probing: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.rate = min(max(self.rate, self._least), self.limit)
        self._free_at = self._changed_at = self.clock()

    @property
    def is_open(self) -> bool:
        """Whether calls are stopped but for a probe."""
        return self._open_until is not None

    def wait(self) -> float | None:
        """Seconds until the next call may begin; None while a probe's answer is awaited."""
        if self._probing:
            return None
        return max(0.0, max(self._free_at, self._open_until or 0.0) - self.clock())

    def begin(self) -> None:
        """A call begins. Where it comes late the next one comes in time, but no more is caught up."""
        between = 1 / max(self.rate - self.people, self._least)
        self._free_at = max(self._free_at, self.clock() - between) + between
        self._probing = self.is_open

    def heard(self, how: Heard, took: float, *, retry_after: float = 0.0) -> None:
        """`retry_after` is what the state asked for along with a refusal."""
        if how is Heard.NOTHING:
            self._probing = False  # the next call is the probe
            return
        if 0 < retry_after <= LONGEST_PAUSE:
            self._free_at = max(self._free_at, self.clock() + retry_after)
        self._count(how, took)
        if how is Heard.BUSY:
            self._halve()
        elif how is Heard.ANSWER:
            self._feel(took)

    def open(self) -> None:
        """Stop calls at once, but for a probe."""
        self._open_until, self._silences = self.clock() + PROBE, 0
        self._ended.clear()

    def _count(self, how: Heard, took: float) -> None:
        bad = how in {Heard.FAULT, Heard.SILENCE}
        if self._open_until is not None:
            if self.clock() - took >= self._open_until:  # the probe, and not what began before calls were stopped
                self._probing = False
                self._open_until = self.clock() + PROBE if bad else None
            return
        self._silences = self._silences + 1 if how is Heard.SILENCE else 0
        self._ended.append(bad)
        if self._silences >= SILENCES or (len(self._ended) == WINDOW and sum(self._ended) * 2 >= WINDOW):
            self.open()

    def _feel(self, took: float) -> None:
        """`_usual` creeps, so that the state is compared with what it did a while ago."""
        if not self._usual:
            self._usual = self.latency = took
        self.latency += (took - self.latency) / 8
        self._usual += (took - self._usual) / 256
        if self.latency > 2 * self._usual:
            self._halve()
        elif self.clock() - self._changed_at >= CLIMB:
            self._change(min(self.limit, self.rate + STEP * self.limit))

    def _halve(self) -> None:
        if self.clock() - self._changed_at >= PATIENCE or self.rate == self.limit:
            self._change(max(self._least, self.rate / 2))

    def _change(self, rate: float) -> None:
        self.rate, self._changed_at = rate, self.clock()

    @property
    def _least(self) -> float:
        return self.limit * FLOOR
