"""By when a family has to be told: the law's clocks, on a district's calendar."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.reports.due_dates import DueDate, Program, SchoolCalendar, due, program_of

DAY = datetime.date
HOLIDAYS = frozenset({DAY(2026, 5, 25), DAY(2026, 9, 7)})
CALENDAR = SchoolCalendar(
    years=((DAY(2025, 8, 18), DAY(2026, 6, 5)), (DAY(2026, 8, 17), DAY(2027, 6, 4))), holidays=HOLIDAYS
)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (DAY(2026, 5, 4), DAY(2026, 6, 2)),  # Memorial Day lies in between
        (DAY(2026, 5, 2), DAY(2026, 6, 1)),  # a Saturday
        (DAY(2026, 6, 5), DAY(2026, 7, 3)),  # the last day of school is one
        (DAY(2026, 6, 6), DAY(2026, 9, 14)),  # afterwards the next year's first twenty days count, but Labor Day
        (DAY(2026, 8, 16), DAY(2026, 9, 14)),
        (DAY(2026, 8, 17), DAY(2026, 9, 15)),
    ],
)
def test_caaspp_has_twenty_working_days_or_the_first_twenty_of_the_next_year(received, last):
    assert due(Program.CAASPP, CALENDAR, found=DAY(2026, 5, 20), received=received) == DueDate(last, estimated=False)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (DAY(2026, 5, 4), DAY(2026, 6, 3)),
        (DAY(2026, 6, 5), DAY(2026, 7, 5)),
        (DAY(2026, 6, 6), DAY(2026, 9, 4)),
    ],
)
def test_summative_elpac_has_thirty_days_or_the_first_fifteen_working_days_of_the_next_year(received, last):
    told = due(Program.SUMMATIVE_ELPAC, CALENDAR, found=DAY(2026, 5, 20), received=received)
    assert told == DueDate(last, estimated=False)


def test_initial_elpac_counts_from_the_first_enrollment():
    told = due(Program.INITIAL_ELPAC, CALENDAR, found=DAY(2026, 9, 20), enrolled=DAY(2026, 8, 17))
    assert told == DueDate(DAY(2026, 9, 16), estimated=False)
    assert due(Program.INITIAL_ELPAC, CALENDAR, found=DAY(2026, 9, 20)) == DueDate(DAY(2026, 10, 20), estimated=True)


def test_without_a_date_of_receipt_our_finding_counts_as_an_estimate():
    assert due(Program.CAASPP, CALENDAR, found=DAY(2026, 5, 4)) == DueDate(DAY(2026, 6, 2), estimated=True)


def test_a_next_year_that_no_calendar_names_is_guessed_and_the_day_an_estimate():
    told = due(Program.CAASPP, CALENDAR, found=DAY(2027, 6, 30), received=DAY(2027, 6, 30))
    assert told == DueDate(DAY(2027, 8, 27), estimated=True)


@pytest.mark.parametrize(
    ("received", "caaspp", "elpac"),
    [
        (DAY(2027, 7, 31), DAY(2027, 8, 27), DAY(2027, 8, 20)),
        (DAY(2027, 8, 1), DAY(2027, 8, 27), DAY(2027, 8, 31)),  # school may be on: the year after is not waited for
        (DAY(2027, 10, 4), DAY(2027, 11, 1), DAY(2027, 11, 3)),
        (DAY(2029, 2, 5), DAY(2029, 3, 5), DAY(2029, 3, 7)),
    ],
)
def test_behind_a_calendar_that_nobody_went_on_with_no_clock_waits_for_the_next_summer(received, caaspp, elpac):
    for program, last in ((Program.CAASPP, caaspp), (Program.SUMMATIVE_ELPAC, elpac)):
        assert due(program, CALENDAR, found=received, received=received) == DueDate(last, estimated=True)


def test_before_the_first_year_of_a_calendar_the_ordinary_clock_runs_as_an_estimate():
    told = due(Program.CAASPP, CALENDAR, found=DAY(2025, 7, 1), received=DAY(2025, 7, 1))
    assert told == DueDate(DAY(2025, 7, 29), estimated=True)


def test_a_year_that_a_calendar_leaves_out_is_no_summer():
    gap = SchoolCalendar(years=((DAY(2025, 8, 18), DAY(2026, 6, 5)), (DAY(2027, 8, 16), DAY(2028, 6, 2))))
    told = due(Program.CAASPP, gap, found=DAY(2026, 10, 1), received=DAY(2026, 10, 1))
    assert told == DueDate(DAY(2026, 10, 29), estimated=True)


def test_without_a_calendar_every_weekday_is_a_working_day():
    told = due(Program.CAASPP, SchoolCalendar(), found=DAY(2026, 7, 1), received=DAY(2026, 7, 1))
    assert told == DueDate(DAY(2026, 7, 29), estimated=False)


@pytest.mark.parametrize(
    ("types", "program"),
    [
        (frozenset({"01", "02", "06"}), Program.CAASPP),
        (frozenset({"21"}), Program.SUMMATIVE_ELPAC),
        (frozenset({"24"}), Program.INITIAL_ELPAC),
        (frozenset({"21", "01"}), Program.CAASPP),
        (frozenset({"77"}), Program.CAASPP),
        (frozenset(), Program.CAASPP),
    ],
)
def test_a_reports_types_say_which_clock_runs(types, program):
    assert program_of(types) is program


@given(st.sampled_from(Program), st.dates(DAY(2024, 1, 1), DAY(2030, 12, 31)))
def test_no_family_is_due_before_the_report_is_there(program, received):
    assert due(program, CALENDAR, found=received, received=received).day > received
