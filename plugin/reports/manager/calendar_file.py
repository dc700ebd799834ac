"""A school calendar as a CSV file: lines of what, first and last day."""

from __future__ import annotations

import datetime

HEADER = ("what", "first", "last")


def read(content: bytes) -> tuple[list[tuple[datetime.date, datetime.date]], list[datetime.date]]:
    """School years and holidays of a file. Faulty, with every bad line by its number."""
    raise NotImplementedError
