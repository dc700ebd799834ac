"""A school calendar as it is typed: what is read from it, and what it would change."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.reports.faults import Faulty
from plugin.reports.manager import calendar_typed
from plugin.reports.manager.calendar_typed import MOST_LINES, Typed

Day = datetime.date
DAYS = st.dates(Day(2020, 1, 1), Day(2030, 12, 31))


def refusal(typed: Typed) -> list[tuple[int, str]]:
    with pytest.raises(Faulty) as caught:
        calendar_typed.checked(typed)
    return [(fault.place, fault.field) for fault in caught.value.faults]


@settings(max_examples=50, deadline=None)
@given(st.frozensets(DAYS, max_size=40))
def test_days_that_are_shown_are_the_same_when_they_are_sent_back(days):
    assert calendar_typed.checked(Typed.of([], days)) == ((), days)


@settings(max_examples=50, deadline=None)
@given(st.frozensets(DAYS, max_size=40))
def test_days_next_to_each_other_are_one_run(days):
    runs = list(calendar_typed.runs(days))
    assert sum((last - first).days + 1 for first, last in runs) == len(days)
    assert all(ends + datetime.timedelta(days=1) < begins for (_, ends), (begins, _) in itertools.pairwise(runs))


@pytest.mark.parametrize("between", [" to ", " - ", " – ", "  —  "])
def test_a_break_is_written_in_the_usual_ways(between):
    typed = Typed({}, f"2026-12-31{between}01/01/2027")
    assert calendar_typed.checked(typed)[1] == {Day(2026, 12, 31), Day(2027, 1, 1)}


@pytest.mark.parametrize(
    "line",
    ["2026-11-11 to", "to 2026-11-11", "2026-11-11 to 2026-11-12 to 2026-11-13", "２０２６-11-11x", "x" * 10_000],
)
def test_what_is_no_day_is_named_by_its_line(line):
    assert refusal(Typed({}, f"2026-11-11\n{line}")) == [(2, "holidays")]


def test_so_many_lines_are_no_calendar():
    assert refusal(Typed({}, "2026-11-11\n" * (MOST_LINES + 1))) == [(0, "holidays")]


def test_years_may_be_typed_in_any_order():
    years, _holidays = calendar_typed.checked(
        Typed({1: ("2026-08-12", "2027-06-04"), 2: ("", ""), 3: ("2025-08-13", "2026-06-05")}, "")
    )
    assert years == ((Day(2025, 8, 13), Day(2026, 6, 5)), (Day(2026, 8, 12), Day(2027, 6, 4)))


def test_a_year_with_one_of_its_days_is_none():
    assert refusal(Typed({1: ("2026-08-12", "")}, "")) == [(1, "last")]


def test_the_later_of_two_years_that_overlap_is_marked_whatever_its_row():
    typed = Typed({1: ("2026-06-01", "2027-05-28"), 2: ("2025-08-13", "2026-06-05")}, "")
    assert refusal(typed) == [(1, "first")]


@pytest.mark.parametrize("year", ["0001", "1926", "9999"])
def test_a_year_of_another_century_is_a_slip(year):
    assert refusal(Typed({1: (f"{year}-01-02", f"{year}-12-30")}, "")) == [(1, "first")]
    assert refusal(Typed({}, f"2026-11-11\n{year}-11-11")) == [(2, "holidays")]
