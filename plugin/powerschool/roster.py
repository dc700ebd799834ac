"""The questions that we ask of the school system, one function per PowerQuery.

Rows become nouns here; who may see whom is decided in reports/scope.py. Dates arrive as 'YYYY-MM-DD' and are compared
in California's time by the sidecar, because the databases under PowerSchool differ in date arithmetic.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from plugin.district import District
from plugin.model import Lea, School, Student
from plugin.names import folded
from plugin.powerschool.client import Row
from plugin.powerschool.district_fields import DistrictFields
from plugin.powerschool.memory import Queries
from plugin.powerschool.records import (
    Active,
    Child,
    Contact,
    Enrolment,
    Listed,
    OwnRecord,
    Section,
    Taught,
    date_of,
    period,
    until,
)

#: The school number that stands for the whole district.
DISTRICT_OFFICE = 0
#: That of the students who have graduated.
GRADUATES = 999999
#: Seconds for which the LEA of a school is remembered: it says nothing about a person, and changes once in years.
LEAS_KEPT = 600.0


class Roster(DistrictFields):
    """Every question, those about the district's own fields among them."""

    def __init__(self, client: Queries, district: District) -> None:
        super().__init__(client, district)
        self._known_leas: tuple[float, Mapping[int, Lea]] = (-LEAS_KEPT, {})

    def student(self, dcid: int) -> Student | None:
        rows = self._ask("roster.student.identity", student_dcid=dcid)
        return self._student(rows[0]) if rows else None

    def own_record(self, account: str) -> OwnRecord | None:
        """The student who signs in with this account."""
        rows = self._ask("roster.student.self", account_token=account)
        return OwnRecord(self._student(rows[0]), date_of(rows[0].get("dob"))) if rows else None

    def children(self, account: str) -> list[Child]:
        rows = self._ask("roster.guardian.students", account_token=account)
        # A join may leave a blank row beside an account's contact record of the same student: the record speaks.
        recorded = {row["dcid"] for row in rows if row.get("contact_detail_id")}
        rows = [row for row in rows if row.get("contact_detail_id") or row["dcid"] not in recorded]
        return [
            Child(
                self._student(row),
                row.get("contact_detail_id", ""),
                period(row, "startdate", "enddate"),
                active=row.get("isactive") == "1" if row.get("contact_detail_id") else True,
            )
            for row in rows
        ]

    def taught(self, users_dcid: str) -> list[Taught]:
        """The students of this teacher, of any date, class by class in the order of their names.

        A negative section number marks a dropped enrollment.
        """
        rows = sorted(self._ask("roster.teacher.students", users_dcid=users_dcid), key=_in_class)
        return [
            Taught(
                self._student(row),
                Section(int(row["sectionid"]), row.get("course_name", ""), row.get("section_number", "")),
                enrolled=until(row, "dateenrolled", "dateleft"),
                teaches=period(row, "start_date", "end_date"),
            )
            for row in rows
            if int(row["sectionid"]) > 0
        ]

    def enrolments(self, dcid: int) -> tuple[Enrolment, ...]:
        """Where a student has been and in which grade, newest first; nothing where PowerSchool refuses to tell."""
        rows = self._ask_or_none("roster.student.enrolments", student_dcid=dcid) or ()
        return tuple(
            Enrolment(
                self._lea_of(int(row["schoolid"])),
                int(row["grade_level"]),
                until(row, "entrydate", "exitdate"),
            )
            for row in rows
            if "grade_level" in row
        )

    def active(self) -> Iterator[Active]:
        """Every active student on this server."""
        return self._enrolled("active")

    def left(self) -> Iterator[Active]:
        """Every student who has left, the last ones first."""
        return self._enrolled("left")

    def _enrolled(self, which: str) -> Iterator[Active]:
        """One by one: a large district's students, all at once, would take as much memory as all else."""
        rows = self._ask(f"roster.students.{which}")
        return (Active(self._student(row), until(row, "entrydate", "exitdate")) for row in rows)

    def listed(self) -> list[Listed]:
        """Every active student on this server, with names. Without SSIDs."""
        rows = self._ask("roster.students.listed")
        return [self._listed(row) for row in rows]

    def listed_one(self, dcid: int) -> Listed | None:
        """The same of one student, who may have left."""
        rows = self._ask("roster.student.identity", student_dcid=dcid)
        return self._listed(rows[0]) if rows else None

    def contacts(self, dcid: int) -> list[Contact]:
        """The adults on a student's record, of any date, in the order that the school gave them."""
        return [
            Contact(
                row["personid"],
                row.get("contact_detail_id", ""),
                row.get("email", "").strip(),
                row.get("language", "").strip(),
                sees=row.get("has_data_access") == "1",
                days=period(row, "startdate", "enddate"),
                active=row.get("isactive") == "1",
                legal_guardian=row["legalguardian"] == "1" if "legalguardian" in row else None,
            )
            for row in self._ask("roster.student.contacts", student_dcid=dcid)
        ]

    def schools(self) -> dict[int, str]:
        """The name of each school by its number."""
        return {int(row["schoolid"]): row.get("school_name", row["schoolid"]) for row in self._ask("roster.leas.all")}

    def schools_of(self, lea: Lea) -> dict[int, str]:
        """The same of the schools that report to this LEA."""
        return {one: name for one, name in self.schools().items() if self._lea_of(one).cds == lea.cds}

    def staff_schools(self, users_dcid: str) -> set[int]:
        return {int(row["schoolid"]) for row in self._ask("roster.staff.schools", users_dcid=users_dcid)}

    def staff_groups(self, users_dcid: str) -> set[str] | None:
        """The security groups of a staff member; None where PowerSchool refuses to tell."""
        rows = self._ask_or_none("roster.staff.groups", users_dcid=users_dcid)
        return None if rows is None else {row["groupvalue"] for row in rows if "groupvalue" in row}

    def all_groups(self) -> dict[str, int] | None:
        """Every security group that somebody is in, and how many are; None where PowerSchool refuses to tell."""
        rows = self._ask_or_none("roster.groups.all")
        return None if rows is None else {row["groupvalue"]: int(row["members"]) for row in rows}

    def leas(self) -> list[Lea]:
        """Every LEA on this server, the district first."""
        return list(dict.fromkeys([self._district.lea, *self._leas().values()]))

    def _lea_of(self, school: int) -> Lea:
        return self._leas().get(school, self._district.lea)

    def _leas(self) -> Mapping[int, Lea]:
        """The LEA of each school that is not simply the district's own. What district.toml says comes first."""
        asked_at, leas = self._known_leas
        if time.monotonic() - asked_at >= LEAS_KEPT:
            rows = self._ask("roster.leas.all")
            told = {
                int(row["schoolid"]): Lea(row["lea_cds"], row.get("lea_name", row["lea_cds"]))
                for row in rows
                if row.get("lea_cds")
            }
            leas = {**told, **self._district.schools}
            self._known_leas = (time.monotonic(), leas)
        return leas

    def _student(self, row: Row) -> Student:
        number = int(row["schoolid"])
        return Student(
            dcid=int(row["dcid"]),
            id=int(row["id"]),
            name=f"{row.get('first_name', '')} {row.get('last_name', '')}".strip(),
            ssid=row.get("state_studentnumber", "").strip() or None,
            grade=int(row.get("grade_level", "0")),
            school=School(number, row.get("school_name", row["schoolid"]), self._lea_of(number)),
        )

    def _listed(self, row: Row) -> Listed:
        return Listed(
            self._student(row),
            row.get("first_name", ""),
            row.get("last_name", ""),
            date_of(row.get("dob")),
            row.get("language", "").strip(),
            has_left=int(row.get("enroll_status", "0")) > 0,
        )


def _in_class(row: Row) -> tuple[str, ...]:
    """Where a student stands in a teacher's list. The databases under PowerSchool would put Á behind Z."""
    return tuple(folded(row.get(name, "")) for name in ("course_name", "section_number", "last_name", "first_name"))
