"""Faults that a stand-in plays by name, each for so many calls: as Python has them, and as JSON sets and shows them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

#: Name → how many calls it is still to spoil, None for all until it is taken out.
Faults = dict[str, int | None]

#: Seconds by which answers may come later: lowest, highest.
LATENCY = (0, 60)

_taking = threading.Lock()


def take(faults: Faults, fits: Callable[[str], bool]) -> str:
    """The name of the next fault that fits, which has one call less to spoil from now on; '' for none."""
    with _taking:
        for name, count in faults.items():
            if count != 0 and fits(name):
                faults[name] = None if count is None else count - 1
                return name
    return ""


def shown(faults: Faults) -> dict[str, int | bool]:
    """As JSON would set those that are left: true for all calls."""
    return {name: True if count is None else count for name, count in faults.items() if count != 0}


def read(wanted: dict[str, int | bool]) -> Faults:
    """What JSON said, and `wrong` had nothing against."""
    return {name: None if count is True else count for name, count in wanted.items()}


def wrong(wanted: Any, known: Callable[[str], bool]) -> Iterator[str]:
    """What can't be taken of it, in one sentence each."""
    if not isinstance(wanted, dict):
        yield "faults must be an object: a fault's name and how many calls it spoils, or true for all."
        return
    for name, count in wanted.items():
        if not known(name):
            yield f"There is no fault {name!r}."
        if count is not True and (isinstance(count, bool) or not isinstance(count, int) or count < 0):
            yield f"The fault {name!r} must count calls, or be true for all."
