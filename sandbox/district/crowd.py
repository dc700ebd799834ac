"""Families without a story, around the ones of the cast."""

from __future__ import annotations

import random
from collections.abc import Iterator

from sandbox.district.family import Adult, Child, Family, Kind
from sandbox.district.model import TK
from sandbox.district.names import NAMES, language

_KINDS: tuple[Kind, ...] = ("elementary", "elementary", "secondary", "secondary", "charter")
_GRADES: dict[Kind, tuple[int, ...]] = {
    "elementary": (TK, *range(6)),
    "secondary": tuple(range(6, 13)),
    "charter": (TK, *range(13)),
}


def crowd(rng: random.Random) -> Iterator[Family]:
    """Families, for ever."""
    while True:
        spoken = language(rng)
        names = NAMES[spoken]
        grown, small = rng.choice((1, 2, 2)), rng.choice((1, 1, 2, 2, 3))
        given = rng.sample(names.given, grown + small)
        yield Family(
            rng.choice(names.family),
            spoken,
            tuple(_child(rng, first, spoken) for first in given[grown:]),
            tuple(
                Adult(first, "Parent", mail=rng.random() > 0.1, portal=rng.random() > 0.1) for first in given[:grown]
            ),
        )


def _child(rng: random.Random, first: str, spoken: str) -> Child:
    kind = rng.choice(_KINDS)
    learner = spoken != "ENG" and rng.random() < 0.4
    return Child(first, rng.choice(_GRADES[kind]), kind, fields={"english_learner": True} if learner else {})
