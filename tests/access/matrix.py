"""Writes docs/access-matrix.md from the table that the tests assert: `python -m tests.access.matrix`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from tests.access.rules import PERSONAS, ROWS, WORDS, Persona, Row

DOCUMENT = Path(__file__).parents[2] / "docs" / "access-matrix.md"

BEFORE = """\
# Who gets what, at every address

Written by `make access-matrix` from the table in `tests/access/rules.py`. The tests try each cell over real HTTP, and
fail when this page is out of date, when a route has no row, and when a row has no route.

*This student* is the one whose number stands in the address. The table holds for the sandbox's `district.toml`: full
access for groups 9 and 11, view for 10 and 12, students see their own reports.

- HEAD is answered as GET, without a body. A browser that fetches ahead is handed no link, and the state is not asked.
- OPTIONS names the methods to whoever may use one of them, whatever number stands in the address.
- Every other method is not allowed (405), for everybody, and the answer says which ones are.
- “Nothing there” is the same page, with the same length and headers, for what is somebody else's and for what does not
  exist. Nothing is asked of the state for it, nor for any other refusal.
- A POST without the token of our own form is refused (400) before anything else is looked at: nobody who never opened
  a page has one.
- An access that PowerSchool takes away is gone at the next POST and the next View, and from pages that only show after
  60 seconds at the latest. The columns show what holds from then on.
"""


def document() -> str:
    tables = (_table(group, list(people)) for group, people in itertools.groupby(PERSONAS, lambda one: one.group))
    return "\n".join([BEFORE, *tables])


def _table(group: str, people: list[Persona]) -> str:
    return "\n".join([f"## {group}", "", *_lines(people), ""])


def _lines(people: list[Persona]) -> Iterator[str]:
    yield _line("Address", "What it is", *(person.name for person in people))
    yield _line(*["---"] * (len(people) + 2))
    for row in ROWS:
        yield _line(f"`{row.method} {row.address}`", row.what, *(_words(row, person) for person in people))


def _words(row: Row, person: Persona) -> str:
    return WORDS[row.status(person)]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
