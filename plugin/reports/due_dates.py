"""By when a family has to be told of a report, by the law's clocks.

CAASPP: 20 working days from the LEA's receipt, or the first 20 of the next school year where the results came in after
the last day of instruction (5 CCR 863(a)). Summative ELPAC: 30 calendar days, or the first 15 working days of the next
school year (5 CCR 11518.15(c)). Initial ELPAC: 30 calendar days from the first enrollment (5 CCR 11518.5(e)).
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Set
from dataclasses import dataclass, field
from functools import lru_cache

from plugin.reports import business_days
from plugin.wording import _


class Program(enum.StrEnum):
    CAASPP = "caaspp"
    SUMMATIVE_ELPAC = "summative_elpac"
    INITIAL_ELPAC = "initial_elpac"


#: What people call it.
NAMES: dict[str, str] = {
    Program.CAASPP: "CAASPP",
    Program.SUMMATIVE_ELPAC: _("Summative ELPAC"),
    Program.INITIAL_ELPAC: _("Initial ELPAC"),
}

#: Record type → the law's program. A type that nobody knows yet is taken for CAASPP, whose clock is the shortest.
PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(("21", "23"), Program.SUMMATIVE_ELPAC),
    **dict.fromkeys(("22", "24"), Program.INITIAL_ELPAC),
}

CAASPP_WORKING_DAYS = 20
ELPAC_DAYS = datetime.timedelta(days=30)
ELPAC_WORKING_DAYS_NEXT_YEAR = 15
#: No school stays closed for longer: beyond it, the calendar lacks a year.
LONGEST_SUMMER = datetime.timedelta(days=150)


@dataclass(frozen=True)
class SchoolCalendar:
    """An LEA's days of school. `years` are first and last day of instruction, both counted, in order.

    Where a year that is needed isn't among them, `guessed_start` (month and day) stands in for its first day.
    """

    years: tuple[tuple[datetime.date, datetime.date], ...] = ()
    holidays: Set[datetime.date] = field(default_factory=frozenset)
    guessed_start: tuple[int, int] = (8, 1)

    def next_start(self, day: datetime.date) -> tuple[datetime.date | None, bool]:
        """The next year's first day where this day lies in the summer before it, else None; and whether it is guessed.

        None counts as a day with school, also behind the last year that is known: the clock then ends sooner.
        """
        ended = max((last for _first, last in self.years if last < day), default=None)
        if not self.years or any(first <= day <= last for first, last in self.years):
            return None, False
        if ended is None:  # before the first year that is known there may be school or not
            return None, True
        later = min((first for first, _last in self.years if first > day), default=None)
        if later and later <= ended + LONGEST_SUMMER:
            return later, False
        guess = self._guess(ended)
        return (guess if day < guess <= ended + LONGEST_SUMMER else None), True

    def _guess(self, ended: datetime.date) -> datetime.date:
        guess = datetime.date(ended.year, *self.guessed_start)
        return guess if guess > ended else guess.replace(year=ended.year + 1)


@dataclass(frozen=True)
class DueDate:
    """`estimated` where the day rests on our own finding of the report, or on a guess about the calendar."""

    day: datetime.date
    estimated: bool


@lru_cache(maxsize=100)  # a search asks for the same few for every report of a district
def program_of(record_types: frozenset[str]) -> Program:
    """The program with the shortest clock among a report's types."""
    programs = {PROGRAMS.get(one, Program.CAASPP) for one in record_types}
    return next((one for one in Program if one in programs), Program.CAASPP)


def due(
    program: Program,
    calendar: SchoolCalendar,
    *,
    found: datetime.date,
    received: datetime.date | None = None,
    enrolled: datetime.date | None = None,
) -> DueDate:
    """`received` is what the coordinator entered; without it the day of our finding counts, and is an estimate.

    `enrolled` is the student's first enrollment, which alone counts for the Initial ELPAC.
    """
    if program is Program.INITIAL_ELPAC:
        return DueDate((enrolled or found) + ELPAC_DAYS, estimated=enrolled is None)
    begins = received or found
    start, guessed = calendar.next_start(begins)
    estimated = received is None or guessed
    if start:
        count = CAASPP_WORKING_DAYS if program is Program.CAASPP else ELPAC_WORKING_DAYS_NEXT_YEAR
        # The first day of school is the first of the working days.
        eve = start - datetime.timedelta(days=1)
        return DueDate(business_days.after(eve, count, calendar.holidays), estimated)
    if program is Program.CAASPP:
        return DueDate(business_days.after(begins, CAASPP_WORKING_DAYS, calendar.holidays), estimated)
    return DueDate(begins + ELPAC_DAYS, estimated)
