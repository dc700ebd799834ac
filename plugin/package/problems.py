"""What the build refuses, said so that somebody can go there and mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault. `path` is relative to the tree's root; `line` counts from 1, 0 where no line is to blame."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        place = f"{self.path}: line {self.line}" if self.line else self.path
        return f"{place}: {self.what}"


class PackageError(Exception):
    """The tree does not make an archive: `problems` has every fault that was found, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
