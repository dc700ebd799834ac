"""Workers are killed while they search: nobody is forgotten, and only whose call was in flight is asked for again.

A call is in flight from its beginning until what it brought is kept.
"""

from __future__ import annotations

import datetime
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace

import pytest

from plugin.model import Lea
from plugin.reports.detection import searching
from plugin.reports.services import Services
from plugin.store.database import Database
from plugin.store.searches import LEASE, State
from sandbox.stage import Stage
from sandbox.state import StateService
from tests.plugin.jobs.reminding import services
from tests.plugin.jobs.searching import IN_FLIGHT, PLAN, search

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.plugin.jobs.searching"])

START = datetime.datetime.now(datetime.UTC)
#: Later than the lease of a worker that was killed.
LATER = LEASE + datetime.timedelta(seconds=1)


@pytest.fixture
def lea(stage: Stage) -> Lea:
    return Lea(stage.district.cds, stage.district.name)


@pytest.fixture
def state(stage: Stage) -> Iterator[StateService]:
    """A state that fails for nobody and takes its time, so that there are calls on their way when a worker dies."""
    pupils = [replace(pupil, outcome="reports") for pupil in stage.district.pupils]
    with StateService(pupils, schools=stage.district.schools) as state:
        yield state


@pytest.fixture
def environ(stage: Stage, url: str, lea: Lea, state: StateService) -> Mapping[str, str]:
    environ = stage.environ | {"DATABASE_URL": url, "STATE_URL": state.url, "STATE_LINK_HOSTS": state.link_host}
    with closing(Database(url)) as database:
        database.migrate()
    issued = state.credentials[lea.cds]
    with services(environ, START) as ours:
        names = {"expires_on": issued.expires_on, "saved_by": "a test", "now": START, "replaces": 0}
        ours.credentials.save(lea.cds, issued.user, issued.secret, **names)
    return environ


@pytest.mark.parametrize(
    ("url", "kills"),
    [
        ("sqlite", 10),
        pytest.param("sqlite", 200, marks=pytest.mark.soak),
        pytest.param("postgresql", 200, marks=pytest.mark.soak),
    ],
    indirect=["url"],
)
def test_a_kill_forgets_nobody_and_repeats_only_the_calls_on_their_way(
    environ: Mapping[str, str], lea: Lea, state: StateService, kills: int
) -> None:
    students = begin(environ, lea, START)
    state.settings.latency = 0.05
    for number in range(kills):
        kill_one(environ, lea, START + number * LATER)
    state.settings.latency = 0
    with services(environ, START + kills * LATER) as ours:
        searching.go_on(ours, ours.searches.latest(lea.cds), "the last", PLAN)
        searches = ours.searches.recent(lea.cds, kills)
        told = [ours.searches.progress(one.id) for one in searches]
        calls = Counter(call.pupil for call in state.calls if call.path == "/scorereports/{ssid}")
        known, reports = ours.searches.known(lea.cds), listed(ours, lea, students)

    assert {one.state for one in searches} == {State.DONE}
    assert {(one.students, one.asked) for one in told} == {(len(students), len(students))}
    assert min(calls.values()) >= len(searches)
    assert len(calls) == len(students)
    assert calls.total() - len(searches) * len(students) <= kills * IN_FLIGHT
    assert known == {(dcid, year) for dcid, _, year, _ in reports}
    assert sum(one.found for one in told) == len(reports)


def begin(environ: Mapping[str, str], lea: Lea, moment: datetime.datetime) -> set[int]:
    """Begin a search, unless one goes on; who is still to be asked for."""
    with services(environ, moment) as ours:
        if not ours.searches.open_ones():
            searching.begin(ours, lea, "a test", PLAN)
        return {one.dcid for one in ours.searches.waiting(ours.searches.latest(lea.cds).id, 1000)}


def kill_one(environ: Mapping[str, str], lea: Lea, moment: datetime.datetime) -> None:
    """Let a worker search for a while, and kill it wherever it is."""
    begin(environ, lea, moment)
    here, there = PROCESSES.Pipe()
    worker = PROCESSES.Process(target=search, args=[dict(environ), moment, lea.cds, there])
    worker.start()
    assert here.recv() == "ready"
    time.sleep(random.uniform(0, 0.3))  # noqa: S311  a moment, not a secret
    worker.kill()
    worker.join()


def listed(ours: Services, lea: Lea, students: set[int]) -> set[tuple[int, frozenset[str], str, str]]:
    """What the state has for these: student, record types, year and language."""
    saved = ours.credentials.load(lea.cds)
    ssids = {one.student.dcid: one.student.ssid for one in ours.roster.active()}
    return {
        (dcid, one.record_types, one.year_text, one.language)
        for dcid in students
        for one in ours.state.reports(lea, saved, ssids[dcid])
    }
