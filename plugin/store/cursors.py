"""Where a page of a list begins, as a text that an address can carry.

It has the values that the list is sorted by and the number of a row, and no name: addresses stand in histories and
logs. It belongs to one list: what was filtered or sorted otherwise begins from the start.
"""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

#: Characters of the longest text that is looked at.
LONGEST = 400
#: Numbers that a database holds.
BITS = 63


class Way(enum.StrEnum):
    """From which end a page is read: the first one, the last one, after a row, or back from one."""

    FIRST = "first"
    LAST = "last"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True)
class Cursor:
    """`stretch`, `row` (its id) and `values` say which row, where the way is AFTER or BEFORE."""

    way: Way = Way.FIRST
    stretch: int = 0
    row: int = 0
    values: Sequence[str | int | None] = ()

    def write(self, fingerprint: str) -> str:
        told = json.dumps([fingerprint, self.way, self.stretch, self.row, *self.values], separators=(",", ":"))
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, fingerprint: str) -> Self:
        """The first page, where it isn't one of this list's."""
        try:
            told = json.loads(base64.urlsafe_b64decode(text[:LONGEST] + "=="))
            listed, way, stretch, row, *values = told
            known = listed == fingerprint and all(map(_is_number, (stretch, row))) and all(map(_is_value, values))
            return cls(Way(way), stretch, row, values) if known else cls()
        except (binascii.Error, ValueError, TypeError, RecursionError):
            return cls()


def fingerprint(*of: object) -> str:
    """A few characters that differ where what is listed, or its order, does."""
    return hashlib.sha256(repr(of).encode()).hexdigest()[:12]


def _is_number(value: object) -> bool:
    return type(value) is int and abs(value) < 2**BITS


def _is_value(value: object) -> bool:
    return value is None or isinstance(value, str) or _is_number(value)
