"""Cells of a CSV file that a spreadsheet program shows as they are, and never runs.

Programs take a cell that begins in certain ways for a formula, whoever wrote it. Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

#: What is written into a cell.
Cell = str | int | datetime.date | None

#: What a file begins with so that spreadsheet programs read the rest as UTF-8.
MARK = "\N{BYTE ORDER MARK}"
#: With what a formula may begin. Their wide, small and raised forms count as well.
FORMULA = ("=", "+", "-", "@")
#: Blanks, control characters and invisible formatting, behind which a formula is still one.
BLANK = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
#: Lines that are written at once: few enough to be little, enough to be worth sending.
TOGETHER = 200


def written(lines: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file, piece by piece; the first piece is its first line, so that a download begins at once."""
    lines, mark = iter(lines), MARK
    for many in _some(lines):
        out = io.StringIO(newline="")
        out.write(mark)
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([[shown(cell) for cell in line] for line in many])
        mark = ""
        yield out.getvalue().encode()


def shown(cell: Cell) -> str | int:
    """A cell as it is written: a day in a way that every program knows, a text harmless."""
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return harmless(cell) if isinstance(cell, str) else "" if cell is None else cell


def harmless(text: str) -> str:
    """The text, behind an apostrophe if it looks like a formula: then it is one no more."""
    plain = unicodedata.normalize("NFKC", text)
    begins = next((place for place, one in enumerate(plain) if unicodedata.category(one) not in BLANK), 0)
    # A tab or a new line before it may be dropped when the file is read, so these count wherever they stand first.
    return f"'{text}" if plain[begins:].startswith(FORMULA) or text[:1] in {"\t", "\r", "\n"} else text


def _some(lines: Iterator[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    yield list(islice(lines, 1))
    while many := list(islice(lines, TOGETHER)):
        yield many
