"""While the state or the school system keeps people waiting, nobody else waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
import requests

from sandbox.district import make
from sandbox.school.switches import Switch
from sandbox.stage import Stage
from tests.conftest import visitor_of

FAMILIES = ("alex.sampleton", "lucia.ejemplo", "thao.vidu", "bayani.halimbawa")


@pytest.fixture
def narrow_stage(tmp_path: Path) -> Iterator[Stage]:
    """A sidecar with a single connection to its database."""
    with Stage(make(80), tmp_path, environ={"DATABASE_POOL_SIZE": "1"}) as running:
        yield running


def test_no_connection_to_the_database_is_held_while_the_state_is_awaited(narrow_stage):
    visitors = [visitor_of(narrow_stage, "parent", username) for username in FAMILIES]
    for visitor in visitors:
        visitor.launch("score-reports-portal", persona="parent")
    narrow_stage.state.settings.faults["hang"] = len(visitors)
    with ThreadPoolExecutor(len(visitors)) as threads:
        asked = [threads.submit(visitor.ask) for visitor in visitors]
        office = visitor_of(narrow_stage, "staff", "dana.overlook")
        assert office.launch("setup").status == 200
        assert not any(one.done() for one in asked)
        wait(asked)
    assert all("The state's service is not answering" in one.result().text for one in asked)


def test_no_connection_to_the_database_is_held_while_the_school_system_is_awaited(narrow_stage):
    visitors = [visitor_of(narrow_stage, "parent", username) for username in FAMILIES]
    for visitor in visitors:
        visitor.launch("score-reports-portal", persona="parent")
    narrow_stage.pass_a_minute()
    narrow_stage.school.switch(Switch.LATENCY, 2)
    with ThreadPoolExecutor(len(visitors)) as threads:
        asked = [threads.submit(visitor.open, f"{narrow_stage.url}/students") for visitor in visitors]
        assert requests.get(f"{narrow_stage.url}/ready", timeout=10).status_code == 200
        assert not any(one.done() for one in asked)
        wait(asked)
    assert [one.result().status for one in asked] == [200] * len(visitors)
