"""The people with a story: every odd case that the product has to get right, as data.

The rest of the district is invented around them in `crowd`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.district.model import TK, Outcome
from sandbox.district.names import NAMES, language

Kind = Literal["elementary", "secondary", "charter"]

#: Moved: came from another district this year. Repeated: a grade twice. Left: last month. Joins: enters tomorrow.
#: Dropped: out of the first class today. Changes: enters that class tomorrow.
Story = Literal["", "moved", "repeated", "left", "joins", "dropped", "changes"]


@dataclass(frozen=True)
class Child:
    first: str
    grade: int
    kind: Kind
    outcome: Outcome = "reports"
    story: Story = ""
    age: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Adult:
    """`portal` is an account, `sees` the children (by first name) that it opens; None is all of the family.

    `starts` and `ends` are days from today in the contact record; `facts` changes the other facts of that record.
    """

    first: str
    relation: str
    last: str | None = None
    portal: bool = True
    mail: bool = True
    sees: tuple[str, ...] | None = None
    starts: int | None = None
    ends: int | None = None
    facts: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Family:
    last: str
    language: str
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]


FAMILIES = (
    Family(
        "Sampleton",
        "ENG",
        (Child("Juniper", 5, "elementary"), Child("Rowan", 8, "secondary"), Child("Wren", TK, "elementary")),
        (Adult("Alex", "Father"), Adult("Morgan", "Mother")),
    ),
    Family(  # divorced: two accounts, two last names
        "Ejemplo",
        "SPA",
        (Child("Inés", 3, "elementary"), Child("Mateo", 7, "secondary", fields={"english_learner": True})),
        (Adult("Lucía", "Mother"), Adult("Tomás", "Father", last="Muestra")),
    ),
    Family(  # the stepfather's account opens one of the two; the uncle stands in the record and opens none
        "Ví Dụ",
        "VIE",
        (Child("Lan", 4, "elementary", fields={"english_learner": True}), Child("Minh", 6, "secondary")),
        (
            Adult("Thảo", "Mother"),
            Adult("Hùng", "Stepfather", last="Mẫu", sees=("Lan",)),
            Adult("Đức", "Uncle", last="Mẫu", sees=(), facts={"custodial": False, "legal_guardian": False}),
        ),
    ),
    Family(  # the grandmother's dates begin next week
        "Lìzi",
        "CMN",
        (Child("Xuě", 3, "charter"), Child("Yǔ", 11, "secondary", age=16)),
        (Adult("Hóng", "Father"), Adult("Qīng", "Grandmother", starts=7)),
    ),
    Family(  # the aunt's dates ended yesterday
        "Laizi",
        "YUE",
        (Child("Ka-yan", 5, "charter"),),
        (Adult("Man-kit", "Father"), Adult("Suet", "Aunt", ends=-1)),
    ),
    Family(  # custodial, but not the legal guardian
        "Halimbawa",
        "FIL",
        (Child("Ligaya", 8, "secondary"),),
        (Adult("Bayani", "Father"), Adult("Tala", "Grandmother", facts={"legal_guardian": False})),
    ),
    Family(
        "Yesi",
        "KOR",
        (Child("Haneul", 4, "elementary", fields={"release_block": True}), Child("Bom", 6, "secondary")),
        (Adult("Garam", "Mother"), Adult("Danbi", "Aunt", facts={"active": False})),
    ),
    Family(
        "Mithāl",
        "ARA",
        (Child("Nūr", 5, "elementary", fields={"hidden_contact": True}), Child("Karīm", 7, "charter")),
        (Adult("Salmā", "Mother"),),
    ),
    Family(
        "Mockridge",
        "ENG",
        (
            Child("Hazel", 3, "elementary", "no_ssid"),
            Child("Jasper", 6, "secondary", "ssid_not_found"),
            Child("Reed", 8, "secondary", "lea_mismatch", "moved"),
        ),
        (Adult("Casey", "Mother"),),
    ),
    Family(
        "Trialworth",
        "ENG",
        (
            Child("Fern", 2, "elementary", "no_test_data"),
            Child("Linden", 7, "secondary", "processing_error"),
            Child("Clover", 11, "secondary", "internal_error"),
        ),
        (Adult("Jordan", "Father"),),
    ),
    Family(  # mother without e-mail, father without account
        "Nubarrón",
        "SPA",
        (Child("Raúl", 6, "secondary", story="dropped"), Child("Belén", 7, "secondary", story="changes")),
        (Adult("Noemí", "Mother", mail=False), Adult("Óscar", "Father", portal=False)),
    ),
    Family(
        "Testwell",
        "ENG",
        (Child("Robin", 7, "secondary", story="left"), Child("Sage", 6, "secondary", story="joins")),
        (Adult("Taylor", "Mother"),),
    ),
    Family(
        "Pretendle",
        "ENG",
        (
            Child("Willow", 12, "secondary", age=18),
            Child("Ash", 5, "elementary", story="repeated"),
            Child("Briar", 4, "charter", fields={"exempt": True}),
        ),
        (Adult("Quinn", "Father", facts={"custodial": False}),),
    ),
    Family("Madeupson", "ENG", (Child("Ivy", 9, "charter", fields={"status": "HH"}),), ()),
)


_KINDS: tuple[Kind, ...] = ("elementary", "elementary", "secondary", "secondary", "charter")
_GRADES: dict[Kind, tuple[int, ...]] = {
    "elementary": (TK, *range(6)),
    "secondary": tuple(range(6, 13)),
    "charter": (TK, *range(13)),
}


def crowd(rng: random.Random) -> Iterator[Family]:
    """Families without a story, for ever."""
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
