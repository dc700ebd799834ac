"""Today's classes: sections, who teaches them, and who sits in them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.district.model import TK, Pupil
from sandbox.district.registrar import FIRST
from sandbox.district.staff import CO_TEACHERS
from sandbox.district.teaching import Seat, Section, Staff, Teaching
from sandbox.district.years import Calendar

#: Grades that sit together, as (lowest, highest).
_BANDS = ((TK, TK), (0, 1), (2, 3), (4, 5), (6, 7), (8, 8), (9, 10), (11, 12))
_PUPILS_PER_SECTION = 30
_SECTION_SHIFT = 11


@dataclass(frozen=True)
class Class:
    """A section with the pupils in it."""

    section: Section
    pupils: tuple[Pupil, ...]


def classes(pupils: list[Pupil]) -> list[Class]:
    """Every pupil in a homeroom, or from grade 6 on in English and in mathematics."""
    made: list[Class] = []
    for school, course, name, together in _groups(pupils):
        n = len(made)
        section = Section(FIRST + n, FIRST + n + _SECTION_SHIFT, school, course, name, str(n + 1), n % 6 + 1)
        made.append(Class(section, together))
    return made


def _groups(pupils: list[Pupil]) -> Iterator[tuple[int, str, str, tuple[Pupil, ...]]]:
    """The school, course number, course name and pupils of each section."""
    for (school, band), together in itertools.groupby(sorted(pupils, key=_place), _place):
        low, high = _BANDS[band]
        courses = (("HR", "Homeroom"),) if high <= 5 else (("ENG", "English"), ("MAT", "Mathematics"))
        for group, (code, name) in itertools.product(_batches(together), courses):
            yield school, f"{code}{band + 1}00", f"{name} {_grades(low, high)}", group


def _batches(pupils: Iterator[Pupil]) -> Iterator[tuple[Pupil, ...]]:
    while batch := tuple(itertools.islice(pupils, _PUPILS_PER_SECTION)):
        yield batch


def _place(pupil: Pupil) -> tuple[int, int]:
    return pupil.school_number, next(n for n, (low, high) in enumerate(_BANDS) if low <= pupil.grade <= high)


def _grades(low: int, high: int) -> str:
    names = {TK: "TK", 0: "K"}
    return "–".join(dict.fromkeys(names.get(grade, str(grade)) for grade in (low, high)))


def seats(calendar: Calendar, taught: list[Class], stories: dict[str, list[Pupil]]) -> Iterator[Seat]:
    """A seat for as long as the enrolment lasts, but for those who leave or enter their first class these days."""
    moving = {pupil.id: story for story in ("dropped", "changes") for pupil in stories.get(story, ())}
    for group in taught:
        for pupil in group.pupils:
            now = pupil.history[0]
            seat = Seat(pupil.id, group.section.id, now.entry, now.exit)
            match moving.pop(pupil.id, ""):
                case "dropped":
                    entered = min(seat.entered, calendar.day(-30))
                    seat = dataclasses.replace(seat, entered=entered, left=calendar.today, dropped=True)
                case "changes":
                    seat = dataclasses.replace(seat, entered=calendar.day(1))
            yield seat


def teachings(calendar: Calendar, taught: list[Class], staff: tuple[Staff, ...]) -> Iterator[Teaching]:
    """The school's teachers take its sections in turn; co-teachers help in the first one of theirs."""
    first, last = calendar.entry(calendar.year), calendar.exit(calendar.year)
    turns = {school: itertools.cycle(ids) for school, ids in _teachers(staff).items()}
    for group in taught:
        yield Teaching(group.section.id, next(turns[group.section.school_number]), first, last)
    for person in staff:
        if days := CO_TEACHERS.get(person.account.username):
            school, staff_id = person.staff_ids[0]
            helped = [group.section.id for group in taught if group.section.school_number == school]
            for section_id in helped[:1]:
                yield Teaching(section_id, staff_id, calendar.day(days[0]), calendar.day(days[1]), lead=False)


def _teachers(staff: tuple[Staff, ...]) -> dict[int, list[int]]:
    """SchoolStaff.ID of everybody who leads classes, by school."""
    found: dict[int, list[int]] = {}
    for person in staff:
        if person.teacher and person.account.username not in CO_TEACHERS:
            for school, staff_id in person.staff_ids:
                found.setdefault(school, []).append(staff_id)
    return found
