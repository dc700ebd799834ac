"""What people and tests may change in the running stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox import faults
from sandbox.faults import Faults
from sandbox.state.faults import Place, known, split

#: Setting → (lowest, highest). S3 signs for a week at most.
NUMBERS = {"link_life": (1, 604_800), "token_life": (0, 315_360_000), "latency": faults.LATENCY, "pace": (0, 10)}
WHOLE = ("link_life", "token_life")


class SettingsError(ValueError):
    """Settings that can't be taken; the message names every fault in one sentence each."""


@dataclass
class Settings:
    """`link_life` and `token_life`: seconds. `latency`: seconds before every answer of the interface.

    `pace`: seconds between two bytes of an answer that drips. `faults`: name → how many calls are still to fail in
    this way, None for all until it is taken out. A plain name spoils the reports call, `token_…` the token call,
    `link_…` the opening of a link; the names are in sandbox/state/faults.py.
    """

    link_life: int = 1800
    token_life: int = 3600
    latency: float = 0.0
    pace: float = 0.5
    faults: Faults = field(default_factory=dict)

    def change(self, wanted: Any) -> None:
        """Take over what a JSON object says. `faults` replaces all earlier ones. Raises SettingsError."""
        wrong = list(_wrong(wanted))
        if wrong:
            raise SettingsError(" ".join(wrong))
        for name in NUMBERS.keys() & wanted.keys():
            setattr(self, name, wanted[name])
        if "faults" in wanted:
            self.faults = faults.read(wanted["faults"])

    def take(self, place: Place) -> str:
        """The next fault for a call of this kind, without the place's prefix; '' for none."""
        return split(faults.take(self.faults, lambda name: split(name)[0] == place))[1]

    def shown(self) -> dict[str, Any]:
        """As JSON would set them."""
        return {**{name: getattr(self, name) for name in NUMBERS}, "faults": faults.shown(self.faults)}


def _wrong(wanted: Any) -> Iterator[str]:
    if not isinstance(wanted, dict):
        yield "The settings must be one JSON object."
        return
    for name, value in wanted.items():
        if name == "faults":
            yield from faults.wrong(value, known)
        elif name not in NUMBERS:
            yield f"There is no setting {name!r}; there are {', '.join((*NUMBERS, 'faults'))}."
        elif not _fits(name, value):
            low, high = NUMBERS[name]
            yield f"{name} must be a {'whole ' if name in WHOLE else ''}number from {low} to {high}."


def _fits(name: str, value: Any) -> bool:
    low, high = NUMBERS[name]
    kinds = int if name in WHOLE else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
