"""For whom the state is asked: every student who can have a report and whom the plan wants, the likeliest first."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Set

from plugin.model import Lea, SchoolYear, Student

#: The grades of the CAASPP tests: 3 to 8 and 11; science once in high school, Spanish from grade 9 on.
CAASPP_GRADES = frozenset(range(3, 13))
#: Kindergarten in PowerSchool's numbers. What is below (preschool, transitional kindergarten) takes no test: children
#: in transitional kindergarten have had no ELPAC since 2024-25 (AB 2268).
KINDERGARTEN = 0


def this_spring(today: datetime.date) -> SchoolYear:
    """The year of this calendar year's spring tests, whose results come from May to December.

    Until then nobody has any, and all are as likely.
    """
    return SchoolYear(today.year - 1)


def looked_for(today: datetime.date) -> frozenset[SchoolYear]:
    """Whose reports are new. In autumn the Initial ELPAC's are of the next year already."""
    return frozenset({this_spring(today), SchoolYear.containing(today)})


def candidates(
    students: Iterable[Student], lea: Lea, *, seen: Set[int], left_out: Set[int], schools: Set[int] = frozenset()
) -> list[int]:
    """DCIDs of this LEA's students in the order of asking. `seen` have a report of this year already.

    Without `schools` those of every school.
    """
    own = (one for one in students if one.school.lea.cds == lea.cds and (not schools or one.school.number in schools))
    able = (one for one in own if one.ssid and one.grade >= KINDERGARTEN and one.dcid not in left_out)
    return [dcid for *_, dcid in sorted(_unlikelihood(one, seen) for one in able)]


def _unlikelihood(one: Student, seen: Set[int]) -> tuple[bool, bool, int]:
    """Who was not seen comes before who was, the grades of CAASPP before those that have ELPAC at most."""
    return one.dcid in seen, one.grade not in CAASPP_GRADES, one.dcid
