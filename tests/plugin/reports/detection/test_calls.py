"""How many calls are in flight: from their beginning until what they brought is kept."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from plugin.model import Lea
from plugin.reports.asking_state import Line, open_line
from plugin.reports.detection import calls as module
from plugin.reports.detection.calls import Calls
from plugin.reports.detection.planning import FASTEST
from plugin.store.searched import Waiting
from sandbox.stage import Stage

STUDENTS = [Waiting(dcid, 0) for dcid in range(1, 100)]


@pytest.fixture
def line(stage: Stage) -> Line:
    return open_line(stage.services(), Lea(stage.district.cds, "Poppy Valley"))


@pytest.fixture
def calls(stage: Stage) -> Iterator[Calls]:
    """Four places for twelve calls, and students whose SSID nobody knows, so that each call ends by itself."""
    state, lea = stage.services().state, Lea(stage.district.cds, "Poppy Valley")
    with Calls(partial(state.reports, lea), {}, most=12) as calls:
        yield calls


def begin_all(calls: Calls, line: Line, rate: float) -> int:
    """Begin while one more may; how many began."""
    begun = 0
    while calls.may_begin(rate):
        calls.begin(line, STUDENTS[begun])
        begun += 1
    return begun


@pytest.mark.parametrize(("rate", "most"), [(0.1, 4), (FASTEST, 4), (math.inf, 12)])
def test_no_more_begin_than_there_are_places_and_without_a_limit_as_many_as_may_be_in_flight(calls, line, rate, most):
    assert begin_all(calls, line, rate) == most


def test_a_call_is_in_flight_until_it_is_kept(calls, line):
    begun, ended = begin_all(calls, line, FASTEST), []
    while len(ended) < begun:
        ended += calls.ended(60)
    assert not calls.may_begin(FASTEST)
    calls.kept(ended[:1])
    assert calls.may_begin(FASTEST)
    assert calls.in_flight == {one.student.dcid for one in ended[1:]}


def test_to_wait_for_others_holds_up_nobody_who_may_begin_by_then(calls, line, monkeypatch):
    monkeypatch.setattr(module, "MOMENT", 3_600)
    calls.begin(line, STUDENTS[0])
    over: queue.SimpleQueue[list[module.Ended]] = queue.SimpleQueue()
    threading.Thread(target=lambda: over.put(calls.ended(0.5)), daemon=True).start()
    assert [one.student for one in over.get(timeout=60)] == STUDENTS[:1]
