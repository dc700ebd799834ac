"""A school calendar as a file: what a spreadsheet makes of it comes back, and every bad line is told by its number."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.reports.faults import Faulty
from plugin.reports.manager.calendar_file import read, write

DAY = datetime.date
HEADER = "what,first,last\n"
days = st.dates(DAY(2000, 1, 1), DAY(2100, 1, 1))
terms = st.builds(lambda first, length: (first, first + datetime.timedelta(days=length)), days, st.integers(0, 300))


def faults(text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(Faulty) as refusal:
        read(text if isinstance(text, bytes) else (HEADER + text).encode())
    return [(fault.place, fault.field) for fault in refusal.value.faults]


def test_years_and_holidays_are_read() -> None:
    years, holidays = read(
        f"{HEADER}school year,2026-08-12,2027-06-04\nholiday,2026-11-23,2026-11-25\nholiday,2026-11-11,\n".encode()
    )
    assert years == [(DAY(2026, 8, 12), DAY(2027, 6, 4))]
    assert holidays == [DAY(2026, 11, 11), DAY(2026, 11, 23), DAY(2026, 11, 24), DAY(2026, 11, 25)]


def test_what_spreadsheet_programs_make_of_it_is_read_the_same() -> None:
    plain = read(f"{HEADER}School Year,2026-08-12,2027-06-04\nholiday,2026-11-11,2026-11-11\n".encode())
    lines = ['"What","First","Last"', '"School Year","08/12/2026","06/04/2027"', "", ",,", "HOLIDAY ,11/11/2026,", ""]
    assert read("\r\n".join(lines).encode("utf-8-sig")) == plain


@settings(max_examples=25)
@given(years=st.lists(terms, max_size=3), holidays=st.lists(days, max_size=8))
def test_what_is_written_is_read_back(years: list[tuple[DAY, DAY]], holidays: list[DAY]) -> None:
    if years or holidays:
        assert read(write(years, holidays)) == (sorted(set(years)), sorted(set(holidays)))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("holiday,2026-11-31,\n", [(2, "first")]),
        ("holiday,2026-11-11,tomorrow\n", [(2, "last")]),
        ("school year,2026-08-12,\n", [(2, "last")]),
        ("holiday,2026-11-12,2026-11-11\n", [(2, "last")]),
        ("holiday,2026-11-12,2027-11-14\n", [(2, "last")]),
        ("vacation,2026-11-12,2026-11-13\n", [(2, "what")]),
        ("holiday,2026-11-12\n", [(2, "")]),
        ("holiday;2026-11-12;2026-11-13\n", [(2, "")]),
        ("\nholiday,2026-11-11,\nholiday,x,\nvacation,y,z\n", [(4, "first"), (5, "what")]),
        ('holiday,"2026-11-11,\n', [(2, "")]),
        ("", [(0, "")]),
    ],
)
def test_each_bad_line_is_told_by_its_number(lines: str, expected: list[tuple[int, str]]) -> None:
    assert faults(lines) == expected


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"", 1), (b"first,last\n", 1), ("what,first,last\nholiday,é,\n".encode("latin-1"), 2), (b"x" * 65_537, 0)],
)
def test_what_is_no_such_file_at_all_is_refused(content: bytes, line: int) -> None:
    assert faults(content) == [(line, "")]
