"""Days as people and browsers write them."""

from __future__ import annotations

import datetime

import pytest

from plugin.reports.typed_days import NO_DAY, day_of, no_day, written


@pytest.mark.parametrize("text", ["2026-08-12", "08/12/2026", "8/12/2026", " 2026-08-12\t"])
def test_a_day_is_read_as_a_browser_sends_it_and_as_californians_write_it(text: str) -> None:
    assert day_of(text) == datetime.date(2026, 8, 12)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-29", "13/12/2026", "12.08.2026", "2026-08-12 to 2026-08-13"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


def test_the_day_that_the_sentence_shows_is_one() -> None:
    assert written(day_of(shown := NO_DAY.split()[-1].rstrip("."))) == shown


def test_a_field_left_empty_asks_for_the_day_and_one_with_nonsense_shows_how_to_write_it() -> None:
    assert no_day(" ") == "Choose the day."
    assert no_day("soon") == NO_DAY
