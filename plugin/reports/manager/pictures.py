"""How long the bars of the dashboard are and where its lines run: numbers in, places in percent out.

Every axis begins at zero, and nothing is cut off. What is drawn says its own number, so that neither a colour nor a
length has to be read exactly. A template puts names and words to it.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plugin.store.release_counts import Count

#: What is drawn of a count, from the most to the least.
KINDS = ("found", "told", "informed")
#: A picture of days has a point for each as long as there are no more than this many, and for each week beyond.
MOST_DAYS = 42
WEEK = datetime.timedelta(days=7)
DAY = datetime.timedelta(days=1)
#: Lines across a picture, besides that at zero.
RULES = 4


@dataclass(frozen=True)
class Bar:
    """`length` is in percent of the longest bar that the picture has room for."""

    kind: str
    many: int
    length: float


@dataclass(frozen=True)
class Curve:
    """`points` are x,y in percent from the upper left corner, as SVG writes them; `last` is the number at the end."""

    kind: str
    points: str
    last: int


@dataclass(frozen=True)
class Curves:
    """`rules` are the numbers at the lines across, with their heights in percent from above."""

    curves: tuple[Curve, ...]
    rules: tuple[tuple[int, float], ...]


def shares(count: Count) -> tuple[Bar, ...]:
    """How many were told and how many know, as shares of those found."""
    return tuple(Bar(kind, getattr(count, kind), _part(getattr(count, kind), count.found)) for kind in KINDS[1:])


def lengths(numbers: Iterable[tuple[str, int]]) -> list[Bar]:
    """A bar for each kind and number, on one scale."""
    numbers = list(numbers)
    longest = max((many for _kind, many in numbers), default=0)
    return [Bar(kind, many, _part(many, longest)) for kind, many in numbers]


def cumulated(by_day: Mapping[datetime.date, Count], today: datetime.date) -> list[tuple[datetime.date, Count]]:
    """The sums at the end of each day, or of each week; the first one is that before anything was found.

    They end today, or a week after the last change where that is earlier.
    """
    if not by_day:
        return []
    first, last = min(by_day), max(by_day)
    days = _days(first - DAY, max(last, min(today, last + WEEK)))
    sums = list(zip(days, itertools.accumulate(by_day.get(day, Count()) for day in days), strict=True))
    if len(sums) <= MOST_DAYS:
        return sums
    return [*sums[:1], *sums[:0:-7][::-1]]


def curves(sums: Sequence[tuple[datetime.date, Count]]) -> Curves:
    """A line for each kind over time; `sums` as `cumulated` gives them, and not empty."""
    first, last = sums[0][0], sums[-1][0]
    rules = scale(max(count.found for _day, count in sums))
    across = max((last - first).days, 1)
    return Curves(
        tuple(
            Curve(
                kind,
                " ".join(
                    f"{_part((day - first).days, across):g},{100 - _part(getattr(count, kind), rules[-1]):g}"
                    for day, count in sums
                ),
                getattr(sums[-1][1], kind),
            )
            for kind in KINDS
        ),
        tuple((rule, 100 - _part(rule, rules[-1])) for rule in rules),
    )


def scale(highest: int) -> list[int]:
    """Round numbers from zero to the first that is not below `highest`, evenly spaced and few."""
    steps = (digit * 10**zeros for zeros in itertools.count() for digit in (1, 2, 5))
    step = next(step for step in steps if step * RULES >= highest)
    return list(range(0, max(highest, 1) + step, step))


def percent(part: int, whole: int) -> int:
    """In whole numbers; 0 and 100 only where it is none or all."""
    if part in {0, whole}:
        return 100 * (part == whole > 0)
    return min(max(round(100 * part / whole), 1), 99)


def _part(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0


def _days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    return [first + DAY * number for number in range((last - first).days + 1)]
