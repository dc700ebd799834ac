"""A student's enrolments, as PowerSchool's rows become them."""

from __future__ import annotations

import datetime

import pytest

from plugin.district import District
from plugin.model import Lea
from plugin.powerschool.client import QueryRefused
from plugin.powerschool.records import Enrolment, Period
from plugin.powerschool.roster import Roster

DISTRICT, CHARTER = Lea("19999010000000", "The district"), Lea("19999010999003", "The charter")
LEAS = {"schoolid": "901", "lea_cds": CHARTER.cds, "lea_name": CHARTER.name}


class PowerSchool:
    """Answers with these rows; without any it refuses the query."""

    def __init__(self, *rows: dict[str, str]) -> None:
        self.rows = list(rows)

    def query(self, name: str, **arguments: object) -> list[dict[str, str]]:
        if name.endswith("leas.all"):
            return [LEAS]
        assert (name, arguments) == ("org.cascorereports.roster.student.enrolments", {"student_dcid": 7})
        if not self.rows:
            raise QueryRefused
        return self.rows


def enrolments(*rows: dict[str, str]) -> tuple[Enrolment, ...]:
    return Roster(PowerSchool(*rows), District(DISTRICT)).enrolments(7)


def row(**values: str) -> dict[str, str]:
    usual = {"dcid": "7", "schoolid": "101", "grade_level": "-2", "entrydate": "2023-08-15", "exitdate": "2024-06-11"}
    return usual | values


def test_the_exit_date_is_the_first_day_gone():
    days = Period(datetime.date(2023, 8, 15), datetime.date(2024, 6, 10))
    assert enrolments(row()) == (Enrolment(DISTRICT, -2, days),)


@pytest.mark.parametrize(("school", "lea"), [("101", DISTRICT), ("901", CHARTER)])
def test_the_lea_is_that_of_the_school_at_that_time(school, lea):
    assert enrolments(row(schoolid=school))[0].lea == lea


def test_a_missing_date_is_open():
    current = {"schoolid": "101", "grade_level": "0"}
    assert enrolments(current)[0].days == Period(None, None)


def test_an_enrolment_without_a_grade_says_nothing():
    nameless = {key: value for key, value in row().items() if key != "grade_level"}
    assert [found.grade for found in enrolments(nameless, row(grade_level="3"))] == [3]


def test_where_powerschool_refuses_to_tell_there_are_none():
    assert enrolments() == ()
