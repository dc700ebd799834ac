"""Whose reports a viewer may see. The only place where a number from a browser becomes a Student.

Rules, each asked of PowerSchool: staff reach the students of the schools that their account may see; a teacher those on
a current section of theirs, today; a parent the children whom the account may see, within the dates of the contact
record (docs/decisions/0009-contact-records.md); a student only the own record, from when the district says so. (FERPA,
34 CFR 99.31(a)(1)(ii): officials reach only records in which they have a legitimate interest.) Somebody else's student
and one who does not exist are the same NotFound.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from plugin.district import Pages
from plugin.errors import NotFound
from plugin.model import Lea, Persona, Student, Viewer
from plugin.powerschool.records import Child, OwnRecord, Section, Taught
from plugin.powerschool.roster import DISTRICT_OFFICE, GRADUATES, Roster

#: From this age on, or past this grade, students have a right of their own to their records (Ed Code 49076(a)(6)).
AGE, GRADE = 16, 10


@dataclass(frozen=True)
class Class:
    """One section of a teacher, with the students who sit in it today."""

    section: Section
    students: tuple[Student, ...]


def student(roster: Roster, pages: Pages, viewer: Viewer, dcid: int, today: datetime.date) -> Student:
    """The student with this DCID, if the viewer may see them; else NotFound."""
    if viewer.persona is Persona.STAFF:
        found = roster.student(dcid)
        schools = roster.staff_schools(viewer.account)
        if found and (DISTRICT_OFFICE in schools or found.school.number in schools):
            return found
    else:
        seen = students(roster, pages, viewer, today, only=dcid)
        if seen:
            return seen[0]
    raise NotFound


def students(
    roster: Roster, pages: Pages, viewer: Viewer, today: datetime.date, *, only: int | None = None
) -> list[Student]:
    """Everybody whom this viewer may see, or `only` the one with this DCID, which asks PowerSchool less.

    Staff choose in PowerSchool: nobody is listed.
    """
    seen = _seen(roster, pages, viewer, today, lambda student: only in {None, student.dcid})
    return list({student.dcid: student for student in seen}.values())


def _seen(
    roster: Roster, pages: Pages, viewer: Viewer, today: datetime.date, meant: Callable[[Student], bool]
) -> list[Student]:
    match viewer.persona:
        case Persona.STAFF:
            return []
        case Persona.TEACHER:
            return [row.student for row in _taught(roster, viewer, today) if meant(row.student)]
        case Persona.PARENT:
            children = [row for row in roster.children(viewer.account) if meant(row.student)]
            return [row.student for row in children if _opens(roster, row, today)]
        case Persona.STUDENT:
            own = roster.own_record(viewer.account)
            opens = own and meant(own.student) and sees_own_record(own, pages.student_self_access, today)
            return [own.student] if own and opens else []


def reach(roster: Roster, viewer: Viewer) -> frozenset[int] | None:
    """The schools whose students a viewer may see in a list; None is every school.

    Staff only: nobody else has lists, so theirs is no school.
    """
    if viewer.persona is not Persona.STAFF:
        return frozenset()
    schools = roster.staff_schools(viewer.account)
    return None if DISTRICT_OFFICE in schools else frozenset(schools)


def reaches(roster: Roster, viewer: Viewer, lea: Lea) -> bool:
    """Whether one of an LEA's schools is this viewer's: a charter's office has no business with the district's.

    One will do, since hardly anybody has them all; but not that of the graduates, which any registrar may see.
    """
    reached = reach(roster, viewer)
    return reached is None or not reached.isdisjoint(roster.schools_of(lea).keys() - {GRADUATES})


def reaches_all(roster: Roster, viewer: Viewer, lea: Lea) -> bool:
    """Whether what holds for all schools of an LEA is this viewer's to change: they reach each of them."""
    reached = reach(roster, viewer)
    if reached is None:
        return True
    schools = roster.schools_of(lea).keys()
    return bool(schools) and schools <= reached


def classes(roster: Roster, viewer: Viewer, dcid: int, today: datetime.date) -> list[Class]:
    """This teacher's sections that hold the student, with everybody whom the teacher may go on to from there."""
    if viewer.persona is not Persona.TEACHER:
        return []
    seated: dict[Section, list[Student]] = {}
    for row in _taught(roster, viewer, today):
        seated.setdefault(row.section, []).append(row.student)
    return [
        Class(section, tuple(_once(together)))
        for section, together in seated.items()
        if any(one.dcid == dcid for one in together)
    ]


def sees_own_record(own: OwnRecord, self_access: str, today: datetime.date) -> bool:
    """Whether the district's setting `student_self_access` opens the own reports, on this day in California.

    Without a date of birth the grade alone decides.
    """
    if self_access == "16_or_grade_10":
        return own.student.grade > GRADE or (own.born is not None and age(own.born, today) >= AGE)
    return self_access == "all"


def _taught(roster: Roster, viewer: Viewer, today: datetime.date) -> list[Taught]:
    """Who sits in this teacher's sections today; a section with two teachers is a section of both."""
    rows = roster.taught(viewer.account)
    return [row for row in rows if row.enrolled.covers(today) and row.teaches.covers(today)]


def _opens(roster: Roster, child: Child, today: datetime.date) -> bool:
    """Whether this contact record lets the account see the child."""
    if not (child.active and child.access.covers(today)):
        return False
    denied = roster.rights_denied(child.student.dcid) if child.contact else frozenset()
    return denied is not None and child.contact not in denied


def age(born: datetime.date, today: datetime.date) -> int:
    """In whole years, on a day in California."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _once(found: Iterable[Student]) -> list[Student]:
    return list({student.dcid: student for student in found}.values())
