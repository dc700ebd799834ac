"""How an LEA's credentials stand, from what is saved and how the state took them."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from plugin.reports.standing import Word, standing
from plugin.store.credentials import CredentialsRecord
from plugin.store.trials import Trial

TODAY = datetime.date(2026, 11, 22)
NOW = datetime.datetime(2026, 11, 22, 18, tzinfo=datetime.UTC)
WORKED = Trial(1, NOW, NOW, None, 0)
NEVER_WORKED = Trial(1, NOW, None, NOW, 2)
STOPPED_WORKING = Trial(1, NOW, NOW, NOW, 2)


def record(days: int) -> CredentialsRecord:
    return CredentialsRecord("19999990000000", NOW, "somebody", TODAY + datetime.timedelta(days=days), 1)


@pytest.mark.parametrize(
    ("days", "trial", "word"),
    [
        (90, None, Word.NEVER_TESTED),
        (90, WORKED, Word.WORKS),
        (15, WORKED, Word.WORKS),
        (14, WORKED, Word.DUE),
        (14, None, Word.DUE),
        (0, WORKED, Word.DUE),
        (-1, WORKED, Word.EXPIRED),
        (-1, STOPPED_WORKING, Word.EXPIRED),
        (90, NEVER_WORKED, Word.REJECTED),
        (90, STOPPED_WORKING, Word.REPLACED),
        (14, STOPPED_WORKING, Word.REJECTED),
        (5, NEVER_WORKED, Word.REJECTED),
    ],
)
def test_one_word_says_how_a_set_stands(days, trial, word):
    assert standing(record(days), trial, TODAY).word is word


@pytest.mark.parametrize("trial", [None, WORKED, STOPPED_WORKING])
def test_a_set_that_cant_be_opened_is_neither_good_nor_refused_and_calls_stop(trial):
    now = standing(replace(record(90), readable=False), trial, TODAY)
    assert now.word is Word.UNREADABLE
    assert now.stopped
    assert now.alarming


def test_a_set_that_has_expired_is_so_whether_or_not_it_can_be_opened():
    assert standing(replace(record(-1), readable=False), WORKED, TODAY).word is Word.EXPIRED


def test_an_lea_without_a_set_has_none_and_nothing_is_asked_for_it():
    assert standing(None, None, TODAY).word is Word.MISSING
    assert standing(None, None, TODAY).stopped


@pytest.mark.parametrize(("refusals", "stopped"), [(0, False), (1, False), (2, False), (3, True), (50, True)])
def test_after_three_refusals_in_a_row_calls_stop(refusals, stopped):
    assert standing(record(90), Trial(1, NOW, NOW, NOW, refusals), TODAY).stopped is stopped


@pytest.mark.parametrize(("days", "stopped"), [(0, False), (-1, True)])
def test_after_the_last_day_calls_stop(days, stopped):
    assert standing(record(days), WORKED, TODAY).stopped is stopped


@pytest.mark.parametrize(("days", "trial", "alarming"), [(15, WORKED, False), (14, WORKED, True), (90, None, False)])
def test_administrators_are_alarmed_from_two_weeks_before(days, trial, alarming):
    assert standing(record(days), trial, TODAY).alarming is alarming
