"""What the school system's rows are about, as nouns, and how their dates are read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from plugin.model import Lea, Student
from plugin.powerschool.client import Row


@dataclass(frozen=True)
class Period:
    """First and last day, both counted; None is open."""

    first: datetime.date | None
    last: datetime.date | None

    def covers(self, day: datetime.date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Section:
    id: int
    course: str
    number: str


@dataclass(frozen=True)
class Taught:
    """A student on a section of a teacher, with the days of the enrollment and those of the teacher."""

    student: Student
    section: Section
    enrolled: Period
    teaches: Period


@dataclass(frozen=True)
class Child:
    """A student on a guardian's account, with the days and the state of the contact record.

    `contact` is StudentContactDetailID; empty where the account stands on no contact record of the student.
    """

    student: Student
    contact: str
    access: Period
    active: bool


@dataclass(frozen=True)
class OwnRecord:
    """The student who signs in; `born` is None where PowerSchool has no date of birth."""

    student: Student
    born: datetime.date | None


@dataclass(frozen=True)
class Active:
    """A student with the days of the newest enrollment. Without a name: the list is long."""

    student: Student
    days: Period


@dataclass(frozen=True)
class Listed:
    """A student as lists name them. `language` is the family's, as the school system codes it; empty where unknown."""

    student: Student
    first: str = field(repr=False)
    last: str = field(repr=False)
    born: datetime.date | None = field(repr=False)
    language: str
    has_left: bool


@dataclass(frozen=True)
class Contact:
    """An adult on a student's record. `person` is a number, `id` that of the contact record, empty where there is none.

    `sees` is whether the adult's own account opens this student. `legal_guardian` is None where nothing is said.
    """

    person: str
    id: str
    email: str = field(repr=False)
    language: str
    sees: bool
    days: Period
    active: bool
    legal_guardian: bool | None


@dataclass(frozen=True)
class Enrolment:
    """A student at a school of an LEA, in a grade as PowerSchool numbers it."""

    lea: Lea
    grade: int
    days: Period


def date_of(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text[:10]) if text else None


def period(row: Row, first: str, last: str) -> Period:
    return Period(date_of(row.get(first)), date_of(row.get(last)))


def until(row: Row, first: str, left: str) -> Period:
    """PowerSchool's leaving date is the first day on which the student is gone."""
    gone = date_of(row.get(left))
    return Period(date_of(row.get(first)), gone - datetime.timedelta(days=1) if gone else None)
