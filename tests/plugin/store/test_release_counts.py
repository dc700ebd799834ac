"""What the dashboard counts, on both databases: nobody left out, nobody counted twice, days as California has them."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import insert

from plugin.store.database import Database
from plugin.store.new_releases import NEW
from plugin.store.release_counts import Chosen, Count, Counts, ReleaseCounts
from plugin.store.tables import releases

LEA, YEAR = "19999990000000", "2025-26"
CHOSEN = Chosen(LEA, YEAR)
TODAY = datetime.date(2026, 11, 22)

Keep = Callable[..., None]


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{text}+00:00")


@pytest.fixture
def keep(database: Database) -> Keep:
    """Keep a release of a further student, found at the end of a day in California unless it says otherwise."""
    students = itertools.count(1)

    def keep(**values: object) -> None:
        row = {
            **NEW,
            "student_dcid": next(students),
            "program": "caaspp",
            "year": YEAR,
            "lea_cds": LEA,
            "record_types": "01",
            "found_at": at("2026-11-19T07:30"),
            "search_id": 1,
            **values,
        }
        with database.begin() as connection:
            connection.execute(insert(releases).values(row))

    return keep


@pytest.fixture
def count(database: Database) -> Callable[..., Counts]:
    return lambda **chosen: ReleaseCounts(database).count(
        replace(CHOSEN, **chosen), due_until=TODAY + datetime.timedelta(days=6)
    )


def test_each_school_and_language_has_what_was_found_told_and_known(keep, count):
    looked, handed = {"looked_at": at("2026-11-20T20:00")}, {"handed_over_on": datetime.date(2026, 11, 21)}
    told = {"told_at": at("2026-11-19T18:00")}
    keep(school_number=101, language="SPA", **told, **looked)
    keep(school_number=101, language="ENG", **told)
    keep(school_number=401, language="ENG", **handed)
    keep(school_number=401, language="ENG", **looked, **handed)
    counts = count()
    assert counts.by_school == {101: Count(2, 2, 1), 401: Count(2, 0, 2)}
    assert counts.by_language == {"SPA": Count(1, 1, 1), "ENG": Count(3, 1, 2)}


def test_a_day_is_californias_in_summer_and_in_winter(keep, count):
    keep(found_at=at("2026-07-02T06:59:59"), told_at=at("2026-07-02T07:00"))
    keep(found_at=at("2026-12-02T07:59:59"), told_at=at("2026-12-02T08:00"))
    assert count().by_day == {
        datetime.date(2026, 7, 1): Count(found=1),
        datetime.date(2026, 7, 2): Count(told=1),
        datetime.date(2026, 12, 1): Count(found=1),
        datetime.date(2026, 12, 2): Count(told=1),
    }


def test_a_family_knows_from_the_first_day_on_and_once(keep, count):
    keep(looked_at=at("2026-11-20T20:00"), handed_over_on=datetime.date(2026, 11, 19))
    keep(looked_at=at("2026-11-20T20:00"), handed_over_on=datetime.date(2026, 11, 21))
    keep(handed_over_on=datetime.date(2026, 11, 21))
    days = count().by_day
    assert {day.day: one.informed for day, one in days.items() if one.informed} == {19: 1, 20: 1, 21: 1}


def test_the_days_add_up_to_what_the_schools_have(keep, count):
    for hours in range(0, 400, 7):
        moment = at("2026-10-28T00:00") + datetime.timedelta(hours=hours)  # over the end of daylight saving time
        keep(found_at=moment, told_at=moment if hours % 2 else None, looked_at=moment if hours % 3 else None)
    counts = count()
    assert sum(counts.by_day.values(), Count()) == sum(counts.by_school.values(), Count())
    assert list(counts.by_day) == sorted(counts.by_day)


def test_due_is_what_nobody_knows_of_yet_and_no_later_than_asked_for(keep, count):
    yesterday, later = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=7)
    for day in (yesterday, yesterday, TODAY, later, None):
        keep(due_on=day)
    keep(due_on=yesterday, looked_at=at("2026-11-20T20:00"))
    keep(due_on=yesterday, handed_over_on=TODAY)
    assert count().due == {yesterday: 2, TODAY: 1}


def test_what_is_another_leas_year_or_program_is_not_counted(keep, count):
    keep(lea_cds="19999990099999")
    keep(year="2024-25")
    keep(program="initial_elpac", school_number=1)
    keep(program="caaspp", school_number=2)
    assert set(count().by_school) == {1, 2}
    assert set(count(program="caaspp").by_school) == {2}


def test_only_the_schools_in_reach_are_counted(keep, count):
    for number in (101, 401, 901):
        keep(school_number=number, due_on=TODAY)
    counts = count(schools=frozenset({101, 901}))
    assert set(counts.by_school) == {101, 901}
    assert counts.due == {TODAY: 2}
    assert sum(counts.by_day.values(), Count()).found == 2
    assert count(schools=frozenset()) == Counts({}, {}, {}, {})
