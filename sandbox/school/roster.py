"""What the stand-in's own pages ask of the database. Dates are compared here, in California's time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sandbox.district import DISTRICT_OFFICE, TK
from sandbox.school.database import Database, Row

_PACIFIC = ZoneInfo("America/Los_Angeles")
_STUDENT = """
    select s.dcid, s.id, s.student_number, s.first_name, s.last_name, s.grade_level, s.schoolid, s.enroll_status,
           sch.name as school_name
    from students s left join schools sch on sch.school_number = s.schoolid
"""
_IN_ORDER = "order by s.last_name, s.first_name, s.dcid"


@dataclass(frozen=True)
class Student:
    dcid: int
    id: int
    number: int
    name: str
    grade: str
    school: int
    school_name: str

    @property
    def frn(self) -> str:
        """How PowerSchool's addresses name a student: table 001, then the DCID."""
        return f"001{self.dcid}"


@dataclass(frozen=True)
class Section:
    id: int
    name: str
    period: int


class Roster:
    def __init__(self, database: Database, clock: Callable[[], datetime.datetime]) -> None:
        self._database = database
        self._clock = clock

    def schools(self, reach: Iterable[int]) -> dict[int, str]:
        """The schools that an administrator may switch to, by number; the district office reaches all."""
        names = {
            row["school_number"]: row["name"] for row in self._rows("select * from schools order by school_number")
        }
        wanted = set(reach)
        if DISTRICT_OFFICE in wanted:
            return {DISTRICT_OFFICE: "District Office", **names}
        return {number: name for number, name in names.items() if number in wanted}

    def search(self, school: int, text: str) -> list[Student]:
        """Students of a school, or of all in the district office, whose last or first name begins so."""
        begins = "(instr(lower(s.last_name), lower(:text)) = 1 or instr(lower(s.first_name), lower(:text)) = 1)"
        where = f"where (:school = 0 or s.schoolid = :school) and {begins} and s.enroll_status <= 0"
        sql = f"{_STUDENT} {where} {_IN_ORDER} limit 200"
        return [_student(row) for row in self._database.rows(sql, {"school": school, "text": text})]

    def student(self, dcid: int) -> Student | None:
        return next((_student(row) for row in self._rows(f"{_STUDENT} where s.dcid = ?", dcid)), None)

    def sections(self, users_dcid: int) -> list[Section]:
        """The sections that a teacher has today."""
        sql = """
            select distinct sec.id, c.course_name, sec.period from schoolstaff ss
            join sectionteacher st on st.teacherid = ss.id and st.start_date <= ? and st.end_date >= ?
            join sections sec on sec.id = st.sectionid join courses c on c.course_number = sec.course_number
            where ss.users_dcid = ? order by sec.period, sec.id
        """
        rows = self._rows(sql, self._today(), self._today(), users_dcid)
        return [Section(row["id"], row["course_name"], row["period"]) for row in rows]

    def in_section(self, section_id: int) -> list[Student]:
        """Who sits in a section today; the day of leaving does not count."""
        where = "join cc on cc.studentid = s.id where cc.sectionid = ? and cc.dateenrolled <= ? and cc.dateleft > ?"
        rows = self._rows(f"{_STUDENT} {where} {_IN_ORDER}", section_id, self._today(), self._today())
        return [_student(row) for row in rows]

    def children(self, guardian_id: int) -> list[Student]:
        where = "join guardianstudent gs on gs.studentsdcid = s.dcid where gs.guardianid = ?"
        return [_student(row) for row in self._rows(f"{_STUDENT} {where} order by s.dcid", guardian_id)]

    def _today(self) -> str:
        return self._clock().astimezone(_PACIFIC).date().isoformat()

    def _rows(self, sql: str, *values: str | int) -> list[Row]:
        return self._database.rows(sql, values)


def _student(row: Row) -> Student:
    grade = {TK: "TK", 0: "K"}.get(row["grade_level"], str(row["grade_level"]))
    name = f"{row['first_name']} {row['last_name']}"
    return Student(row["dcid"], row["id"], row["student_number"], name, grade, row["schoolid"], row["school_name"])
