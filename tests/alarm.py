"""Fails any test during which something wrote a secret, an SSID, a pupil's name or a link's signature to a log.

It reads what pytest captured of the standard streams and of `logging`, for every test of the suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from sandbox.district import make

SIGNATURE = "X-Amz-Signature="


@cache
def forbidden() -> tuple[str, ...]:
    pupils = make(80).pupils
    return SIGNATURE, *{pupil.ssid for pupil in pupils if pupil.ssid}, *{f"{one.first} {one.last}" for one in pupils}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    found = [title for title, text in report.sections if any(word in text for word in forbidden())]
    if found:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} wrote a secret, an SSID, a name or a link to: {', '.join(found)}"
    return report
