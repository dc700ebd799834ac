"""What a grade is called.

PowerSchool keeps a grade as a number: 0 is kindergarten, below it are the years before, and which of those is TK is the
district's own choice. Its own names count from 2023-24 on, when California made TK a grade of its own; for earlier
years PowerSchool's built-in ones do. So no number is ever called TK here, and a TK pupil is found although the state
writes KN. docs/decisions/0010-grade-names.md has the rules.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plugin.model import Lea, SchoolYear, Student
from plugin.powerschool.records import Enrolment
from plugin.reports.services import Services
from plugin.store.grade_names import GradeName
from plugin.wording import _

#: The first school year that a district's own names hold for.
OWN_NAMES_FROM = SchoolYear(2023)

KINDERGARTEN = _("Kindergarten")
GRADE = _("Grade %(number)s")

#: CALPADS's grade codes in words; TK since 2023-24. The state's file layouts have KN and 01 to 12 only.
CODES: dict[str, str] = {
    "IN": _("Infant"),
    "TD": _("Toddler"),
    "PS": _("Preschool"),
    "TK": _("Transitional kindergarten"),
    "KN": KINDERGARTEN,
    **{f"{number:02d}": GRADE for number in range(1, 13)},
    "UE": _("Ungraded elementary"),
    "US": _("Ungraded secondary"),
    "AD": _("Adult"),
}


@dataclass(frozen=True)
class Label:
    """What a grade is called: `text` is translated, with `number` filled in, unless it is somebody's `own` word."""

    text: str
    number: int = 0
    own: bool = False


@dataclass(frozen=True)
class StudentGrades:
    """The grades of one student: `now`, and those of the years in which they took a test."""

    now: Label
    history: tuple[Enrolment, ...]
    names: Mapping[str, Iterable[GradeName]]

    def tested(self, year_text: str, code: str) -> Label:
        """The grade in a test year; the state's own `code` in words where the history doesn't reach that year."""
        year = SchoolYear.parse(year_text)
        enrolled = in_year(self.history, year) if year else None
        if year is None or enrolled is None:
            return assessed(code)
        return named(enrolled.grade, year, self.names[enrolled.lea.cds])


def of_student(services: Services, student: Student, *, tested: bool) -> StudentGrades:
    """The names that a page about a student needs; with the history, which is another question, if tests are shown."""
    history = services.roster.enrolments(student.dcid) if tested else ()
    leas: set[Lea] = {student.school.lea, *(enrolment.lea for enrolment in history)}
    names = {lea.cds: services.grade_names.of(lea.cds) for lea in leas}
    this_year = SchoolYear.containing(services.today())
    return StudentGrades(named(student.grade, this_year, names[student.school.lea.cds]), history, names)


def named(number: int, year: SchoolYear, names: Iterable[GradeName]) -> Label:
    """An LEA's own name for a grade number in a school year: the newest that holds by then, else the built-in one."""
    held = [entry for entry in names if entry.number == number and entry.from_year <= year]
    if year < OWN_NAMES_FROM or not held:
        return built_in(number)
    return Label(max(held, key=lambda entry: entry.from_year).name, own=True)


def built_in(number: int) -> Label:
    """The name of a grade number that nobody has renamed."""
    if number < 0:
        return Label(_("Before kindergarten"))
    return Label(GRADE, number) if number else Label(KINDERGARTEN)


def assessed(code: str) -> Label:
    """A grade as the state writes it, in words; a code that CALPADS doesn't have is shown as it is."""
    words = CODES.get(code)
    return Label(words, int(code) if words == GRADE else 0) if words else Label(code, own=True)


def in_year(history: Iterable[Enrolment], year: SchoolYear) -> Enrolment | None:
    """The enrolment with the most days of a school year, of equal ones the later. One that never began has none."""
    found = [(days, enrolment) for enrolment in history if (days := _days(enrolment, year)) > 0]
    return max(found, key=lambda pair: (pair[0], _first(pair[1], year)))[1] if found else None


def _days(enrolment: Enrolment, year: SchoolYear) -> int:
    """How many days of the school year the enrolment covers; not above zero for none."""
    last = min(enrolment.days.last or datetime.date.max, datetime.date(year.starts + 1, 6, 30))
    return (last - _first(enrolment, year)).days + 1


def _first(enrolment: Enrolment, year: SchoolYear) -> datetime.date:
    return max(enrolment.days.first or datetime.date.min, datetime.date(year.starts, 7, 1))
