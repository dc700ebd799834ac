"""What an LEA chose about its searches: when they begin, through whom they go, and how fast."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

#: Calls a second for one LEA, where nothing else is chosen.
RATE = 5.0


@dataclass(frozen=True)
class SearchPlan:
    """`days` are weekdays, Monday 0; `at` is a time in California. Without `schools` all are searched.

    `previous_years` also keeps reports of earlier years. Students who left are searched where they left on or after
    `left_since`. `leave_out_status` leaves out who carries the field `status` of district.toml. `rate` is the most
    calls a second.
    """

    enabled: bool = False
    days: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    at: datetime.time = datetime.time(20, 0)
    previous_years: bool = False
    left_since: datetime.date | None = None
    leave_out_status: bool = False
    schools: frozenset[int] = field(default_factory=frozenset)
    rate: float = RATE

    @classmethod
    def of(cls, choice: Mapping[str, Any] | None) -> Self:
        """From what plugin/store/choices.py keeps of kind "search"; what it leaves out stands as by default."""
        told = dict(choice or {})
        for name, read in _READ.items():
            if name in told:
                told[name] = read(told[name])
        return cls(**told)


_READ: dict[str, Any] = {
    "days": frozenset,
    "at": datetime.time.fromisoformat,
    "left_since": lambda day: datetime.date.fromisoformat(day) if day else None,
    "schools": frozenset,
}
