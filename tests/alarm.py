"""Fails any test during which something wrote a secret, a token, an SSID, a name or the signature of a link to a log.

It reads what pytest captured of the standard streams and of `logging`, for every test of the suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from weakref import WeakSet

import pytest

from sandbox.district import make
from sandbox.stage import Stage

SIGNATURE = "X-Amz-Signature="
STAGES = pytest.StashKey[WeakSet[Stage]]()


@cache
def forbidden() -> tuple[str, ...]:
    pupils = make(80).pupils
    return SIGNATURE, *{pupil.ssid for pupil in pupils if pupil.ssid}, *{f"{one.first} {one.last}" for one in pupils}


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> Iterator[None]:
    """Every stage has secrets and tokens of its own."""
    made = yield
    if isinstance(made, Stage):
        request.config.stash.setdefault(STAGES, WeakSet()).add(made)
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    words = {*forbidden()}.union(*(stage.secrets for stage in item.config.stash.get(STAGES, ())))
    found = [title for title, text in report.sections if any(word in text for word in words)]
    if found:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} wrote a secret, a token, an SSID, a name or a link to: {', '.join(found)}"
    return report
