"""A worker's rounds: searches begin when the plan wants them, once, and go on beside each other."""

from __future__ import annotations

import datetime
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest

from plugin.errors import SchoolSystemUnavailable
from plugin.model import PACIFIC, Lea
from plugin.reports.detection import scheduling, searching
from plugin.reports.detection.control import Verb, change
from plugin.reports.detection.overview import Hold, overview
from plugin.reports.detection.plan import KIND, SearchPlan
from plugin.reports.detection.scheduling import Searchers
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.searches import Search, State
from plugin.store.vault import Vault
from sandbox.school.switches import Switch
from sandbox.stage import Stage
from tests.living import wait_until

PATH = "/scorereports/{ssid}"
SOMEBODY = Operator("somebody", {"subject": "somebody"})
MINUTE = datetime.timedelta(minutes=1)


class Office:
    """A stage whose clock stands on a Monday evening at eight, until it is moved."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self._before = stage, len(stage.state.calls)
        self.district, self.charter = (Lea(cds, cds) for cds in sorted(stage.state.credentials))
        self.now = monday_at_eight()
        self.services: Services = stage.services(now=lambda: self.now)

    def plan(self, lea: Lea, *, made: datetime.timedelta = -MINUTE, **chosen: object) -> None:
        plan = SearchPlan(**{"enabled": True, "at": datetime.time(20, 0), "rate": 1000.0, **chosen})
        choice, version = plan.as_choice(), self.services.choices.of(lea.cds, KIND).version
        self.services.choices.save(lea.cds, KIND, choice, replaces=version, by="", now=self.now + made)

    def searches(self, lea: Lea) -> list[Search]:
        return self.services.searches.recent(lea.cds, 99)

    def asked(self) -> list[int | None]:
        """For whom the state was asked, in order."""
        return [call.pupil for call in self.stage.state.calls[self._before :] if call.path == PATH]

    def begin_due(self) -> None:
        """As a worker does it, without going on."""
        for lea_cds, moment in scheduling.due(self.services).items():
            scheduling.begin(self.services, lea_cds, moment)

    def end(self, lea: Lea) -> None:
        self.services.searches.change(self.searches(lea)[0].id, State.DONE, self.now)

    @contextmanager
    def worker(self, name: str = "worker", **options: Callable[[], bool]) -> Iterator[Searchers]:
        stop = threading.Event()
        searchers = Searchers(self.services, name, **{"stop": stop.is_set, **options})
        try:
            yield searchers
        finally:
            stop.set()
            with suppress(SchoolSystemUnavailable):
                searchers.finish()


def monday_at_eight() -> datetime.datetime:
    """Of this week or the next, so that the state's credentials still work."""
    now = datetime.datetime.now(PACIFIC)
    day = now.date() + datetime.timedelta(days=7 - now.weekday())
    return datetime.datetime.combine(day, datetime.time(20, 0), PACIFIC).astimezone(datetime.UTC)


@pytest.fixture
def office(stage: Stage) -> Iterator[Office]:
    yield Office(stage)
    stage.school.switch(Switch.DOWN, 0)
    with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as database, database:
        for table in ("searches", "searched", "found", "releases", "choices", "workers", "state_paces"):
            database.execute(f"delete from {table}")  # noqa: S608  no text from outside


def test_where_nobody_has_switched_it_on_nothing_begins(office):
    office.begin_due()
    office.plan(office.district, enabled=False)
    office.begin_due()
    assert office.searches(office.district) == []


def test_a_due_search_begins_once_and_is_on_record_as_the_plans(office):
    office.plan(office.district)
    office.now -= datetime.timedelta(seconds=1)
    office.begin_due()
    assert office.searches(office.district) == []
    office.now += MINUTE
    office.begin_due()
    office.begin_due()
    office.end(office.district)
    office.begin_due()
    [search] = office.searches(office.district)
    assert (search.begun_at, search.begun_by) == (office.now, scheduling.BY_PLAN)
    assert office.searches(office.charter) == []


def test_two_workers_who_find_it_due_begin_one(office):
    """Even where the first one's is over before the second one has read whom to ask for."""
    office.plan(office.district)
    plan = SearchPlan()
    assert searching.begin(office.services, office.district, "", plan, due_at=office.now)
    office.end(office.district)
    assert searching.begin(office.services, office.district, "", plan, due_at=office.now) is None
    assert len(office.searches(office.district)) == 1


def test_who_comes_late_begins_it_the_same_day(office):
    office.plan(office.district)
    office.now += datetime.timedelta(hours=3)
    office.begin_due()
    assert len(office.searches(office.district)) == 1


def test_a_plan_that_is_made_after_its_time_waits_for_the_next_day(office):
    office.plan(office.district, made=MINUTE)
    office.now += 2 * MINUTE
    office.begin_due()
    assert office.searches(office.district) == []
    assert overview(office.services, office.district).due_at == monday_at_eight() + datetime.timedelta(days=1)


def test_while_one_goes_on_the_due_one_waits_and_the_day_after_begins_another(office):
    change(office.services, SOMEBODY, office.district, Verb.BEGIN)
    office.plan(office.district)
    office.now += MINUTE
    office.begin_due()
    assert len(office.searches(office.district)) == 1
    office.end(office.district)
    office.now += datetime.timedelta(days=1)
    office.begin_due()
    assert len(office.searches(office.district)) == 2


def test_while_powerschool_is_away_nothing_begins_and_afterwards_it_does(office, stage):
    office.plan(office.district)
    stage.school.switch(Switch.DOWN)
    with pytest.raises(SchoolSystemUnavailable):
        office.begin_due()
    assert office.searches(office.district) == []
    stage.school.switch(Switch.DOWN, 0)
    office.begin_due()
    assert len(office.searches(office.district)) == 1


