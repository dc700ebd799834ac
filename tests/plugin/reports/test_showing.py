"""How results become rows."""

import datetime

import pytest

from plugin.model import Report, SchoolYear
from plugin.reports.languages import SPANISH, language, of_tag
from plugin.reports.showing import rows
from plugin.store.links import KeptLink

LATER = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def link(
    types: str, *, language: str = "ENG", format: str = "PDF", year: str = "2024-25", name: str = "A test"
) -> KeptLink:
    report = Report(
        record_types=frozenset(types.split()),
        test_name=name,
        program="CAASPP",
        year=SchoolYear.parse(year),
        year_text=year,
        grade="05",
        language=language,
        format=format,
        url="",
    )
    return KeptLink(f"{types}-{language}-{format}-{year}", 7, report, LATER)


def labels(row) -> list[str]:
    return [f"{control.language.name} {control.format} {', '.join(control.areas)}".strip() for control in row.controls]


def test_a_combined_pdf_and_its_web_pages_stand_in_one_row():
    [row] = rows([link("01", format="HTML"), link("01 02 06"), link("06", format="HTML")])
    assert row.tests == (
        "Smarter Balanced: English Language Arts",
        "Smarter Balanced: Mathematics",
        "California Science Test (CAST)",
    )
    assert labels(row) == [
        "English PDF",
        "English web page English Language Arts",
        "English web page Science",
    ]


def test_the_newest_year_comes_first():
    found = rows([link("21", year="2022-23"), link("21", year="2024-25"), link("21", year="2023-24")])
    assert [row.year for row in found] == ["2024-25", "2023-24", "2022-23"]


def test_the_tests_of_a_year_stand_in_the_forms_order_and_unknown_ones_last():
    types = ["21", "41", "09", "06", "01 02"]
    found = rows([link("21", year="2025-26"), *(link(one, name=f"State's {one}") for one in types)])
    assert [row.tests[0] for row in found] == [
        "Summative ELPAC",
        "Smarter Balanced: English Language Arts",
        "California Science Test (CAST)",
        "California Spanish Assessment (CSA)",
        "Summative ELPAC",
        "State's 41",
    ]


def test_the_readers_language_comes_first_and_english_is_never_hidden():
    [row] = rows([link("21", language="KOR"), link("21"), link("21", language="SPA")], own=SPANISH)
    assert labels(row) == ["Español PDF", "English PDF", "한국어 PDF"]


def test_unknown_types_languages_and_formats_are_shown_by_their_own_names():
    [row] = rows([link("99", language="XYZ", format="AUDIO", name="A test of next year")])
    assert row.tests == ("A test of next year",)
    assert labels(row) == ["XYZ AUDIO"]
    assert row.controls[0].language.tag == ""


def test_a_video_and_the_web_pages_stand_behind_the_pdf_each_by_its_own_name():
    [row] = rows([link("01 02", format="VIDEO"), link("02", format="HTML"), link("01", format="html"), link("01 02")])
    assert labels(row) == [
        "English PDF",
        "English video",
        "English web page English Language Arts",
        "English web page Mathematics",
    ]


@pytest.mark.parametrize(
    ("tag", "name"),
    [("es", "Español"), ("es_US", "Español"), ("zh_Hant_TW", "繁體中文"), ("fil", "Filipino"), ("de", "English")],
)
def test_the_language_of_a_page_is_that_of_its_tag_or_english(tag, name):
    assert of_tag(tag).name == name


def test_different_tests_of_a_year_are_different_rows():
    assert len(rows([link("01 02"), link("21")])) == 2


@pytest.mark.parametrize(
    ("codes", "name"),
    [(("03", "YUE", "07", "CMN"), "繁體中文"), (("05", "FIL", "TGL"), "Filipino"), (("01", "SPA", "spa"), "Español")],
)
def test_old_and_new_language_codes_mean_the_same_language(codes, name):
    assert {language(code).name for code in codes} == {name}
