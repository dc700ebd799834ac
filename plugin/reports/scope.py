"""Whose reports a viewer may see. The only place where a number from a browser becomes a Student.

Rules, each asked of PowerSchool afresh: staff reach the students of the schools that their account may see; a teacher
those on a current section of theirs, today; a parent the children whom the account may see, within the dates of the
contact record; a student only the own record. (FERPA, 34 CFR 99.31(a)(1)(ii): officials reach only records in which
they have a legitimate interest.) Somebody else's student and one who does not exist are the same NotFound.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from plugin.errors import NotFound
from plugin.model import Persona, Student, Viewer
from plugin.powerschool.roster import DISTRICT_OFFICE, Roster


def student(roster: Roster, viewer: Viewer, dcid: int, today: datetime.date) -> Student:
    """The student with this DCID, if the viewer may see them; else NotFound."""
    if viewer.persona is Persona.STAFF:
        found = roster.student(dcid)
        schools = roster.staff_schools(viewer.account)
        if found and (DISTRICT_OFFICE in schools or found.school.number in schools):
            return found
    else:
        for other in students(roster, viewer, today):
            if other.dcid == dcid:
                return other
    raise NotFound


def students(roster: Roster, viewer: Viewer, today: datetime.date) -> list[Student]:
    """Everybody whom this viewer may see, for tabs and menus. Staff choose in PowerSchool: nobody is listed."""
    match viewer.persona:
        case Persona.STAFF:
            return []
        case Persona.TEACHER:
            rows = roster.taught(viewer.account)
            return _once(row.student for row in rows if row.enrolled.covers(today) and row.teaches.covers(today))
        case Persona.PARENT:
            children = roster.children(viewer.account)
            return _once(row.student for row in children if row.active and row.access.covers(today))
        case Persona.STUDENT:
            own = roster.own_record(viewer.account)
            return [own] if own else []


def _once(found: Iterable[Student]) -> list[Student]:
    return list({student.dcid: student for student in found}.values())
