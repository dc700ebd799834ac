"""Searches on both databases: nobody forgotten, nobody counted twice, one worker at a time."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import text

from plugin.store.database import Database
from plugin.store.found_reports import FoundReport, keep_reports
from plugin.store.purging import purge
from plugin.store.releases import Releases
from plugin.store.searched import END, Outcome, Progress, Waiting
from plugin.store.searches import KEPT, LEASE, Search, Searches, State

LEA, OTHER = "19999990000000", "19999990099999"
MINUTE = datetime.timedelta(minutes=1)

#: How many students' rows this transaction has read.
READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'searched'"


@pytest.fixture
def searches(database: Database) -> Searches:
    return Searches(database)


@pytest.fixture
def search(searches: Searches, now: datetime.datetime) -> Search:
    """Through ten students."""
    searches.begin(LEA, range(101, 111), by="ada", now=now)
    return searches.latest(LEA)


def report(dcid: int, *types: str, year: str = "2025-26", language: str = "ENG") -> FoundReport:
    return FoundReport(dcid, frozenset(types), "caaspp", year, language)


def test_students_come_in_the_order_of_asking(searches, search):
    assert searches.waiting(search.id, 3) == [Waiting(101, 0), Waiting(102, 0), Waiting(103, 0)]


def test_nobody_is_asked_for_twice_however_often_they_are_listed(searches, now):
    number = searches.begin(LEA, [5, 7, 5, 5], by="ada", now=now)
    assert searches.waiting(number, 10) == [Waiting(5, 0), Waiting(7, 0)]


def test_one_goes_on_at_a_time_for_an_lea(searches, search, now):
    assert searches.begin(LEA, [1], by="grace", now=now) is None
    assert searches.begin(OTHER, [1], by="grace", now=now) is not None
    searches.change(search.id, State.STOPPED, now)
    assert searches.begin(LEA, [1], by="grace", now=now) is not None


def test_who_was_asked_for_is_done_and_failures_are_counted_by_cause(searches, search, now):
    ended = [Outcome(101, "ok", [report(101, "01", "02"), report(101, "21")]), Outcome(102, "ok")]
    searches.keep(search, [*ended, Outcome(103, "ssid_unknown"), Outcome(104, "ssid_unknown")], now)
    told = searches.progress(search.id)
    assert (told.students, told.asked, told.found, told.failures) == (10, 4, 2, {"ssid_unknown": 2})
    assert [one.dcid for one in searches.waiting(search.id, 10)] == list(range(105, 111))


def test_who_is_to_be_asked_for_again_comes_last(searches, search, now):
    searches.keep(search, [Outcome(101, "state_slow", again=True)], now)
    assert searches.waiting(search.id, 10)[-1] == Waiting(101, 1)
    assert searches.progress(search.id).asked == 0


def test_a_report_is_new_once(searches, search, now):
    searches.keep(search, [Outcome(101, "ok", [report(101, "02", "01")])], now)
    searches.keep(search, [Outcome(101, "ok", [report(101, "01", "02")])], now + MINUTE)
    assert searches.progress(search.id).found == 0
    other = [report(101, "01", "02", language="SPA"), report(101, "01"), report(101, "01")]
    searches.keep(search, [Outcome(101, "ok", other), Outcome(102, "ok", [report(102, "01", "02")])], now)
    assert searches.progress(search.id).found == 3
    assert searches.known(LEA) == {(101, "2025-26"), (102, "2025-26")}
    assert searches.known(OTHER) == set()


def test_a_number_longer_than_most_is_kept_whole(searches, now):
    dcid = 2**40 + 1
    number = searches.begin(LEA, [dcid], by="ada", now=now)
    searches.keep(searches.one(number), [Outcome(dcid, "ok", [report(dcid, "01")])], now)
    assert searches.known(LEA) == {(dcid, "2025-26")}
    assert searches.progress(number).asked == 1


def test_of_two_searches_that_find_a_report_at_once_one_counts_it(searches, search, database, now):
    theirs = searches.one(searches.begin(OTHER, [101], by="grace", now=now))
    found = Outcome(101, "ok", [report(101, "01")])
    with ThreadPoolExecutor(1) as other:
        with database.begin() as connection:
            assert keep_reports(connection, LEA, search.id, found.reports, now) == {101: 1}
            later = other.submit(searches.keep, theirs, [found], now)
            wait([later], timeout=0.2)  # it waits for us
        later.result()
    assert searches.progress(theirs.id).found == 0
    assert searches.known(OTHER) == set()


@pytest.mark.parametrize(
    ("record_type", "kept"), [("0\u200b1", r"0\u200b1"), ("1" * 400, "1" * 300)], ids=["invisible", "endless"]
)
def test_what_is_not_fit_to_be_kept_as_it_came_is_new_once_as_well(searches, search, database, now, record_type, kept):
    told = Outcome(101, "ok", [report(101, record_type, language=f"EN{record_type}")])
    searches.keep(search, [told], now)
    assert searches.progress(search.id).found == 1
    searches.keep(search, [told], now + MINUTE)
    assert searches.progress(search.id).found == 0
    [release] = Releases(database).to_check(0, 10, new=True)
    assert release.record_types == kept


def test_of_many_workers_one_has_it_in_hand(connect, searches, search, now):
    workers = [f"worker {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda name: Searches(connect(1)).lease(search.id, name, now), workers))
    assert sorted(got) == [False] * 7 + [True]


def test_it_is_kept_by_who_has_it_and_passes_on_when_they_are_silent(searches, search, now):
    assert searches.lease(search.id, "one", now)
    assert searches.lease(search.id, "one", now + MINUTE)
    assert not searches.lease(search.id, "two", now + LEASE)
    assert searches.lease(search.id, "two", now + MINUTE + LEASE)
    assert not searches.lease(search.id, "one", now + MINUTE + LEASE)


def test_who_lets_go_keeps_nobody_waiting(searches, search, now):
    searches.lease(search.id, "one", now)
    searches.release(search.id, "two", now)
    assert not searches.lease(search.id, "two", now)
    searches.release(search.id, "one", now)
    assert searches.lease(search.id, "two", now)


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.DONE])
def test_what_does_not_go_on_is_in_nobodys_hands(searches, search, now, state):
    searches.lease(search.id, "one", now)
    searches.change(search.id, state, now)
    assert not searches.lease(search.id, "one", now)


def test_a_paused_one_goes_on_and_an_ended_one_never(searches, search, now):
    searches.change(search.id, State.PAUSED, now)
    assert [one.state for one in searches.open_ones()] == [State.PAUSED]
    assert searches.change(search.id, State.SEARCHING, now)
    assert searches.lease(search.id, "one", now)
    searches.change(search.id, State.STOPPED, now)
    assert not searches.change(search.id, State.SEARCHING, now)
    assert searches.open_ones() == []
    assert searches.latest(LEA).ended_at == now


def test_a_moment_of_the_plan_begins_one_for_each_lea(searches, search, now):
    searches.change(search.id, State.DONE, now)
    assert searches.begin(LEA, [1], by="", now=now, due_at=now) is not None
    searches.change(searches.latest(LEA).id, State.DONE, now)
    assert searches.begin(LEA, [1], by="", now=now, due_at=now) is None
    assert searches.begin(OTHER, [1], by="", now=now, due_at=now) is not None
    assert searches.begin(LEA, [1], by="", now=now, due_at=now + MINUTE) is not None


def test_it_knows_how_many_were_asked_for_lately(searches, search, now):
    searches.keep(search, [Outcome(101, "ok")], now)
    searches.keep(search, [Outcome(102, "ok"), Outcome(103, "state_slow", again=True)], now + MINUTE)
    assert searches.asked_since(search.id, now) == (3, now)
    assert searches.asked_since(search.id, now + MINUTE) == (2, now + MINUTE)
    assert searches.asked_since(search.id, now + 2 * MINUTE) == (0, None)


def test_the_newest_stand_first(searches, search, now):
    searches.change(search.id, State.DONE, now)
    newer = searches.begin(LEA, [1], by="", now=now)
    searches.begin(OTHER, [1], by="", now=now)
    assert [one.id for one in searches.recent(LEA, 10)] == [newer, search.id]
    assert [one.id for one in searches.recent(LEA, 1)] == [newer]


def test_a_day_after_its_end_its_numbers_are_left_and_nothing_of_its_students(searches, search, database, now):
    searches.keep(search, [Outcome(101, "ok", [report(101, "01")]), Outcome(102, "ssid_unknown")], now)
    searches.change(search.id, State.STOPPED, now)
    told = searches.progress(search.id)
    assert purge(database, now + KEPT).searches == 0
    assert len(searches.waiting(search.id, 99)) == 8
    assert purge(database, now + KEPT + MINUTE).searches == 1
    assert searches.waiting(search.id, 99) == []
    assert searches.progress(search.id) == told == Progress(10, 2, 1, {"ssid_unknown": 1})
    assert purge(database, now + KEPT + 2 * MINUTE).searches == 0


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_to_keep_a_few_of_many_only_their_rows_are_read(connect, now):
    """In a database of its own: what the server has counted of other tests' rows outlives them."""
    database = connect(1)
    database.migrate()
    with database.begin() as connection:
        # The server's own ANALYZE, in the midst of the insertion, would count no rows and have all of them read.
        connection.execute(text("ALTER TABLE searched SET (autovacuum_enabled = false)"))
    searches = Searches(database)
    number = searches.begin(LEA, range(10_000), by="ada", now=now)
    ended = {"rows": [[number, dcid, "ok", 0, 0] for dcid in range(0, 10_000, 1_000)], "asked_at": now}
    with database.begin() as connection:
        connection.execute(END, ended)
        assert connection.scalar(text(READ)) == 10
        connection.execute(text("ANALYZE searched"))
        connection.execute(END, ended)
        assert connection.scalar(text(READ)) == 20


def test_one_through_nobody_is_one_as_well(searches, now):
    number = searches.begin(LEA, [], by="ada", now=now)
    told = searches.progress(number)
    assert (told.students, told.asked, told.found, told.failures) == (0, 0, 0, {})


def test_reports_of_a_release_that_is_kept_add_their_record_types(searches, search, database, now):
    searches.keep(search, [Outcome(101, "ok", [report(101, "02"), report(101, "01")])], now)
    searches.keep(search, [Outcome(101, "ok", [report(101, "06")])], now + MINUTE)
    [release] = Releases(database).to_check(0, 10, new=True)
    assert (release.student_dcid, release.record_types, release.found_at) == (101, "01,02,06", now)
