"""A day as somebody types it: as browsers send it, and as hands in California do where a browser has no date fields."""

from __future__ import annotations

import datetime

NO_DAY = "This is not a day. Write it in this way: 08/12/2026."
NOTHING = "Choose the day."

#: First as it is shown to people, in fields that are no date fields.
_WRITTEN = ("%m/%d/%Y", "%Y-%m-%d")


def day_of(text: str) -> datetime.date | None:
    """The day that somebody typed; None for what is none."""
    for way in _WRITTEN:
        try:
            return datetime.datetime.strptime(text.strip(), way).date()
        except ValueError:
            continue
    return None


def written(day: datetime.date) -> str:
    """As it is shown in a field that is no date field."""
    return day.strftime(_WRITTEN[0])


def no_day(text: str) -> str:
    """What is wrong with a text that is no day, where there has to be one."""
    return NO_DAY if text.strip() else NOTHING
