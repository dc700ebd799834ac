"""School years, and what a repr must not show."""

import datetime

import pytest

from plugin.model import Lea, School, SchoolYear, Student


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (datetime.date(2026, 6, 30), "2025-26"),
        (datetime.date(2026, 7, 1), "2026-27"),
        (datetime.date(2026, 12, 31), "2026-27"),
        (datetime.date(2000, 2, 29), "1999-00"),
    ],
)
def test_a_school_year_begins_on_the_first_of_july(day, year):
    assert str(SchoolYear.containing(day)) == year


@pytest.mark.parametrize("text", ["2024-26", "202425", "2024-2025", "２０２４-25", "2024-25\n", "", "-1", "2024–25"])
def test_text_that_is_no_school_year_is_none(text):
    assert SchoolYear.parse(text) is None


def test_a_school_year_reads_as_it_was_written():
    assert str(SchoolYear.parse("1999-00")) == "1999-00"


def test_a_student_in_a_log_line_shows_neither_name_nor_ssid():
    student = Student(7, 70, "Ada Example", "1234567890", 3, School(101, "Oak", Lea("1" * 14, "District")))
    assert "Ada" not in repr(student)
    assert "1234567890" not in repr(student)
