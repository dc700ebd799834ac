"""What tests of the sandbox's own start need."""

from __future__ import annotations

import secrets

import pytest

from sandbox.ports import PortError, Ports, choose


@pytest.fixture
def free_ports() -> Ports:
    """Five in a row, below those that the system hands out by itself."""
    while True:
        try:
            return choose({"PORT_BASE": str(20_000 + 5 * secrets.randbelow(2_000))})
        except PortError:
            continue
