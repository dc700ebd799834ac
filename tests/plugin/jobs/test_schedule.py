"""When each job is due next."""

import datetime

import pytest

from plugin.jobs.schedule import JOBS, LOOK_AFTER, PURGE, SEARCH
from plugin.model import PACIFIC


def test_a_round_is_due_at_every_full_minute():
    now = datetime.datetime(2026, 11, 22, 6, 59, 59, 7, tzinfo=datetime.UTC)
    assert LOOK_AFTER.next_run(now) == datetime.datetime(2026, 11, 22, 7, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-22 03:16:59", "2026-11-22 03:17:00"),
        ("2026-11-22 03:17:00", "2026-11-23 03:17:00"),
        ("2026-03-08 01:59:00", "2026-03-08 03:17:00"),  # the night that has no 2 o'clock
        ("2026-10-31 12:00:00", "2026-11-01 03:17:00"),  # the night that has two 1 o'clocks
    ],
)
def test_deleting_is_due_once_a_night_in_california(now, due):
    assert PURGE.next_run(pacific(now).astimezone(datetime.UTC)) == pacific(due)


def test_the_engine_is_told_the_same():
    assert {job.cron for job in JOBS if job is not PURGE} == {"* * * * *"}
    assert PURGE.cron == "17 3 * * *"


def test_a_round_that_waited_behind_slow_ones_is_left_out_and_a_nights_work_never():
    due = datetime.datetime(2026, 11, 22, 7, 0, tzinfo=datetime.UTC)
    assert not SEARCH.is_stale(due, due + datetime.timedelta(minutes=2))
    assert SEARCH.is_stale(due, due + datetime.timedelta(minutes=2, seconds=1))
    assert not PURGE.is_stale(due, due + datetime.timedelta(hours=5))


def pacific(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PACIFIC)
