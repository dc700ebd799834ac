"""Grade names as a CSV file, also from a hostile hand."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.model import SchoolYear
from plugin.reports.faults import Faulty
from plugin.reports.grade_name_file import FORMULA, read, write
from plugin.reports.grade_names import LONGEST_NAME, MOST_ROWS
from plugin.reports.grades import CODES
from plugin.store.columns import UNPRINTABLE
from plugin.store.grade_names import GradeName

THIS_YEAR = SchoolYear(2026)
TK = GradeName(-2, SchoolYear(2023), "TK", "TK")
HEADER = b"number,name,code,from_year\n"

texts = st.text(st.characters(exclude_categories=list(UNPRINTABLE)), min_size=1, max_size=LONGEST_NAME)
names = st.builds(
    GradeName,
    st.integers(-99, 99),
    st.builds(SchoolYear, st.integers(2023, 2036)),
    texts.map(lambda text: unicodedata.normalize("NFC", text.strip())).filter(lambda text: 1 <= len(text) <= 25),
    st.sampled_from(list(CODES)),
)


def faults(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(Faulty) as refused:
        read(content, THIS_YEAR)
    return [(fault.place, fault.text) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "content",
    [
        HEADER + b"-2,TK,TK,2023-24\n",
        HEADER + b"-2,TK,TK,2023-24",
        b"\xef\xbb\xbf" + HEADER + b"-2,TK,TK,2023-24\n",
        HEADER.replace(b"\n", b"\r\n") + b"-2,TK,TK,2023-24\r\n",
        HEADER.replace(b"\n", b"\r") + b"-2,TK,TK,2023-24\r",
        b'"number","name","code","from_year"\n"-2","TK","TK","2023-24"\n',
        b" Number, Name ,CODE,from_year\n -2 , TK , tk , 2023-24 \n",
        HEADER + b"\n,,,\n-2,TK,TK,2023-24\n\n\n",
    ],
)
def test_what_spreadsheets_write_is_read(content):
    assert read(content, THIS_YEAR) == (TK,)


def test_a_zero_that_a_spreadsheet_dropped_is_put_back():
    assert read(HEADER + b"5,Five,5,2023-24\n", THIS_YEAR)[0].code == "05"


def test_commas_quotes_and_letters_of_any_script_stand_in_names():
    content = HEADER + '-2,"T, ""K""",TK,2023-24\n-1,تمهيدي,PS,2023-24\n'.encode()
    assert [name.name for name in read(content, THIS_YEAR)] == ['T, "K"', "تمهيدي"]


def test_letters_that_were_taken_apart_are_put_together():
    decomposed = "e\N{COMBINING ACUTE ACCENT}" * 25
    assert read(HEADER + f"1,{decomposed},01,2023-24\n".encode(), THIS_YEAR)[0].name == "é" * 25


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 1, "The first line has to be"),
        (b"-2,TK,TK,2023-24\n", 1, "The first line has to be"),
        (b"number;name;code;from_year\n", 1, "The first line has to be"),
        (b"number,name,code\n", 1, "The first line has to be"),
        (b"\nnumber,name,code,from_year\n", 1, "The first line has to be"),
        (HEADER + b"-2,T\xe9,TK,2023-24\n", 2, "not UTF-8"),
        (HEADER.decode().encode("utf-16"), 1, "not UTF-8"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", 1, "The first line has to be"),
        (HEADER + b"-2,T\x00K,TK,2023-24\n", 2, "Write a name"),
        (HEADER + b'-2,"TK,TK,2023-24\n', 2, "can't be read as CSV"),
        (HEADER + b'-2,"T"K,TK,2023-24\n', 2, "can't be read as CSV"),
        (HEADER + b"-2,TK,TK\n", 2, "four values"),
        (HEADER + b"-2,TK,TK,2023-24,more\n", 2, "four values"),
        (HEADER + b'0,K,KN,2023-24\n-2,"T\nK",TK,2023-24\n', 3, "Write a name"),
        (HEADER + b"-2,,TK,2023-24\n", 2, "Write a name"),
        (HEADER + b"-2," + b"x" * 26 + b",TK,2023-24\n", 2, "Write a name"),
        (HEADER + "２,TK,TK,2023-24\n".encode(), 2, "Write PowerSchool's grade number"),
        (HEADER + "-2,TK,TK,２０２３-２４\n".encode(), 2, "Write a school year"),
        (HEADER + b"1e1,TK,TK,2023-24\n", 2, "Write PowerSchool's grade number"),
        (HEADER + b"-2,TK,XX,2023-24\n", 2, "Choose one of CALPADS's grade codes"),
        (HEADER + b"-2,TK,TK,2023-24\n-2,Other,TK,2023-24\n", 3, "already has a name"),
        (HEADER + b"x" * 65_536, 0, "larger than 64 kB"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content, line, sentence):
    [(place, text)] = faults(content)
    assert place == line
    assert sentence in text


def test_every_bad_line_is_named_at_once():
    content = HEADER + b"x,,,\n0,K,KN,2023-24\n1,One,01\n2,Two,02,2022-23\n"
    assert sorted({place for place, _ in faults(content)}) == [2, 4, 5]


def test_two_hundred_rows_are_taken_and_one_more_is_not():
    lines = [f"{number},A grade,AD,{year}" for year in ("2023-24", "2024-25", "2025-26") for number in range(-33, 34)]
    content = HEADER + "\n".join(lines[:MOST_ROWS]).encode()
    assert len(read(content, THIS_YEAR)) == MOST_ROWS
    assert faults(content + b"\n99,One more,AD,2023-24\n") == [(0, "There are more than %(most)s rows.")]


@settings(max_examples=50, deadline=None)
@given(st.lists(names, max_size=20, unique_by=lambda name: (name.number, name.from_year)))
def test_what_is_written_is_read_back_the_same(listed):
    assert read(write(listed), THIS_YEAR) == tuple(sorted(listed))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "'=1", "''=1", "'quoted'", "T=K"])
def test_a_name_that_looks_like_a_formula_is_harmless_in_a_spreadsheet_and_comes_back(name):
    odd = GradeName(-2, SchoolYear(2023), name, "TK")
    [_, [_, cell, _, _]] = csv.reader(io.StringIO(write([odd]).decode("utf-8-sig")))
    assert not cell.startswith(FORMULA)
    assert read(write([odd]), THIS_YEAR) == (odd,)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_do_worse_than_being_refused(content):
    for begins in (b"", HEADER):
        try:
            read(begins + content, THIS_YEAR)
        except Faulty as refused:
            assert refused.faults
