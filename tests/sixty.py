"""A release to sixty students, with all that can keep a family from being told. Every name is made up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from sandbox.district.family import Adult, Child, Family

#: How many students each of these is.
WITHOUT_MAIL, BLOCKED, TRANSFERRED, WITHOUT_SSID = 4, 3, 2, 1
STUDENTS = 60
LANGUAGES = ("ENG", "SPA", "VIE", "CMN", "FIL", "KOR", "ARA")

_NOBODY_HAS_DATA_ACCESS = Adult("Uncle", "Uncle", sees=())
_NOT_A_GUARDIAN = Adult("Friend", "Family friend", facts={"legal_guardian": False, "educational_rights": False})
_FORMER = Adult("Former", "Stepparent", ends=-1)


def families() -> Iterator[Family]:
    """Of the district's own schools, in grades that were all tested last spring."""
    number = count(1)
    parents = (Adult("First", "Mother"), Adult("Second", "Father"))
    for adults in (parents, parents[:1], (*parents, _NOBODY_HAS_DATA_ACCESS), (parents[0], _NOT_A_GUARDIAN, _FORMER)):
        for language in LANGUAGES:
            yield _family(language, number, adults)
    for language in LANGUAGES[:WITHOUT_MAIL]:
        yield _family(language, number, (Adult("Only", "Mother", mail=False),))
    for field in ("release_block", "hidden_contact", "release_block"):
        yield _family("SPA", number, parents, fields={field: True})
    for _ in range(TRANSFERRED):
        yield _family("ENG", number, parents, outcome="lea_mismatch")
    yield _family("KOR", number, parents, outcome="no_ssid")
    # Brothers and sisters: their parents are told of each.
    for language in (LANGUAGES * 2)[:11]:
        yield _family(language, number, parents, children=2)


def _family(language: str, number: Iterator[int], adults: tuple[Adult, ...], children: int = 1, **facts) -> Family:
    """English learners where another language is spoken, so that two programs tested them."""
    facts["fields"] = {"english_learner": language != "ENG", **facts.get("fields", {})}
    name = f"Sixty{next(number)}"
    young = [Child(f"Child{place}", 5 + place % 4, "secondary", **facts) for place in range(children)]
    return Family(name, language, tuple(young), adults)
