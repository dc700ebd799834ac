"""Grade names as a CSV file: out to a spreadsheet, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple

from plugin.model import SchoolYear
from plugin.reports import csv_file
from plugin.reports.faults import Fault
from plugin.reports.grade_names import Typed, checked
from plugin.store.grade_names import GradeName
from plugin.wording import _

HEADER = ("number", "name", "code", "from_year")
#: What a spreadsheet would take for the beginning of a formula. An apostrophe before it makes it a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = _("A line has four values with commas between them: %(header)s")


def read(content: bytes, this_year: SchoolYear) -> tuple[GradeName, ...]:
    """The names in a file. Faulty, with every bad line by its number."""
    rows: dict[int, Typed] = {}
    faults: list[Fault] = []
    for line, cells in csv_file.lines(content, HEADER):
        if len(cells) == len(HEADER):
            rows[line] = Typed(*map(_plain, cells))
        else:
            faults.append(Fault("", COLUMNS, {"header": ",".join(HEADER)}, place=line))
    return checked(rows, this_year, faults)


def write(names: Iterable[GradeName]) -> bytes:
    """A file that `read` takes and spreadsheets open as UTF-8. Only names can hold what looks like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number, name, code, from_year in (astuple(Typed.of(name)) for name in names):
        writer.writerow((number, f"'{name}" if _like_a_formula(name) else name, code, from_year))
    return out.getvalue().encode("utf-8-sig")


def _like_a_formula(text: str) -> bool:
    return text.lstrip("'").startswith(FORMULA)


def _plain(cell: str) -> str:
    """A cell without the apostrophe that `write` put before what looks like a formula."""
    return cell[1:] if cell.startswith("'") and _like_a_formula(cell) else cell
