"""A day as somebody types it: as browsers send it, and as hands in California do where a browser has no date fields."""

from __future__ import annotations

import datetime

NO_DAY = "This is not a day. Write it in this way: 2026-08-12."

_WRITTEN = ("%Y-%m-%d", "%m/%d/%Y")


def day_of(text: str) -> datetime.date | None:
    """The day that somebody typed; None for what is none."""
    for way in _WRITTEN:
        try:
            return datetime.datetime.strptime(text.strip(), way).date()
        except ValueError:
            continue
    return None
