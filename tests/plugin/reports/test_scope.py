"""Who is in whose scope, and from which day to which."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from plugin.district import District, DistrictField, Pages
from plugin.errors import NotFound
from plugin.model import PACIFIC, Lea, Persona, School, Student, Viewer
from plugin.powerschool.client import QueryRefused
from plugin.powerschool.records import OwnRecord
from plugin.powerschool.roster import Roster
from plugin.reports import scope

LEA = Lea("19999010000000", "Poppy Valley Unified")
RIGHTS = DistrictField("educational_rights", "U_RIGHTS", "rights", "studentcontactdetailid", frozenset({"Y"}))
TODAY = datetime.date(2026, 11, 2)
EVERYBODY = Pages()
TEACHER = Viewer("t", Persona.TEACHER, "31", "t", "T")
PARENT = Viewer("p", Persona.PARENT, "token", "p", "P")

Rows = list[dict[str, str]]


class Told:
    """PowerSchool, as far as it goes: rows by the last words of a query's name; a query without rows is refused."""

    def __init__(self, **rows: Rows) -> None:
        self.rows = rows

    def query(self, name: str, **_: str | int) -> Rows:
        key = name.removeprefix("org.cascorereports.").removeprefix("roster.").replace(".", "_")
        if key == "leas_all":
            return self.rows.get(key, [])
        if key not in self.rows:
            raise QueryRefused(tried=name)
        return self.rows[key]


def roster(*, rights: bool = False, **rows: Rows) -> Roster:
    return Roster(Told(**rows), District(LEA, fields={"educational_rights": RIGHTS} if rights else {}))


def student_row(dcid: int, **more: str) -> dict[str, str]:
    return {"dcid": str(dcid), "id": str(dcid + 100), "first_name": f"S{dcid}", "schoolid": "401"} | more


def seat(dcid: int, section: int = 9, **dates: str) -> dict[str, str]:
    days = {
        "dateenrolled": "2026-08-15",
        "dateleft": "2027-06-10",
        "start_date": "2026-08-15",
        "end_date": "2027-06-10",
    }
    return student_row(dcid, sectionid=str(section), course_name="English", section_number="3") | days | dates


def taught(*rows: dict[str, str], on: datetime.date = TODAY) -> list[int]:
    found = scope.students(roster(teacher_students=list(rows)), EVERYBODY, TEACHER, on)
    return [student.dcid for student in found]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("dates", "first", "last"),
    [
        ({"dateenrolled": "2026-11-01"}, "2026-11-01", "2027-06-09"),
        ({"dateleft": "2026-11-02"}, "2026-08-15", "2026-11-01"),
        ({"start_date": "2027-01-01"}, "2027-01-01", "2027-06-09"),
        ({"end_date": "2026-12-31"}, "2026-08-15", "2026-12-31"),
        ({"dateleft": "2027-01-01"}, "2026-08-15", "2026-12-31"),
        ({"dateleft": "2027-07-01", "end_date": "2027-06-30"}, "2026-08-15", "2027-06-30"),
    ],
    ids=["joins", "leaves", "begins to teach", "teaches to the end of the year", "leaves at new year", "school year"],
)
def test_a_student_is_in_a_teachers_scope_from_the_first_day_to_the_last(dates, first, last):
    a_day = datetime.timedelta(days=1)
    row = seat(7, **dates)
    assert taught(row, on=day(first)) == taught(row, on=day(last)) == [7]
    assert taught(row, on=day(first) - a_day) == taught(row, on=day(last) + a_day) == []


def test_a_student_who_comes_and_goes_on_one_day_was_never_there():
    assert taught(seat(7, dateenrolled="2026-11-02", dateleft="2026-11-02")) == []


def test_dates_that_are_not_there_are_open():
    row = {name: value for name, value in seat(7).items() if not name.endswith(("date", "left", "enrolled"))}
    assert taught(row) == [7]


def test_two_sections_and_two_stretches_of_teaching_show_a_student_once():
    assert taught(seat(7), seat(7, section=10), seat(7, start_date="2026-10-01"), seat(8)) == [7, 8]


