"""How the state took a set, counted for all processes, on both databases."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.store.credentials import CredentialSets
from plugin.store.database import Database
from plugin.store.trials import Trial, Trials
from plugin.store.vault import Vault

LEA = "19999990000000"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def trials(database: Database) -> Trials:
    return Trials(database)


def test_of_a_set_that_nobody_tried_nothing_is_known(trials):
    assert trials.of(LEA, 1) is None


def test_refusals_are_counted_since_the_first(trials, now):
    trials.refused(LEA, 1, now)
    assert trials.refused(LEA, 1, now + MINUTE) == Trial(1, now + MINUTE, None, now, 2)


def test_what_works_ends_the_count_and_is_remembered(trials, now):
    trials.refused(LEA, 1, now)
    trials.worked(LEA, 1, now + MINUTE)
    assert trials.of(LEA, 1) == Trial(1, now + MINUTE, now + MINUTE, None, 0)
    assert trials.refused(LEA, 1, now + 2 * MINUTE) == Trial(1, now + 2 * MINUTE, now + MINUTE, now + 2 * MINUTE, 1)


def test_nothing_is_known_of_a_newer_set_and_it_begins_anew(trials, now):
    trials.refused(LEA, 1, now)
    assert trials.of(LEA, 2) is None
    trials.worked(LEA, 2, now)
    assert trials.of(LEA, 1) is None


def test_refusals_at_once_are_all_counted(connect, trials, now):
    trials.worked(LEA, 1, now)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: Trials(connect(1)).refused(LEA, 1, now), range(24)))
    assert trials.of(LEA, 1).refusals == 24


def test_of_many_who_want_the_turn_one_gets_it(connect, trials, now):
    trials.refused(LEA, 1, now)
    later = now + 15 * MINUTE
    with ThreadPoolExecutor(8) as threads:
        turns = threads.map(lambda _: Trials(connect(1)).claim(LEA, 1, unless_since=now, now=later), range(8))
    assert sorted(turns) == [False] * 7 + [True]
    assert not trials.claim(LEA, 1, unless_since=now, now=later)


def test_another_last_day_leaves_what_is_known_of_the_set(database: Database, trials, vault: Vault, now):
    sets = CredentialSets(database, vault)
    sets.save(LEA, "user", "secret", expires_on=now.date(), saved_by="somebody", now=now)
    trials.worked(LEA, 1, now)
    sets.change_day(LEA, now.date(), saved_by="somebody", now=now, replaces=1)
    assert trials.of(LEA, 2) == Trial(2, now, now, None, 0)
    assert sets.load(LEA).secret == "secret"
