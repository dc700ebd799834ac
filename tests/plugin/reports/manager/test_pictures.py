"""The dashboard's pictures: true to the numbers, from zero on."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.reports.manager.pictures import MOST_DAYS, Bar, cumulated, curves, lengths, percent, scale, shares
from plugin.store.release_counts import Count

FIRST = datetime.date(2026, 10, 1)
DAY = datetime.timedelta(days=1)
COUNTS = st.builds(lambda numbers: Count(*sorted(numbers, reverse=True)), st.tuples(*[st.integers(0, 10**6)] * 3))


def test_shares_are_of_those_found():
    assert shares(Count(200, 150, 50)) == (Bar("told", 150, 75), Bar("informed", 50, 25))
    assert shares(Count()) == (Bar("told", 0, 0), Bar("informed", 0, 0))


def test_bars_on_one_scale_are_as_long_as_their_numbers():
    assert lengths([("overdue", 30), ("due", 0), ("due", 120)]) == [
        Bar("overdue", 30, 25),
        Bar("due", 0, 0),
        Bar("due", 120, 100),
    ]
    assert lengths([("due", 0)]) == [Bar("due", 0, 0)]
    assert lengths([]) == []


def test_sums_begin_with_nothing_and_have_every_day():
    sums = cumulated({FIRST: Count(found=5), FIRST + 2 * DAY: Count(1, 4, 2)}, today=FIRST + 3 * DAY)
    assert sums == [
        (FIRST - DAY, Count()),
        (FIRST, Count(5)),
        (FIRST + DAY, Count(5)),
        (FIRST + 2 * DAY, Count(6, 4, 2)),
        (FIRST + 3 * DAY, Count(6, 4, 2)),
    ]


def test_sums_of_a_year_that_is_over_end_a_week_after_the_last_change():
    assert cumulated({FIRST: Count(5)}, today=FIRST + 900 * DAY)[-1] == (FIRST + 7 * DAY, Count(5))
    assert cumulated({}, today=FIRST) == []


@given(st.dictionaries(st.integers(0, 400), COUNTS, min_size=1, max_size=5), st.integers(0, 500))
def test_however_long_it_takes_nothing_is_lost_and_the_last_day_is_there(days, later):
    by_day = {FIRST + number * DAY: count for number, count in days.items()}
    sums = cumulated(by_day, today=FIRST + later * DAY)
    assert sums[0] == (min(by_day) - DAY, Count())
    assert sums[-1][1] == sum(by_day.values(), Count())
    assert len(sums) <= MOST_DAYS + 20
    assert all(before < after for (before, _), (after, _) in itertools.pairwise(sums))


@given(st.lists(COUNTS, min_size=1, max_size=50))
def test_curves_stay_in_the_picture_and_end_at_their_last_number(counts):
    sums = cumulated({FIRST + number * DAY: count for number, count in enumerate(counts)}, today=FIRST)
    drawn = curves(sums)
    highest = drawn.rules[-1][0]
    assert highest >= sums[-1][1].found
    for curve in drawn.curves:
        points = [tuple(map(float, point.split(","))) for point in curve.points.split()]
        assert points[0] == (0, 100)
        assert points[-1][0] == 100
        assert points[-1][1] == pytest.approx(100 - 100 * curve.last / highest, abs=0.01)
        assert all(0 <= across <= 100 and 0 <= down <= 100 for across, down in points)
        assert all(after[1] <= before[1] for before, after in itertools.pairwise(points))


@pytest.mark.parametrize(
    ("highest", "numbers"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (60, [0, 20, 40, 60]),
        (1234, [0, 500, 1000, 1500]),
    ],
)
def test_rules_are_round_numbers_from_zero_to_above_the_highest(highest, numbers):
    assert scale(highest) == numbers


@given(st.integers(0, 10**9))
def test_rules_are_few_and_none_is_idle(highest):
    numbers = scale(highest)
    assert 2 <= len(numbers) <= 5
    assert numbers[-2] < max(highest, 1) <= numbers[-1]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, 0), (0, 9, 0), (1, 1000, 1), (1, 3, 33), (999, 1000, 99), (1000, 1000, 100)],
)
def test_a_percentage_says_none_and_all_only_where_it_is_true(part, whole, said):
    assert percent(part, whole) == said
