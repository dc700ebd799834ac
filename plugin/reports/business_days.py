"""Business days of a district's offices: Monday to Friday but for its holidays."""

from __future__ import annotations

import datetime
from collections.abc import Set

SATURDAY = 5


def after(day: datetime.date, count: int, holidays: Set[datetime.date]) -> datetime.date:
    """The business day that is `count` of them after this day, which itself does not count."""
    while count:
        day += datetime.timedelta(days=1)
        if day.weekday() < SATURDAY and day not in holidays:
            count -= 1
    return day
