"""Days on which a district's offices are open."""

from __future__ import annotations

import datetime

import pytest

from plugin.reports import business_days

HOLIDAYS = frozenset(map(datetime.date.fromisoformat, ("2026-11-26", "2026-11-27", "2026-12-25", "2027-01-01")))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-11-02", "2026-11-09"),
        ("2026-10-30", "2026-11-06"),
        ("2026-11-07", "2026-11-13"),
        ("2026-11-08", "2026-11-13"),
        ("2026-11-20", "2026-12-01"),
        ("2026-11-25", "2026-12-04"),
        ("2026-12-31", "2027-01-08"),
        ("2027-03-12", "2027-03-19"),
        ("2028-02-25", "2028-03-03"),
    ],
    ids=[
        "a week has five",
        "over the end of daylight saving time",
        "from a Saturday",
        "from a Sunday",
        "over Thanksgiving, from a Friday",
        "over Thanksgiving, from the day before",
        "over new year",
        "over the beginning of daylight saving time",
        "over a leap day",
    ],
)
def test_the_fifth_business_day_after_a_day(day, due):
    found = business_days.after(datetime.date.fromisoformat(day), 5, HOLIDAYS)
    assert found.isoformat() == due


def test_a_holiday_on_a_weekend_changes_nothing():
    friday = datetime.date(2026, 11, 6)
    assert business_days.after(friday, 1, {friday + datetime.timedelta(days=1)}) == datetime.date(2026, 11, 9)
