"""Writes a district in PowerSchool's own tables. Nothing is written as '': Oracle takes that for null."""

from __future__ import annotations

import datetime
import functools
import itertools
import sqlite3
from collections import defaultdict
from pathlib import Path

from sandbox.district.model import Contact, District, Enrolment, Guardian, Pupil
from sandbox.district.registrar import FIRST
from sandbox.district.teaching import Staff

_SCHEMA = Path(__file__).with_name("schema.sql")


def fill(district: District, connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database and put the district in."""
    rows = _Rows()
    _schools(rows, district)
    for pupil in district.pupils:
        _pupil(rows, pupil)
    for guardian in district.guardians:
        _guardian(rows, guardian)
    for person in district.staff:
        _employee(rows, person)
    _classes(rows, district)
    connection.executescript(_SCHEMA.read_text())
    for table, lines in rows.tables.items():
        places = ",".join("?" * len(lines[0]))
        connection.executemany(f"insert into {table} values ({places})", lines)  # noqa: S608 (the names are ours)
    connection.commit()


class _Rows:
    """The rows of every table, in the order of its columns."""

    def __init__(self) -> None:
        self.tables: dict[str, list[tuple[str | int | None, ...]]] = defaultdict(list)

    def put(self, table: str, *values: str | int | None) -> None:
        self.tables[table].append(values)

    def add(self, table: str, *values: str | int | None) -> int:
        """Put a row under the table's next number, and say which."""
        number = FIRST + len(self.tables[table])
        self.put(table, number, *values)
        return number


def _schools(rows: _Rows, district: District) -> None:
    names = {lea.cds: lea.name for lea in district.leas}
    for school in district.schools:
        rows.add("schools", school.number, school.name)
        if school.lea_cds != district.cds:
            rows.put("s_ca_subdistricts", school.number, names[school.lea_cds], school.lea_cds)


def _pupil(rows: _Rows, pupil: Pupil) -> None:
    now, *earlier = pupil.history
    known = (pupil.dcid, pupil.id, pupil.student_number, pupil.ssid, pupil.first, pupil.last, _day(pupil.born))
    rows.put("students", *known, pupil.grade, pupil.school_number, pupil.enroll_status, *_days(now))
    learner = "EL" if pupil.english_learner else "EO" if pupil.home_language == "ENG" else "IFEP"
    rows.put("s_ca_stu_x", pupil.dcid, pupil.home_language, learner)
    rows.put("accessstudent", pupil.dcid, pupil.account_token)
    for year in earlier:
        rows.add("reenrollments", pupil.id, year.school_number, year.grade, *_days(year))
    own = [_yes(fact) for fact in (pupil.release_block, pupil.hidden_contact, pupil.exempt)] + [pupil.status or None]
    if any(own):
        rows.put("u_score_reports", pupil.dcid, *own)


def _guardian(rows: _Rows, guardian: Guardian) -> None:
    rows.put("person", guardian.person_id, guardian.first, guardian.last)
    if guardian.email:
        rows.add("personemailaddressassoc", guardian.person_id, rows.add("emailaddress", guardian.email), 1)
    if guardian.account:
        rows.put("guardian", guardian.id, guardian.first, guardian.last, guardian.account.token)
        rows.add("guardianpersonassoc", guardian.id, guardian.person_id)
    for pupil_dcid, periods in itertools.groupby(guardian.contacts, lambda contact: contact.pupil_dcid):
        association = rows.add("studentcontactassoc", pupil_dcid, guardian.person_id, 1)
        if any([_contact(rows, association, period) for period in periods]):
            rows.add("guardianstudent", guardian.id, pupil_dcid)


def _contact(rows: _Rows, association: int, contact: Contact) -> bool:
    """Put one period of a contact record, and say whether it gives access to the pupil's data."""
    flags = (int(contact.active), int(contact.custodial), int(contact.confidential))
    detail = rows.add("studentcontactdetail", association, _day(contact.start), _day(contact.end), *flags)
    rows.put("studentcontactdetailcorefields", detail, int(contact.legal_guardian))
    rows.put("u_contact_rights", detail, _yes(contact.educational_rights))
    return contact.data_access


def _employee(rows: _Rows, person: Staff) -> None:
    reach = ";".join(map(str, person.schools)) or None
    rows.put("users", person.dcid, person.first, person.last, person.group, reach)
    for school, staff_id in person.staff_ids:
        rows.put("schoolstaff", staff_id, person.dcid, school)


def _classes(rows: _Rows, district: District) -> None:
    for number, name in {section.course_number: section.course_name for section in district.sections}.items():
        rows.put("courses", number, name)
    for section in district.sections:
        place = (section.course_number, section.number, section.school_number, section.period)
        rows.put("sections", section.id, section.dcid, *place)
    for teaching in district.teachings:
        rows.add("sectionteacher", teaching.staff_id, teaching.section_id, _day(teaching.start), _day(teaching.end))
    for seat in district.seats:
        marked = -seat.section_id if seat.dropped else seat.section_id
        rows.add("cc", seat.pupil_id, marked, _day(seat.entered), _day(seat.left))


def _yes(fact: bool) -> str | None:
    return "Y" if fact else None


@functools.cache
def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _days(enrolment: Enrolment) -> tuple[str | None, str | None]:
    return _day(enrolment.entry), _day(enrolment.exit)
