"""Small tables that come out of a spreadsheet program as CSV files: read line by line, with what is wrong with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from plugin.reports.faults import Fault, Faulty
from plugin.wording import _

#: Bytes.
LARGEST = 64 * 1024

TOO_LARGE = _("The file is larger than 64 kB.")
NOT_UTF_8 = _("This is not UTF-8 text. In a spreadsheet program, save the table as “CSV UTF-8”.")
NOT_CSV = _("The file can't be read as CSV from here on. Look for a quotation mark that is not closed.")
NO_HEADER = _("The first line has to be: %(header)s")


def lines(content: bytes, header: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Below the header, each line with something on it, by the number of its first line. Raises Faulty."""
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        if [cell.strip().lower() for cell in next(reader, ())] != list(header):
            raise Faulty([Fault("", NO_HEADER, {"header": ",".join(header)}, place=1)])
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise Faulty([Fault("", NOT_CSV, place=reader.line_num)]) from None


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Faulty([Fault("", TOO_LARGE)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Faulty([Fault("", NOT_UTF_8, place=content.count(b"\n", 0, fault.start) + 1)]) from None
