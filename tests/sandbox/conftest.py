"""What tests of the sandbox's own start need."""

from __future__ import annotations

import random

import pytest

from sandbox.ports import PortError, Ports, choose


@pytest.fixture
def free_ports() -> Ports:
    """Five in a row, below those that the system hands out by itself."""
    while True:
        try:
            return choose({"PORT_BASE": str(random.randrange(20_000, 30_000, 5))})  # noqa: S311  nothing secret
        except PortError:
            continue
