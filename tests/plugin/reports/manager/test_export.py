"""The manager's list as a file: what a spreadsheet program reads in it, and how it ends whatever happens."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields

import pytest
import structlog.testing

from plugin.reports.manager import export, spreadsheet
from plugin.reports.manager.listing import Row
from plugin.store.handlings import Handling, Kind
from plugin.store.releases import Telling

TODAY = datetime.date(2026, 11, 22)
#: In California it is the evening before.
MOMENT = datetime.datetime(2026, 11, 3, 4, 30, tzinfo=datetime.UTC)


def release(**facts: object) -> Row:
    usual = {
        "id": 1,
        "student_dcid": 4711,
        "name": "Sampleton, Rowan",
        "school_number": 401,
        "school": "Golden Hills Secondary",
        "grade": 8,
        "program": "caaspp",
        "year": "2025-26",
        "record_types": "01,02",
        "found_at": MOMENT,
        "telling": Telling.TOLD,
        "told_at": MOMENT,
        "looked_at": None,
        "looked_by": "",
        "student_looked_at": None,
        "due_on": datetime.date(2026, 11, 20),
        "due_estimated": True,
        "has_left": False,
        "blocked": True,
        "handed_over_on": None,
        "handed_over_by": "",
        "follow_up_due": None,
        "notes": (),
    }
    given = usual | facts
    return Row(**{each.name: given[each.name] for each in fields(Row)})


def opened(rows: Iterable[Row]) -> list[list[str]]:
    lines = (export.cells(row, "Grade 8", TODAY) for row in rows)
    content = b"".join(spreadsheet.written(export.with_an_end(lines, "request")))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_release_is_a_line_under_its_headings():
    header, line, end = opened([release()])
    assert dict(zip(header, line, strict=True)) == {
        "Student": "Sampleton, Rowan",
        "PowerSchool DCID": "4711",
        "School": "Golden Hills Secondary",
        "Grade": "Grade 8",
        "Has left": "no",
        "Release blocked": "yes",
        "Program": "CAASPP",
        "Test year": "2025-26",
        "Tests": "Smarter Balanced: English Language Arts; Smarter Balanced: Mathematics",
        "Found on": "2026-11-02",
        "Told": "Told",
        "Told on": "2026-11-02",
        "Looked on": "",
        "Looked by": "",
        "Student looked on": "",
        "Due on": "2026-11-20",
        "Due date": "estimated, overdue",
        "Handed over on": "",
        "Handed over by": "",
        "Family's request due on": "",
        "Notes": "",
    }
    assert end == ["End of the list. Releases: 1", *[""] * (len(header) - 1)]


def test_what_the_office_did_is_in_it():
    note = Handling(1, Kind.NOTE, "called;\n-2 times", None, MOMENT, "d.overlook")
    row = release(
        handed_over_on=TODAY,
        handed_over_by="d.overlook",
        follow_up_due=TODAY,
        notes=(note,),
        looked_at=MOMENT,
        looked_by="parent",
    )
    header, line, _end = opened([row])
    told = dict(zip(header, line, strict=True))
    assert told["Handed over on"] == told["Family's request due on"] == "2026-11-22"
    assert told["Notes"] == "2026-11-02 d.overlook: called;\n-2 times"
    assert (told["Looked on"], told["Looked by"], told["Due date"]) == ("2026-11-02", "parent", "estimated")


def test_a_school_or_a_name_that_looks_like_a_formula_is_a_text():
    header, line, _end = opened([release(name="=cmd|'/c calc'!A0", school="＠SUM(1)", handed_over_by="+1")])
    told = dict(zip(header, line, strict=True))
    assert (told["Student"], told["School"], told["Handed over by"]) == ("'=cmd|'/c calc'!A0", "'＠SUM(1)", "'+1")


def test_no_release_at_all_is_a_whole_file_too():
    _header, end = opened([])
    assert end[0] == "End of the list. Releases: 0"


def test_every_line_has_a_cell_for_every_heading():
    assert len({len(line) for line in opened([release(), release(notes=())])}) == 1


def broken(rows: int) -> Iterator[Row]:
    for _ in range(rows):
        yield release()
    raise RuntimeError("of Sampleton, Rowan")


def test_a_list_that_could_not_be_read_to_its_end_says_so_in_its_last_line():
    *lines, end = opened(broken(3))
    assert len(lines) == 4
    assert end[0] == "THE LIST IS NOT COMPLETE: reading it failed after 3 releases. Download it again."
    assert not [line for line in lines if line[0].startswith("End of the list")]


def test_why_it_broke_is_logged_without_a_name():
    with structlog.testing.capture_logs() as logged:
        opened(broken(0))
    assert logged == [{"event": "export_broken", "log_level": "error", "request": "request", "kind": "RuntimeError"}]


def test_the_heading_is_there_before_the_first_release_is_read():
    def never() -> Iterator[Row]:
        raise AssertionError("read too early")
        yield release()

    lines = (export.cells(row, "Grade 8", TODAY) for row in never())
    first = next(iter(spreadsheet.written(export.with_an_end(lines, "request"))))
    assert first.startswith(b'\xef\xbb\xbf"Student"')


@pytest.mark.parametrize("asked", [1, 205, 1000])
def test_no_more_is_read_than_is_sent(asked):
    read = []

    def counted() -> Iterator[Row]:
        for number in range(10_000):
            read.append(number)
            yield release()

    lines = (export.cells(row, "Grade 8", TODAY) for row in counted())
    sent = 0
    for piece in spreadsheet.written(export.with_an_end(lines, "request")):
        sent += piece.count(b"\r\n")
        if sent > asked:
            break
    assert len(read) <= asked + 2 * spreadsheet.TOGETHER
