"""What the office owes families."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from plugin.store.database import Database
from plugin.store.follow_ups import FollowUps

DUE = datetime.date(2026, 12, 1)
LEA = "19999010000000"
A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def follow_ups(database: Database) -> FollowUps:
    return FollowUps(database)


def test_one_is_open_at_a_time_and_the_first_one_stays(follow_ups: FollowUps, now: datetime.datetime) -> None:
    follow_ups.open(LEA, 7, "release_blocked", by="father", due_on=DUE, now=now)
    follow_ups.open(LEA, 7, "release_blocked", by="mother", due_on=DUE + A_DAY, now=now + A_DAY)
    found = follow_ups.newest(7, "release_blocked")
    assert found.is_open
    assert (found.opened_at, found.due_on) == (now, DUE)


def test_other_students_and_other_causes_have_their_own(follow_ups: FollowUps, now: datetime.datetime) -> None:
    follow_ups.open(LEA, 7, "release_blocked", by="father", due_on=DUE, now=now)
    assert follow_ups.newest(8, "release_blocked") is None
    assert follow_ups.newest(7, "paper") is None


def test_what_was_closed_says_when_and_by_whom_until_a_new_one_is_opened(
    follow_ups: FollowUps, now: datetime.datetime
) -> None:
    follow_ups.open(LEA, 7, "release_blocked", by="father", due_on=DUE, now=now)
    follow_ups.close(7, "release_blocked", by="dana", now=now + A_DAY)
    follow_ups.close(7, "release_blocked", by="lee", now=now + 2 * A_DAY)
    closed = follow_ups.newest(7, "release_blocked")
    assert (closed.is_open, closed.closed_at, closed.closed_by) == (False, now + A_DAY, "dana")
    follow_ups.open(LEA, 7, "release_blocked", by="mother", due_on=DUE, now=now + 3 * A_DAY)
    assert follow_ups.newest(7, "release_blocked").is_open


def test_of_two_who_open_at_once_one_does(
    database: Database, interrupted: Callable[..., Database], now: datetime.datetime
) -> None:
    first = FollowUps(database)
    second = FollowUps(
        interrupted(database, lambda: first.open(LEA, 7, "release_blocked", by="a", due_on=DUE, now=now))
    )
    second.open(LEA, 7, "release_blocked", by="b", due_on=DUE + A_DAY, now=now)
    assert first.newest(7, "release_blocked").due_on == DUE
