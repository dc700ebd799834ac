"""The district's agencies and schools."""

from __future__ import annotations

from sandbox.district.family import Kind
from sandbox.district.model import TK, Lea, School

DISTRICT = Lea("19999010000000", "Poppy Valley Unified")
CHARTER = Lea("19999010999003", "Redwood Bridge Charter")

_PUPILS_PER_SCHOOL = 600
_GRADES: dict[Kind, tuple[int, int]] = {"elementary": (TK, 5), "secondary": (6, 12), "charter": (TK, 12)}


def schools(pupils: int) -> dict[Kind, list[School]]:
    """One school of each kind, and more of the district's own when there are many pupils."""
    each = 1 + pupils // (2 * _PUPILS_PER_SCHOOL)
    return {
        "elementary": [_school("elementary", 101 + n, _name("Poppy Valley Elementary", n)) for n in range(each)],
        "secondary": [_school("secondary", 401 + n, _name("Golden Hills Secondary", n)) for n in range(each)],
        "charter": [School(901, CHARTER.name, CHARTER.cds, CHARTER.cds, *_GRADES["charter"])],
    }


def _name(name: str, number: int) -> str:
    return f"{name} {number + 1}" if number else name


def _school(kind: Kind, number: int, name: str) -> School:
    return School(number, name, f"{DISTRICT.cds[:7]}{6_000_000 + number}", DISTRICT.cds, *_GRADES[kind])
