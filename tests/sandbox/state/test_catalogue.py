"""Which reports there are."""

import datetime

import pytest

from plugin.model import SchoolYear
from sandbox.district import make
from sandbox.state.catalogue import sheets

TODAY = datetime.date(2026, 11, 20)
RECORD_TYPES = {"01", "02", "03", "04", "05", "06", "09", "21", "22", "23", "24"}
TAGS = {
    "ENG": "en",
    "SPA": "es",
    "VIE": "vi",
    "CMN": "zh-Hant",
    "YUE": "zh-Hant",
    "FIL": "fil",
    "KOR": "ko",
    "ARA": "ar",
}
DAYS = [TODAY, *(datetime.date(*day) for day in ((2027, 2, 28), (2027, 6, 15), (2027, 7, 1), (2028, 9, 20)))]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_default_district_has_every_kind_of_report_on_every_day(today) -> None:
    found = [
        sheet for pupil in make(today=today).pupils if pupil.outcome == "reports" for sheet in sheets(pupil, today)
    ]
    assert {kind for sheet in found for kind in sheet.record_types} >= RECORD_TYPES
    assert {sheet.tag for sheet in found} == {"en", "es", "vi", "zh-Hant", "fil", "ko", "ar"}
    assert {sheet.format for sheet in found} > {"PDF", "HTML", "VIDEO"}
    assert {sheet.status for sheet in found} > {"Final"}
    assert {"ENG", "00", "SPA", "01", "HMN"} <= {sheet.language for sheet in found}
    assert "KN" in {sheet.grade for sheet in found}


@pytest.mark.parametrize(("grade", "together"), [(5, {"01", "02", "06"}), (8, {"01", "02", "06"}), (4, {"01", "02"})])
def test_one_pdf_joins_the_content_areas(reports, grade, together) -> None:
    assert together in [set(s.record_types) for s in reports if s.format == "PDF" and s.grade == f"{grade:02d}"]


def test_each_content_area_has_a_web_page_of_its_own(reports) -> None:
    pages = [sheet for sheet in reports if sheet.format == "HTML"]
    assert pages
    assert all(len(sheet.record_types) == 1 for sheet in pages)


@pytest.mark.parametrize("home_language", TAGS)
def test_reports_come_in_english_and_in_the_familys_language(district, home_language) -> None:
    tags = [{s.tag for s in sheets(p, TODAY)} for p in district.pupils if p.home_language == home_language]
    assert {"en", TAGS[home_language]} in tags
    assert all(found <= {"en", TAGS[home_language]} for found in tags)


def test_the_oldest_year_has_the_older_language_codes(reports) -> None:
    for sheet in reports:
        assert len(sheet.language) == (2 if sheet.year == SchoolYear(2023) else 3)


def test_three_years_are_kept(reports) -> None:
    assert {str(sheet.year) for sheet in reports if sheet.test.program == "CAASPP"} == {"2023-24", "2024-25", "2025-26"}


def test_the_newest_year_comes_first(district) -> None:
    for pupil in district.pupils:
        years = [sheet.year for sheet in sheets(pupil, TODAY)]
        assert years == sorted(years, reverse=True)


def test_a_report_is_there_from_the_day_it_comes_out(district) -> None:
    pupil = next(p for p in district.pupils if p.grade == 4 and p.id % 5 != 4 and p.outcome == "reports")
    smarter = ("01", "02")

    def newest(today: datetime.date) -> SchoolYear:
        return max(sheet.year for sheet in sheets(pupil, today) if sheet.record_types == smarter)

    assert newest(datetime.date(2027, 5, 25)) == SchoolYear(2025)
    assert newest(datetime.date(2027, 5, 26)) == SchoolYear(2026)


def test_a_child_in_transitional_kindergarten_counted_as_kindergarten_in_2023(district) -> None:
    found = [
        sheet.grade
        for pupil in district.pupils
        if any(e.grade < 0 and SchoolYear.containing(e.entry) == SchoolYear(2023) for e in pupil.history)
        for sheet in sheets(pupil, TODAY)
        if sheet.year == SchoolYear(2023)
    ]
    assert set(found) == {"KN"}


def test_a_child_in_transitional_kindergarten_is_not_tested_since(district) -> None:
    for pupil in district.pupils:
        young = {SchoolYear.containing(e.entry) for e in pupil.history if e.grade < 0}
        tested = {sheet.year for sheet in sheets(pupil, TODAY)}
        assert not {year for year in young & tested if year > SchoolYear(2023)}


def test_the_same_pupil_has_the_same_reports_again(district) -> None:
    assert [sheets(p, TODAY) for p in district.pupils] == [sheets(p, TODAY) for p in make(today=TODAY).pupils]


@pytest.fixture
def reports(district):
    return [sheet for pupil in district.pupils for sheet in sheets(pupil, TODAY) if sheet.language != "HMN"]
