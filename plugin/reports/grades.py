"""What a grade is called.

PowerSchool keeps a grade as a number: 0 is kindergarten, below it are the years before, and which of those is TK is the
district's own choice, so no negative number is ever called TK here. The state writes KN and 01 to 12.
"""

from __future__ import annotations

from plugin.wording import _

KINDERGARTEN = _("Kindergarten")
BEFORE_KINDERGARTEN = _("Before kindergarten")
GRADE = _("Grade %(number)s")


def built_in(number: int) -> tuple[str, int]:
    """PowerSchool's own name for a grade number: (text, number to fill in)."""
    if number < 0:
        return BEFORE_KINDERGARTEN, number
    return (KINDERGARTEN, 0) if number == 0 else (GRADE, number)


def assessed(code: str) -> tuple[str, int] | None:
    """The name for a grade as the state writes it; None for a code that we don't know, to be shown as it is."""
    if code == "KN":
        return KINDERGARTEN, 0
    return (GRADE, int(code)) if code.isascii() and code.isdigit() and len(code) == 2 else None
