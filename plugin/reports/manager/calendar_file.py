"""A school calendar as a CSV file: out to a spreadsheet, and back.

Each line says what, first and last day: `school year,2026-08-12,2027-06-04` or `holiday,2026-11-23,2026-11-27`. Of a
holiday of one day the last may be left empty.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable

from plugin.reports import csv_file
from plugin.reports.faults import Fault, Faulty
from plugin.reports.manager.calendar_typed import runs
from plugin.reports.typed_days import day_of
from plugin.wording import _

HEADER = ("what", "first", "last")
SCHOOL_YEAR, HOLIDAY = "school year", "holiday"
#: The longest time that one line may say.
LONGEST = datetime.timedelta(days=366)

COLUMNS = _("A line has three values with commas between them: %(header)s")
NO_DAY = _("“%(text)s” is no day. Write it in this way: 2026-08-12.")
BACKWARDS = _("The last day comes before the first.")
TOO_LONG = _("From the first to the last day there are more than 366 days.")
WHAT = _("The first value has to be “school year” or “holiday”.")
NOTHING = _("The file has a header and no line below it.")
#: Characters of a cell that are said back.
LONGEST_SAID = 40

Between = tuple[datetime.date, datetime.date]


def read(content: bytes) -> tuple[list[Between], list[datetime.date]]:
    """School years, and the single days of holidays, both in order. Faulty, with every bad line by its number."""
    years: list[Between] = []
    holidays: set[datetime.date] = set()
    faults: list[Fault] = []
    for line, cells in csv_file.lines(content, HEADER):
        try:
            what, (first, last) = _line(line, [cell.strip() for cell in cells])
        except Faulty as fault:
            faults += fault.faults
            continue
        if what == SCHOOL_YEAR:
            years.append((first, last))
        else:
            holidays |= {first + datetime.timedelta(days=further) for further in range((last - first).days + 1)}
    if not (years or holidays or faults):
        faults = [Fault("", NOTHING)]
    if faults:
        raise Faulty(faults)
    return sorted(set(years)), sorted(holidays)


def write(years: Iterable[Between], holidays: Iterable[datetime.date]) -> bytes:
    """A file that `read` takes and spreadsheets open as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows((SCHOOL_YEAR, first, last) for first, last in sorted(years))
    writer.writerows((HOLIDAY, first, last) for first, last in runs(holidays))
    return out.getvalue().encode("utf-8-sig")


def _line(line: int, cells: list[str]) -> tuple[str, Between]:
    """What a line says. A holiday of one day needs no last one. Faulty, with what is wrong first."""
    if len(cells) != len(HEADER):
        raise Faulty([Fault("", COLUMNS, {"header": ",".join(HEADER)}, place=line)])
    what, *texts = cells
    if what.lower() not in {SCHOOL_YEAR, HOLIDAY}:
        raise Faulty([Fault("what", WHAT, place=line)])
    if what.lower() == HOLIDAY and not texts[1]:
        texts[1] = texts[0]
    first, last = (_day(line, column, text) for column, text in zip(HEADER[1:], texts, strict=True))
    if last < first:
        raise Faulty([Fault("last", BACKWARDS, place=line)])
    if last - first > LONGEST:
        raise Faulty([Fault("last", TOO_LONG, place=line)])
    return what.lower(), (first, last)


def _day(line: int, column: str, text: str) -> datetime.date:
    day = day_of(text)
    if day is None:
        raise Faulty([Fault(column, NO_DAY, {"text": text[:LONGEST_SAID]}, place=line)])
    return day
