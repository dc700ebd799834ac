"""The tests that have score reports, by the state's record types.

Source: the record types are those of the state's student data file layouts (CAASPP 2021-22, ELPAC 2020-21 and later).
The list is for the form and for names; a type that it lacks is shown by the name that the state gave it.
"""

from __future__ import annotations

from plugin.wording import _

#: Record type → name, in the order of the form.
KINDS: dict[str, str] = {
    "01": _("Smarter Balanced: English Language Arts"),
    "02": _("Smarter Balanced: Mathematics"),
    "06": _("California Science Test (CAST)"),
    "03": _("California Alternate Assessment: English Language Arts"),
    "04": _("California Alternate Assessment: Mathematics"),
    "05": _("California Alternate Assessment: Science"),
    "09": _("California Spanish Assessment (CSA)"),
    "21": _("Summative ELPAC"),
    "22": _("Initial ELPAC"),
    "23": _("Summative Alternate ELPAC"),
    "24": _("Initial Alternate ELPAC"),
}

#: Record type → content area, where one name of a combined report's parts is wanted.
AREAS: dict[str, str] = {
    **dict.fromkeys(("01", "03"), _("English Language Arts")),
    **dict.fromkeys(("02", "04"), _("Mathematics")),
    **dict.fromkeys(("05", "06"), _("Science")),
}

#: A choice that stands for several record types, so that a link on a language page can ask for all of ELPAC.
GROUPS: dict[str, frozenset[str]] = {"elpac": frozenset({"21", "22", "23", "24"})}

#: Where all tests begin but for ELPAC, which the youngest take as well.
FIRST_GRADE = 3

GROUP_NAMES: dict[str, str] = {"elpac": _("ELPAC, all kinds")}


def choices() -> list[tuple[str, str]]:
    """What the form offers, after "All": (value, name)."""
    return [*GROUP_NAMES.items(), *KINDS.items()]


def known(choice: str) -> bool:
    """Whether it is one of these; "All" is none of them."""
    return choice in GROUPS or choice in KINDS


def covers(choice: str, record_types: frozenset[str]) -> bool:
    """Whether a report answers to a choice. A combined PDF answers to each assessment in it; '' is "All"."""
    return not choice or bool(record_types & GROUPS.get(choice, frozenset({choice})))


def begins_later(choice: str, grade: int) -> bool:
    """Whether a student of this grade is too young for most of what a choice stands for."""
    return grade < FIRST_GRADE and choice not in {"elpac", *GROUPS["elpac"]}
