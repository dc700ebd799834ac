"""How a family is written down before the registrar enrols it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.district.model import Outcome

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


def take(families: Iterable[Family], pupils: int) -> Iterator[Family]:
    """As many families as it takes for so many pupils; the last one is cut short."""
    for family in families:
        if pupils <= 0:
            return
        surplus = len(family.children) - pupils
        yield dataclasses.replace(family, children=family.children[:pupils]) if surplus > 0 else family
        pupils -= len(family.children)
