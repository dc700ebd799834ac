"""What the named queries answer: their SQL, unchanged, on SQLite with the stand-in's tables and a few rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plugin.district import District
from plugin.package import district_queries
from plugin.package.elements import Element, parse

ROOT = Path(__file__).parents[3]
ROSTER = "queries_root/org.cascorereports.roster.named_queries.xml"
SCHEMA = (ROOT / "sandbox/district/schema.sql").read_text()

#: Pupil 11 has Students.ID 12 and the other way round: a query that mixes the two up meets the other pupil.
ROWS = """
insert into students(dcid, id, first_name, last_name, schoolid, grade_level, enroll_status, entrydate, exitdate) values
    (11, 12, 'Ana', 'One', 101, 4, 0, '2026-08-12', '2027-06-10'),
    (12, 11, 'Ben', 'Two', 901, -2, 0, '2026-08-12', '2027-06-10'),
    (13, 13, 'Cal', 'Gone', 101, 5, 2, '2025-08-12', '2026-06-10');
insert into s_ca_stu_x(studentsdcid, parentcorresplang) values (11, 'SPA');
insert into reenrollments(dcid, studentid, schoolid, grade_level, entrydate, exitdate) values
    (1, 12, 901, 2, '2024-08-12', '2025-06-10'),
    (2, 12, 101, 3, '2025-08-12', '2026-06-10'),
    (3, 11, 101, 9, '2025-08-12', '2026-06-10');
insert into schools(dcid, school_number, name) values (1, 101, 'Elementary'), (2, 901, 'Charter'), (3, 10, 'Little');
insert into s_ca_subdistricts(school_number, subdistrict_name, schoolcdscode) values
    (901, 'Charter', '19999010999003');
insert into accessstudent(studentsdcid, accountidentifier) values (11, 'pupil-token');
insert into guardian(guardianid, accountidentifier) values (1, 'mother-token'), (2, 'aunt-token');
insert into guardianstudent(guardianstudentid, guardianid, studentsdcid) values (1, 1, 11), (2, 1, 12), (3, 2, 12);
insert into guardianpersonassoc(guardianpersonassocid, guardianid, personid) values (1, 1, 51);
insert into person(id, firstname, lastname) values (51, 'Mae', 'One'), (52, 'Dad', 'One');
insert into emailaddress(emailaddressid, emailaddress) values (1, 'mae@family.example'), (2, 'old@family.example');
insert into personemailaddressassoc(personemailaddressassocid, personid, emailaddressid, isprimaryemailaddress) values
    (1, 51, 1, 1), (2, 51, 2, 0);
insert into studentcontactassoc(studentcontactassocid, studentdcid, personid, contactpriorityorder) values
    (1, 11, 51, 2), (2, 11, 52, 1);
insert into studentcontactdetail(studentcontactdetailid, studentcontactassocid, startdate, enddate, isactive) values
    (71, 1, null, null, 1), (72, 2, '2020-01-01', '2026-01-31', 1);
insert into studentcontactdetailcorefields(studentcontactdetailid, legalguardian) values (71, 1), (72, 0);
insert into users(dcid, groupvalue, canchangeschool) values
    (1, 9, '0;101'), (2, 10, '901'), (3, null, null), (4, 10, '1010;10');
insert into schoolstaff(id, users_dcid, schoolid) values (21, 2, 101), (22, 2, 901), (23, 3, 101);
insert into sections(id, course_number, section_number) values (1, 'MATH', '1'), (2, 'UNLISTED', '1');
insert into courses(course_number, course_name) values ('MATH', 'Mathematics');
insert into sectionteacher(id, teacherid, sectionid, start_date, end_date) values
    (1, 21, 1, '2026-08-12', '2027-06-10'), (2, 22, 2, '2026-08-12', '2027-06-10');
insert into cc(dcid, studentid, sectionid, dateenrolled, dateleft) values
    (1, 12, 1, '2026-08-12', '2027-06-11'),
    (2, 11, -1, '2026-08-12', '2026-09-01'),
    (3, 11, 2, '2026-08-12', '2027-06-11');
