"""School years and grades, seen from the day for which the district is made."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sandbox.district.model import TK

PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True)
class Calendar:
    """School begins on 15 August and ends on 10 June; in the weeks between, the summer term counts as school."""

    today: datetime.date

    @functools.cached_property
    def year(self) -> int:
        """The year in which the running school year began."""
        return self.today.year if self.today.month >= 7 else self.today.year - 1

    def entry(self, starts: int) -> datetime.date:
        """The first day of the school year that began in `starts`; never a day to come."""
        first = datetime.date(starts, 8, 15)
        return first if first <= self.today else datetime.date(starts, 7, 1)

    def exit(self, starts: int) -> datetime.date:
        """The day after the last one. The running year's is in July: whatever today is, school is on, and tomorrow."""
        return datetime.date(starts + 1, 7, 2) if starts == self.year else datetime.date(starts + 1, 6, 11)

    def day(self, days: int) -> datetime.date:
        return self.today + datetime.timedelta(days=days)


def grade_before(grade: int | None) -> int | None:
    """The grade of the year before; None for those who were not at school yet."""
    if grade is None or grade == TK:
        return None
    return TK if grade == 0 else grade - 1


def years_old(grade: int) -> int:
    """How old most pupils of a grade are on 1 September."""
    return 4 if grade == TK else grade + 5
