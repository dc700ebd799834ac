"""The state's tests: who takes them, when their reports come out, and how they are scored here.

Record types, grades and months are public (the state's data file layouts, its list of score reports and its calendar);
names within the answer, scales and the exact days are assumed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from plugin.model import SchoolYear
from sandbox.state.documents.words import Scale


@dataclass(frozen=True)
class Assessment:
    """`parts` are (record type, content area). `out` is (years after the start of the school year, month, day)."""

    program: str
    name: str
    parts: tuple[tuple[str, str], ...]
    out: tuple[int, int, int]

    @property
    def record_types(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(kind for kind, _ in self.parts))

    def out_on(self, year: SchoolYear) -> datetime.date:
        years, month, day = self.out
        return datetime.date(year.starts + years, month, day)


ELA_AND_MATHEMATICS = (("01", "ela"), ("02", "mathematics"))
ALTERNATE = (("03", "ela"), ("04", "mathematics"))
MAY, AUTUMN = (1, 5, 26), (1, 9, 5)

SMARTER = Assessment("CAASPP", "Smarter Balanced Summative Assessments", ELA_AND_MATHEMATICS, MAY)
SMARTER_AND_CAST = Assessment(
    "CAASPP",
    "Smarter Balanced Summative Assessments and California Science Test",
    (*ELA_AND_MATHEMATICS, ("06", "science")),
    MAY,
)
CAST = Assessment("CAASPP", "California Science Test", (("06", "science"),), MAY)
CAA = Assessment("CAASPP", "California Alternate Assessments", ALTERNATE, AUTUMN)
CAA_WITH_SCIENCE = Assessment("CAASPP", "California Alternate Assessments", (*ALTERNATE, ("05", "science")), AUTUMN)
CAA_SCIENCE = Assessment("CAASPP", "California Alternate Assessment for Science", (("05", "science"),), AUTUMN)
CSA = Assessment("CAASPP", "California Spanish Assessment", (("09", "spanish"),), (1, 12, 5))
ELPAC = Assessment("ELPAC", "Summative ELPAC", (("21", "oral"), ("21", "written")), (1, 5, 15))
INITIAL = Assessment("ELPAC", "Initial ELPAC", (("22", "oral"), ("22", "written")), (0, 9, 15))
ALTERNATE_ELPAC = Assessment("ELPAC", "Summative Alternate ELPAC", (("23", "oral"), ("23", "written")), (1, 5, 15))
ALTERNATE_INITIAL = Assessment("ELPAC", "Initial Alternate ELPAC", (("24", "oral"), ("24", "written")), (0, 9, 15))

#: What a web page of one content area is called.
NAMES = {
    "01": "Smarter Balanced Summative Assessment for ELA",
    "02": "Smarter Balanced Summative Assessment for Mathematics",
    "03": "California Alternate Assessment for ELA",
    "04": "California Alternate Assessment for Mathematics",
    "05": "California Alternate Assessment for Science",
    "06": "California Science Test",
    "09": "California Spanish Assessment",
    "21": "Summative ELPAC",
    "22": "Initial ELPAC",
    "23": "Summative Alternate ELPAC",
    "24": "Initial Alternate ELPAC",
}

SCALES = {
    **dict.fromkeys(("01", "02"), Scale(2200, 2800, 4)),
    **dict.fromkeys(("03", "04", "05"), Scale(300, 400, 3)),
    "06": Scale(150, 450, 4),
    "09": Scale(300, 600, 3),
    **dict.fromkeys(("21", "22"), Scale(1150, 1950, 4)),
    **dict.fromkeys(("23", "24"), Scale(500, 700, 3)),
}


def summative(grade: int, alternate: bool, spanish: bool, english_learner: bool) -> Iterator[Assessment]:
    """The tests of one spring. Science in high school is taken in grade 10 here."""
    if grade in (5, 8):
        yield CAA_WITH_SCIENCE if alternate else SMARTER_AND_CAST
    elif 3 <= grade <= 8 or grade == 11:
        yield CAA if alternate else SMARTER
    elif grade == 10:
        yield CAA_SCIENCE if alternate else CAST
    if spanish and grade >= 3 and not alternate:
        yield CSA
    if english_learner:
        yield ALTERNATE_ELPAC if alternate else ELPAC


def initial(alternate: bool) -> Assessment:
    return ALTERNATE_INITIAL if alternate else INITIAL