insert into u_score_reports(studentsdcid, do_not_release) values (11, 'Y');
insert into u_contact_rights(studentcontactdetailid, educational_rights) values (71, 'Y'), (72, null);
"""


@pytest.fixture
def ask() -> Iterator[object]:
    """Answer a named query as PowerSchool does: every value as text, and nulls left out."""
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(SCHEMA + ROWS)
        yield lambda name, **arguments: [dict(row) for row in answers(connection, queries()[name], arguments)]
    connection.close()


def answers(connection: sqlite3.Connection, query: Element, arguments: dict[str, str]) -> Iterator[dict[str, str]]:
    names = [column.text for columns in query.each("columns") for column in columns.children]
    rows = connection.execute(next(query.each("sql")).text, arguments)
    assert all(column.isidentifier() for column, *_ in rows.description), rows.description
    for row in rows:
        yield {name: str(value) for name, value in zip(names, row, strict=True) if value is not None}


def queries() -> dict[str, Element]:
    fields = District.load(ROOT / "district.toml").fields
    generated = parse(district_queries.PATH, district_queries.document(fields.values()))
    written = parse(ROSTER, (ROOT / ROSTER).read_text())
    return {
        query.attributes["name"].removeprefix("org.cascorereports."): query
        for query in (*written.each("query"), *generated.each("query"))
    }


@pytest.mark.parametrize("name", queries())
def test_every_query_runs_and_names_each_column_it_selects(ask, name: str) -> None:
    arguments = {"student_dcid": "11", "users_dcid": "2", "account_token": "mother-token"}
    used = {arg.attributes["name"] for args in queries()[name].each("args") for arg in args.children}
    rows = ask(name, **{argument: arguments[argument] for argument in used})
    of_nobody = ("district.hidden_contact.", "district.exemption.", "district.status.all")
    assert rows or name == "roster.student.self" or name.startswith(of_nobody)


def test_a_student_is_found_by_dcid_and_not_by_id(ask) -> None:
    [ana] = ask("roster.student.identity", student_dcid="11")
    assert (ana["dcid"], ana["id"], ana["first_name"]) == ("11", "12", "Ana")
    assert (ana["school_name"], ana["language"]) == ("Elementary", "SPA")
    assert "state_studentnumber" not in ana


def test_nobody_is_found_by_a_number_that_does_not_exist(ask) -> None:
    assert ask("roster.student.identity", student_dcid="99") == []


def test_a_pupil_s_account_opens_the_pupil_s_own_record(ask) -> None:
    assert [row["dcid"] for row in ask("roster.student.self", account_token="pupil-token")] == ["11"]
    assert ask("roster.student.self", account_token="mother-token") == []


def test_enrolments_come_newest_first_with_the_current_one_at_the_head(ask) -> None:
    rows = ask("roster.student.enrolments", student_dcid="11")
    assert [(row["entrydate"], row["grade_level"], row["schoolid"]) for row in rows] == [
        ("2026-08-12", "4", "101"),
        ("2025-08-12", "3", "101"),
        ("2024-08-12", "2", "901"),
    ]
    assert {row["dcid"] for row in rows} == {"11"}


def test_a_parent_s_account_opens_the_students_with_data_access_and_no_others(ask) -> None:
    ana, ben = ask("roster.guardian.students", account_token="mother-token")
    assert (ana["dcid"], ana["isactive"]) == ("11", "1")
    assert (ben["dcid"], ben["grade_level"]) == ("12", "-2")
    assert "isactive" not in ben
    assert [row["dcid"] for row in ask("roster.guardian.students", account_token="aunt-token")] == ["12"]
    assert ask("roster.guardian.students", account_token="stranger") == []


def test_every_period_of_a_contact_record_is_handed_out(ask) -> None:
    rows = ask("roster.student.contacts", student_dcid="11")
    assert [(row["personid"], row.get("enddate"), row["has_data_access"]) for row in rows] == [
        ("52", "2026-01-31", "0"),
        ("51", None, "1"),
    ]


def test_a_contact_is_written_to_at_the_primary_address(ask) -> None:
    dad, mae = ask("roster.student.contacts", student_dcid="11")
    assert mae["email"] == "mae@family.example"
    assert "email" not in dad


def test_a_teacher_reaches_the_students_of_all_own_sections_at_all_schools(ask) -> None:
    rows = ask("roster.teacher.students", users_dcid="2")
    assert {(row["sectionid"], row["dcid"], row.get("course_name")) for row in rows} == {
        ("1", "11", "Mathematics"),
        ("2", "12", None),
    }


def test_a_dropped_student_is_on_no_section(ask) -> None:
    assert all(int(row["sectionid"]) > 0 for row in ask("roster.teacher.students", users_dcid="2"))
    assert ask("roster.teacher.students", users_dcid="3") == []


@pytest.mark.parametrize(("users_dcid", "schools"), [("1", ["0", "101"]), ("2", ["901"]), ("3", []), ("4", ["10"])])
def test_an_administrator_reaches_the_schools_that_the_account_may_switch_to(ask, users_dcid: str, schools) -> None:
    assert [row["schoolid"] for row in ask("roster.staff.schools", users_dcid=users_dcid)] == schools


def test_an_account_s_security_group_is_its_default_one(ask) -> None:
    assert ask("roster.staff.groups", users_dcid="1") == [{"groupvalue": "9"}]
    assert ask("roster.staff.groups", users_dcid="3") == [{}]


def test_only_students_enrolled_now_are_active(ask) -> None:
    assert [row["dcid"] for row in ask("roster.students.active")] == ["11", "12"]


def test_a_school_without_sub_district_has_no_lea_of_its_own(ask) -> None:
    rows = {row["schoolid"]: row for row in ask("roster.leas.all")}
    assert rows["901"]["lea_cds"] == "19999010999003"
    assert "lea_cds" not in rows["101"]


def test_two_sub_districts_of_a_school_come_in_one_order_however_they_are_kept() -> None:
    """Else pages of an answer could overlap."""
    insert = "insert into s_ca_subdistricts(school_number, schoolcdscode) values (101, ?)"
    told = []
    for kept in ("NY", "YN"):
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("pragma automatic_index = off")  # it would sort them unasked
            connection.executescript((SCHEMA + ROWS).replace(" primary key", ""))
            connection.executemany(insert, [(value,) for value in kept])
            told.append(list(answers(connection, queries()["roster.leas.all"], {})))
    assert told[0] == told[1]
    assert len(told[0]) > 1


def test_a_district_s_own_field_is_told_for_the_student_asked_for(ask) -> None:
    assert ask("district.release_block.value", student_dcid="11") == [{"dcid": "11", "value": "Y"}]
    assert ask("district.release_block.value", student_dcid="12") == []
    assert ask("district.release_block.all") == [{"dcid": "11", "value": "Y"}]


def test_educational_rights_are_told_for_each_contact_of_the_student(ask) -> None:
    assert ask("district.educational_rights.value", student_dcid="11") == [
        {"personid": "51", "contact_detail_id": "71", "value": "Y"},
        {"personid": "52", "contact_detail_id": "72"},
    ]
