"""Grade names as a CSV file: out to a spreadsheet, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple

from plugin.model import SchoolYear
from plugin.reports.grade_names import Fault, Faulty, Typed, checked
from plugin.store.grade_names import GradeName
from plugin.wording import _

HEADER = ("number", "name", "code", "from_year")
#: Bytes.
LARGEST = 64 * 1024
#: What a spreadsheet would take for the beginning of a formula. An apostrophe before it makes it a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

TOO_LARGE = _("The file is larger than 64 kB.")
NOT_UTF_8 = _("This is not UTF-8 text. In a spreadsheet program, save the table as “CSV UTF-8”.")
NOT_CSV = _("The file can't be read as CSV from here on. Look for a quotation mark that is not closed.")
NO_HEADER = _("The first line has to be: %(header)s")
COLUMNS = _("A line has four values with commas between them: %(header)s")


def read(content: bytes, this_year: SchoolYear) -> tuple[GradeName, ...]:
    """The names in a file. Faulty, with every bad line by its number."""
    rows: dict[int, Typed] = {}
    faults: list[Fault] = []
    for line, cells in _lines(content):
        if len(cells) == len(HEADER):
            rows[line] = Typed(*map(_plain, cells))
        else:
            faults.append(Fault(line, "", COLUMNS, {"header": ",".join(HEADER)}))
    return checked(rows, this_year, faults)


def write(names: Iterable[GradeName]) -> bytes:
    """A file that `read` takes and spreadsheets open as UTF-8. Only names can hold what looks like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number, name, code, from_year in (astuple(Typed.of(name)) for name in names):
        writer.writerow((number, f"'{name}" if _like_a_formula(name) else name, code, from_year))
    return out.getvalue().encode("utf-8-sig")


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Below the header, each line with something on it, by the number of its first line. Raises Faulty."""
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        if tuple(cell.strip().lower() for cell in next(reader, ())) != HEADER:
            raise Faulty([Fault(1, "", NO_HEADER, {"header": ",".join(HEADER)})])
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise Faulty([Fault(reader.line_num, "", NOT_CSV)]) from None


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Faulty([Fault(0, "", TOO_LARGE)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Faulty([Fault(content.count(b"\n", 0, fault.start) + 1, "", NOT_UTF_8)]) from None


def _like_a_formula(text: str) -> bool:
    return text.lstrip("'").startswith(FORMULA)


def _plain(cell: str) -> str:
    """A cell without the apostrophe that `write` put before what looks like a formula."""
    return cell[1:] if cell.startswith("'") and _like_a_formula(cell) else cell
