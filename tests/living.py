"""Which processes live, read from Linux's own lists."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path


def is_alive(pid: int) -> bool:
    """False too for what has ended and only waits for init to take note (a container may have none)."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid: int) -> set[int]:
    """Every process below this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found, new = set(), {pid}
    while new := {child for child, parent in parents.items() if parent in new}:
        found |= new
    return found


def listens(pid: int, port: int) -> bool:
    """Whether a socket of this process is the one that listens on the port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    inodes = {f"socket:[{line[9]}]" for line in lines if line[3] == "0A" and line[1].endswith(f":{port:04X}")}
    return any(os.readlink(link) in inodes for link in Path(f"/proc/{pid}/fd").iterdir())


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("waited 30 seconds in vain")