def test_a_class_lists_those_of_each_section_that_holds_the_student():
    rows = [seat(7), seat(8), seat(9, dateleft="2026-11-02"), seat(7, section=10), seat(6, section=11), seat(8)]
    found = scope.classes(roster(teacher_students=rows), TEACHER, 7, TODAY)
    assert [(one.section.id, [student.dcid for student in one.students]) for one in found] == [(9, [7, 8]), (10, [7])]


def test_a_class_is_listed_by_names_whatever_their_accents():
    names = ["Zuniga", "Álvarez", "Nuñez", "Alvarado", "Nunes"]
    rows = [seat(dcid, last_name=name) for dcid, name in enumerate(names, 7)]
    [found] = scope.classes(roster(teacher_students=rows), TEACHER, 7, TODAY)
    assert [one.name.split()[1] for one in found.students] == ["Alvarado", "Álvarez", "Nunes", "Nuñez", "Zuniga"]


@pytest.mark.parametrize(
    ("moment", "date"),
    [
        ("2026-11-01T06:59:59+00:00", "2026-10-31"),
        ("2026-11-01T07:00:00+00:00", "2026-11-01"),
        ("2026-11-02T07:59:59+00:00", "2026-11-01"),
        ("2026-11-02T08:00:00+00:00", "2026-11-02"),
        ("2027-03-14T08:00:00+00:00", "2027-03-14"),
        ("2027-03-15T06:59:59+00:00", "2027-03-14"),
        ("2027-03-15T07:00:00+00:00", "2027-03-15"),
        ("2027-01-01T07:59:59+00:00", "2026-12-31"),
    ],
)
def test_a_day_begins_at_midnight_in_california_also_when_the_clocks_change(moment, date):
    assert datetime.datetime.fromisoformat(moment).astimezone(PACIFIC).date() == day(date)


def contact(dcid: int, number: str = "70", **more: str) -> dict[str, str]:
    return student_row(dcid, contact_detail_id=number, isactive="1") | more


def children(*rows: dict[str, str], on: datetime.date = TODAY, **more: object) -> list[int]:
    found = scope.students(roster(guardian_students=list(rows), **more), EVERYBODY, PARENT, on)
    return [student.dcid for student in found]


def test_the_bounds_of_a_contact_record_are_both_included():
    row = contact(7, startdate="2026-11-02", enddate="2026-11-03")
    by_day = [children(row, on=day(f"2026-11-0{n}")) for n in (1, 2, 3, 4)]
    assert by_day == [[], [7], [7], []]


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([contact(7, isactive="0")], []),
        ([contact(7, "70", isactive="0"), contact(7, "71")], [7]),
        ([contact(7, "70", enddate="2026-10-31"), contact(7, "71", startdate="2026-11-01")], [7]),
        ([student_row(7)], [7]),
    ],
    ids=["not active", "an earlier one not active", "two periods", "no contact record"],
)
def test_the_contact_record_that_counts_decides(rows, seen):
    assert children(*rows) == seen


@pytest.mark.parametrize(
    ("value", "seen"), [({"value": "Y"}, [7]), ({"value": "N"}, []), ({"value": " "}, [7]), ({}, [7])]
)
def test_only_an_explicit_no_to_educational_rights_closes(value, seen):
    told = [{"personid": "1", "contact_detail_id": "70"} | value]
    assert children(contact(7), rights=True, district_educational_rights_value=told) == seen


@pytest.mark.parametrize("values", ["YN", "NY"])
def test_of_two_values_of_one_contact_record_a_no_counts(values):
    told = [{"personid": "1", "contact_detail_id": "70", "value": value} for value in values]
    assert children(contact(7), rights=True, district_educational_rights_value=told) == []


def test_a_no_on_somebody_elses_contact_record_does_not_count():
    told = [{"personid": "2", "contact_detail_id": "71", "value": "N"}]
    assert children(contact(7), rights=True, district_educational_rights_value=told) == [7]


def test_rights_that_cannot_be_read_close_what_stands_on_a_contact_record():
    assert children(contact(7), student_row(8), rights=True) == [8]


