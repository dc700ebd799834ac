"""What is wrong with what somebody typed, or sent as a file: everything at once, each thing in a sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong in one field; no field is the whole. `place` is a row of the page or a line of a file, from 1.

    `is_mended` where it is taken away already, and nobody has to type anything again.
    """

    field: str
    text: str
    facts: Mapping[str, str | float] = dataclasses.field(default_factory=dict)
    place: int = 0
    is_mended: bool = False


class Faulty(Exception):
    """Nothing can be done with it as it is, for these faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__("faulty")
        self.faults = tuple(sorted(faults, key=lambda fault: fault.place))
