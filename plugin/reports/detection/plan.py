"""What an LEA chose about its searches: when they begin, through whom they go, and how fast."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from plugin.model import PACIFIC
from plugin.reports.services import Services

#: As plugin/store/choices.py knows it.
KIND = "search"
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

    def as_choice(self) -> dict[str, Any]:
        """What plugin/store/choices.py keeps."""
        told: dict[str, Any] = {"days": sorted(self.days), "schools": sorted(self.schools), "at": f"{self.at:%H:%M}"}
        told["left_since"] = self.left_since.isoformat() if self.left_since else None
        return {one.name: told.get(one.name, getattr(self, one.name)) for one in fields(self)}


def plan_of(services: Services, lea_cds: str) -> SearchPlan:
    """What holds for this LEA now."""
    return SearchPlan.of(services.choices.of(lea_cds, KIND).choice)


def next_search(plan: SearchPlan, served: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime | None:
    """The plan's first moment of today, in California, or later that is not served; None where it has none.

    It is due once it is not after `now`: later the same day too, where nobody was at work in time. `served` is when
    the last search began, or the plan was made, if that is later: what lay before it is over.
    """
    if not plan.enabled:
        return None
    today = now.astimezone(PACIFIC).date()
    days = (today + datetime.timedelta(days=further) for further in range(8))
    moments = (datetime.datetime.combine(day, plan.at, PACIFIC) for day in days if day.weekday() in plan.days)
    # Compared in UTC: two times of one zone would be compared by their clocks, which repeat an hour in autumn.
    later = (moment.astimezone(datetime.UTC) for moment in moments)
    return next((moment for moment in later if served is None or moment > served), None)


_READ: dict[str, Any] = {
    "days": frozenset,
    "at": datetime.time.fromisoformat,
    "left_since": lambda day: datetime.date.fromisoformat(day) if day else None,
    "schools": frozenset,
}
