"""For whom the state is asked: every active student who can have a report, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Set

from plugin.model import Lea, Student

#: The grades of the CAASPP tests: 3 to 8 and 11; science once in high school, Spanish from grade 9 on.
CAASPP_GRADES = frozenset(range(3, 13))
#: Kindergarten in PowerSchool's numbers. What is below (preschool, transitional kindergarten) takes no test: children
#: in transitional kindergarten have had no ELPAC since 2024-25 (AB 2268).
KINDERGARTEN = 0


def candidates(students: Iterable[Student], lea: Lea, *, seen: Set[int], exempt: Set[int]) -> list[int]:
    """DCIDs of this LEA's students in the order of asking. `seen` have a report of this year already."""
    able = (one for one in students if one.school.lea.cds == lea.cds and one.ssid and one.dcid not in exempt)
    tested = (one for one in able if one.grade >= KINDERGARTEN)
    return [one.dcid for one in sorted(tested, key=lambda one: _unlikelihood(one, seen))]


def _unlikelihood(one: Student, seen: Set[int]) -> tuple[bool, bool, int]:
    """Who was not seen comes before who was, the grades of CAASPP before those that have ELPAC at most."""
    return one.dcid in seen, one.grade not in CAASPP_GRADES, one.dcid
