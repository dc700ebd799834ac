"""The machine in general words, and how much of it there was to measure with."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

from bench import databases


@dataclass(frozen=True)
class Moment:
    """What Linux counts of all processors since the start: time that was wanted, and of it what the host withheld.

    A virtual machine shares its processors with others; then everything takes longer, and nothing else tells.
    """

    load: float
    wanted: int
    withheld: int

    @classmethod
    def now(cls) -> Self:
        user, nice, system, _, _, hard, soft, withheld = map(int, Path("/proc/stat").read_text().split()[1:9])
        return cls(os.getloadavg()[0], user + nice + system + hard + soft + withheld, withheld)

    def withheld_since(self, earlier: Moment) -> float:
        """As a share of what was wanted since then."""
        return (self.withheld - earlier.withheld) / max(1, self.wanted - earlier.wanted)


def described(before: Moment, after: Moment) -> str:
    cores = f"{os.cpu_count()} processor cores ({platform.machine()}, {platform.system()})"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    packages = f"gunicorn {version('gunicorn')}, Flask {version('flask')}"
    quiet = (
        f"load average {before.load:.1f} before it began, {after.withheld_since(before):.0%} of the processors' time"
    )
    return f"{cores}, {python}, {packages}, {databases.versions()}; {quiet} withheld by the host meanwhile"
