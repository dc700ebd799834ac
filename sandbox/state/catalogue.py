"""Which score reports the state has for a pupil, worked out from the pupil's record: the same answer every time.

Who takes which test follows California's rules (grades 3 to 8 and 11, science in 5, 8 and once in high school, ELPAC
for English learners). Who takes an alternate assessment is made up, and so are a few odd entries that a reader of
the list has to survive; both hang on the pupil's number.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from plugin.model import SchoolYear
from sandbox.district.model import Enrolment, Pupil
from sandbox.state import assessments
from sandbox.state.assessments import Assessment
from sandbox.state.documents.words import Document, Result

#: The service keeps three years, besides the running one.
YEARS_KEPT = 3
#: From 2024-25 on, children in transitional kindergarten are not tested; before, they count as kindergarten (KN).
LAST_YEAR_OF_TK = SchoolYear(2023)

#: CALPADS code → (the code of two characters that stood for it until 2022-23, tag of the language that reports have).
LANGUAGES = {
    "ENG": ("00", "en"),
    "SPA": ("01", "es"),
    "VIE": ("02", "vi"),
    "YUE": ("03", "zh-Hant"),
    "CMN": ("07", "zh-Hant"),
    "FIL": ("05", "fil"),
    "KOR": ("04", "ko"),
    "ARA": ("11", "ar"),
}


@dataclass(frozen=True)
class Sheet:
    """One report of the state's list. `language` is a CALPADS code as the state writes it, `tag` what is on paper."""

    test: Assessment
    record_types: tuple[str, ...]
    test_name: str
    year: SchoolYear
    grade: str
    school_number: int
    language: str
    tag: str
    format: str
    status: str = "Final"


@dataclass(frozen=True)
class Sitting:
    """A test that a pupil took."""

    test: Assessment
    year: SchoolYear
    enrolment: Enrolment

    @property
    def grade(self) -> str:
        return "KN" if self.enrolment.grade <= 0 else f"{self.enrolment.grade:02d}"


def sheets(pupil: Pupil, today: datetime.date) -> list[Sheet]:
    """The pupil's reports, newest first. Combined as PDF, one web page per content area, English and home language."""
    taken = list(_sittings(pupil, today))
    oldest = SchoolYear.containing(today).starts - YEARS_KEPT
    found = [sheet for sitting in taken for sheet in _of(sitting, pupil, sitting.year.starts == oldest)]
    return sorted((*found, *_odd(found, pupil.id)), key=lambda sheet: sheet.year, reverse=True)


def document(pupil: Pupil, sheet: Sheet, school: str) -> Document:
    parts = [(kind, area) for kind, area in sheet.test.parts if kind in sheet.record_types] or sheet.test.parts
    results = tuple(_result(pupil, sheet.year, kind, area) for kind, area in parts)
    name = f"{pupil.first} {pupil.last}"
    return Document(sheet.tag, name, school, sheet.grade, str(sheet.year), sheet.test_name, results)


def _sittings(pupil: Pupil, today: datetime.date) -> Iterator[Sitting]:
    running = SchoolYear.containing(today).starts
    for year in (SchoolYear(running - ago) for ago in range(YEARS_KEPT + 1)):
        for test, enrolment in (*_summative(pupil, year), *_initial(pupil, year)):
            if test.out_on(year) <= today:
                yield Sitting(test, year, enrolment)


def _summative(pupil: Pupil, year: SchoolYear) -> Iterator[tuple[Assessment, Enrolment]]:
    spring = datetime.date(year.starts + 1, 4, 15)
    for enrolment in _tested(pupil):
        if enrolment.entry <= spring < enrolment.exit:
            spanish = pupil.home_language == "SPA" and pupil.id % 2 == 0
            for test in assessments.summative(enrolment.grade, _alternate(pupil), spanish, pupil.english_learner):
                yield test, enrolment


def _initial(pupil: Pupil, year: SchoolYear) -> Iterator[tuple[Assessment, Enrolment]]:
    for first in _tested(pupil)[-1:]:
        if pupil.home_language != "ENG" and SchoolYear.containing(first.entry) == year:
            yield assessments.initial(_alternate(pupil)), first


def _tested(pupil: Pupil) -> list[Enrolment]:
    return [
        enrolment
        for enrolment in pupil.history
        if enrolment.grade >= 0 or SchoolYear.containing(enrolment.entry) <= LAST_YEAR_OF_TK
    ]


def _alternate(pupil: Pupil) -> bool:
    return pupil.id % 5 == 4


def _of(sitting: Sitting, pupil: Pupil, two_characters: bool) -> Iterator[Sheet]:
    """A sitting's PDFs and web pages. The oldest year kept has the older language codes, so that both are seen."""
    test, enrolment = sitting.test, sitting.enrolment
    for code in dict.fromkeys(("ENG", pupil.home_language)):
        if code in LANGUAGES:
            older, tag = LANGUAGES[code]
            whole = Sheet(
                test=test,
                record_types=test.record_types,
                test_name=test.name,
                year=sitting.year,
                grade=sitting.grade,
                school_number=enrolment.school_number,
                language=older if two_characters else code,
                tag=tag,
                format="PDF",
            )
            yield whole
            for kind in test.record_types:
                yield replace(whole, record_types=(kind,), test_name=assessments.NAMES[kind], format="HTML")


def _odd(found: list[Sheet], number: int) -> Iterator[Sheet]:
    """A video, a report that is not final, and a type, a format and a language that nobody has heard of."""
    newest = found[:1]
    for sheet in newest:
        if number % 6 == 1:
            yield replace(sheet, format="VIDEO")
        if number % 7 == 3:
            yield replace(sheet, status="Preliminary")
        if number % 9 == 4:
            yield replace(sheet, record_types=("41",), test_name="Writing Field Test")
            yield replace(sheet, format="BRAILLE")
            yield replace(sheet, language="HMN")


def _result(pupil: Pupil, year: SchoolYear, kind: str, area: str) -> Result:
    scale = assessments.SCALES[kind]
    made_up = zlib.crc32(f"{pupil.id} {year} {kind} {area}".encode()) % 1000 / 1000
    return Result(area, scale.low + round((scale.high - scale.low) * (0.05 + 0.9 * made_up)), scale)
