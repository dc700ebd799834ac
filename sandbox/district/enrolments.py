"""Where a child has been at school, as far back as the district knows."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.district.family import Child, Kind
from sandbox.district.model import Enrolment, School
from sandbox.district.years import Calendar, grade_before

_EARLIER_YEARS = 5


def history(calendar: Calendar, child: Child, schools: dict[Kind, School]) -> Iterator[Enrolment]:
    """The current enrolment, then the earlier ones, newest first."""
    current = _current(calendar, child, schools[child.kind])
    yield current
    if child.story in ("moved", "joins"):
        return
    grade: int | None = child.grade
    for starts in range(calendar.year - 1, calendar.year - 1 - _EARLIER_YEARS, -1):
        repeated = child.story == "repeated" and starts == calendar.year - 1
        grade = grade if repeated else grade_before(grade)
        if grade is None:
            return
        school = schools["charter" if child.kind == "charter" else "secondary" if grade >= 6 else "elementary"]
        until = min(calendar.exit(starts), current.entry)
        yield Enrolment(school.number, school.lea_cds, grade, calendar.entry(starts), until)


def _current(calendar: Calendar, child: Child, school: School) -> Enrolment:
    entry, exit = calendar.entry(calendar.year), calendar.exit(calendar.year)
    if child.story == "joins":  # on 30 June, for the next school year
        tomorrow = Calendar(calendar.day(1))
        entry, exit = tomorrow.today, tomorrow.exit(tomorrow.year)
    if child.story == "left":
        entry, exit = min(entry, calendar.day(-60)), calendar.day(-30)
    return Enrolment(school.number, school.lea_cds, child.grade, entry, exit)