def test_a_district_without_a_field_for_rights_asks_for_none():
    assert children(contact(7)) == [7]


def test_somebody_elses_child_and_nobodys_are_the_same_not_found():
    told = roster(guardian_students=[contact(7)])
    assert scope.student(told, EVERYBODY, PARENT, 7, TODAY).dcid == 7
    with pytest.raises(NotFound):
        scope.student(told, EVERYBODY, PARENT, 8, TODAY)


def own(born: str | None, grade: int = 9) -> OwnRecord:
    school = School(401, "Poppy Valley High", LEA)
    return OwnRecord(Student(7, 107, "S", None, grade, school), day(born) if born else None)


@pytest.mark.parametrize(
    ("born", "today", "sees"),
    [
        ("2010-11-22", "2026-11-21", False),
        ("2010-11-22", "2026-11-22", True),
        ("2011-01-01", "2026-12-31", False),
        ("2011-01-01", "2027-01-01", True),
        ("2012-02-29", "2028-02-28", False),
        ("2012-02-29", "2028-02-29", True),
        (None, "2026-11-22", False),
    ],
)
def test_a_student_sees_the_own_reports_from_the_sixteenth_birthday(born, today, sees):
    assert scope.sees_own_record(own(born), "16_or_grade_10", day(today)) is sees


@pytest.mark.parametrize(("grade", "sees"), [(10, False), (11, True), (12, True)])
def test_past_grade_ten_the_age_does_not_matter(grade, sees):
    assert scope.sees_own_record(own("2014-01-01", grade), "16_or_grade_10", TODAY) is sees
    assert scope.sees_own_record(own(None, grade), "16_or_grade_10", TODAY) is sees


@pytest.mark.parametrize(("self_access", "sees"), [("all", True), ("off", False), ("of", False)])
def test_the_setting_opens_to_all_or_to_none(self_access, sees):
    assert scope.sees_own_record(own("2005-01-01", 12), self_access, TODAY) is sees


def test_a_student_has_the_own_record_alone_and_only_from_when_the_district_says():
    told = roster(student_self=[student_row(7, dob="2015-05-05", grade_level="5")])
    pupil = dataclasses.replace(PARENT, persona=Persona.STUDENT)
    assert [one.dcid for one in scope.students(told, EVERYBODY, pupil, TODAY)] == [7]
    assert scope.students(told, Pages(student_self_access="16_or_grade_10"), pupil, TODAY) == []


def reach(persona: Persona, *schools: str) -> frozenset[int] | None:
    told = roster(staff_schools=[{"schoolid": number} for number in schools])
    return scope.reach(told, Viewer("v", persona, "21", "v", "V"))


def test_staff_have_lists_of_their_schools_and_the_district_office_of_every_school():
    assert reach(Persona.STAFF, "401", "101") == {101, 401}
    assert reach(Persona.STAFF, "401", "0") is None


def test_staff_without_a_school_and_everybody_else_have_no_list():
    assert reach(Persona.STAFF) == frozenset()
    for persona in (Persona.TEACHER, Persona.PARENT, Persona.STUDENT):
        assert reach(persona, "0", "401") == frozenset()


STAFF = Viewer("s", Persona.STAFF, "3", "s", "S")
SCHOOLS = [{"schoolid": number} for number in ("101", "401", "999999")]


@pytest.mark.parametrize(
    ("reached", "reaches", "reaches_all"),
    [
        ([], False, False),
        (["401"], True, False),
        (["101", "401"], True, False),
        (["101", "401", "999999"], True, True),
        (["999999"], False, False),
        (["901"], False, False),
        (["0"], True, True),
    ],
)
def test_an_lea_is_reached_by_way_of_its_schools_but_not_of_that_of_the_graduates(reached, reaches, reaches_all):
    told = roster(leas_all=SCHOOLS, staff_schools=[{"schoolid": number} for number in reached])
    assert scope.reaches(told, STAFF, LEA) is reaches
    assert scope.reaches_all(told, STAFF, LEA) is reaches_all