# --- Rounds --------------------------------------------------------------------------------------------------


def test_a_round_searches_through_every_lea_that_wants_it(office):
    office.plan(office.district)
    office.plan(office.charter)
    with office.worker() as worker:
        worker.round()
        worker.finish()
    assert [office.searches(lea)[0].state for lea in (office.district, office.charter)] == [State.DONE] * 2


def test_rounds_end_at_once_while_a_search_takes_its_time_and_none_of_them_asks_twice(office, stage):
    """However many minutes pass, nothing waits in line behind a search."""
    office.plan(office.district, rate=20.0)
    with office.worker() as worker:
        for _ in range(5):
            worker.round()
        wait_until(lambda: office.searches(office.district) != [])
        worker.round()
        assert office.searches(office.district)[0].state is State.SEARCHING
        worker.finish()
    assert office.searches(office.district)[0].state is State.DONE
    asked = Counter(office.asked())
    assert len(asked) == overview(office.services, office.district).progress.students
    answered = {one.id for one in stage.district.pupils if one.outcome == "reports"}
    assert {times for pupil, times in asked.items() if pupil in answered} == {1}


def test_a_slow_lea_holds_up_no_other(office):
    office.plan(office.district, rate=1.0)
    office.plan(office.charter)
    with office.worker() as worker:
        worker.round()
        wait_until(lambda: [one.state for one in office.searches(office.charter)] == [State.DONE])
        assert office.searches(office.district)[0].state is State.SEARCHING


def test_what_is_paused_is_left_and_what_is_resumed_goes_on_with_the_next_round(office):
    office.plan(office.district)
    office.begin_due()
    change(office.services, SOMEBODY, office.district, Verb.PAUSE)
    with office.worker() as worker:
        worker.round()
        assert overview(office.services, office.district).progress.asked == 0
        change(office.services, SOMEBODY, office.district, Verb.RESUME)
        worker.round()
        worker.finish()
    assert office.searches(office.district)[0].state is State.DONE


def test_a_worker_that_is_asked_to_stop_leaves_the_rest_to_the_next_at_once(office):
    office.plan(office.district, rate=5.0)
    with office.worker("one") as first:
        first.round()
        wait_until(lambda: overview(office.services, office.district).progress.asked > 0)
    assert office.searches(office.district)[0].state is State.SEARCHING
    office.plan(office.district)
    with office.worker("two") as second:
        second.round()
        second.finish()
    assert office.searches(office.district)[0].state is State.DONE


def test_two_workers_of_one_name_still_take_turns(office):
    """WORKER_ID was forgotten on a machine with two: the state is not asked at twice the rate."""
    office.plan(office.district, rate=1.0)
    with office.worker("same") as first, office.worker("same") as second:
        first.round()
        wait_until(lambda: overview(office.services, office.district).progress.asked > 0)
        second.round()
        second.finish()
        assert office.searches(office.district)[0].state is State.SEARCHING
    assert max(Counter(office.asked()).values()) == 1


def test_what_ended_a_search_is_raised_by_the_next_round_and_then_it_goes_on(office, stage):
    office.plan(office.district)
    office.begin_due()
    with office.worker() as worker:
        stage.school.switch(Switch.DOWN)
        worker.round()
        with pytest.raises(SchoolSystemUnavailable):
            wait_until(lambda: worker.round())
        stage.school.switch(Switch.DOWN, 0)
        with suppress(SchoolSystemUnavailable):
            worker.round()
            worker.finish()


def test_the_overview_says_whether_anybody_is_at_work(office):
    change(office.services, SOMEBODY, office.district, Verb.BEGIN)
    assert overview(office.services, office.district).hold is Hold.NO_WORKER
    office.services.workers.note("worker", office.now)
    assert overview(office.services, office.district).hold is Hold.SOON
    office.now += datetime.timedelta(minutes=3)
    assert overview(office.services, office.district).hold is Hold.NO_WORKER


def test_the_overview_blames_credentials_that_do_not_work(own_stage):
    office = Office(own_stage)
    change(office.services, SOMEBODY, office.district, Verb.BEGIN)
    own_stage.expire_credentials(office.district.cds, "2020-01-01")
    with office.worker() as worker:
        worker.round()
        worker.finish()
    assert overview(office.services, office.district).hold is Hold.CREDENTIALS


def test_the_overview_blames_credentials_that_cant_be_opened(office):
    change(office.services, SOMEBODY, office.district, Verb.BEGIN)
    office.services.workers.note("worker", office.now)
    another = replace(office.services.credentials, vault=Vault({"another": os.urandom(32)}, "another"))
    services = replace(office.services, credentials=another)
    assert overview(services, office.district).hold is Hold.CREDENTIALS


def test_speed_and_time_left_are_those_of_the_last_minute(office):
    office.plan(office.district, rate=20.0)
    with office.worker() as worker:
        worker.round()
        worker.finish()
    number = office.searches(office.district)[0].id
    count, first = office.services.searches.asked_since(number, office.now - MINUTE)
    assert (count, first) == (office.services.searches.progress(number).students, office.now)
    office.now += datetime.timedelta(seconds=10)
    now = overview(office.services, office.district)
    assert now.speed == round(count / 10, 1)
    left = replace(now, search=replace(now.search, state=State.SEARCHING)).time_left
    assert left == datetime.timedelta(0)
    office.now += MINUTE
    assert overview(office.services, office.district).speed == 0
