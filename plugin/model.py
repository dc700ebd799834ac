"""The nouns that every other module speaks in. This module imports nothing of ours."""

from __future__ import annotations

import datetime
import enum
import re
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

#: California's schools and laws count their days here.
PACIFIC = ZoneInfo("America/Los_Angeles")


class Persona(enum.StrEnum):
    """The door a person came through; the names are those of PowerSchool's `persona` claim."""

    STAFF = "staff"
    TEACHER = "teacher"
    PARENT = "parent"
    STUDENT = "student"


@dataclass(frozen=True, order=True)
class SchoolYear:
    """A school year, 1 July to 30 June; in the state's language an *administration year*."""

    starts: int

    @classmethod
    def containing(cls, day: datetime.date) -> SchoolYear:
        return cls(day.year if day.month >= 7 else day.year - 1)

    @classmethod
    @lru_cache(maxsize=100)  # a search reads the same few for every report of a district
    def parse(cls, text: str) -> SchoolYear | None:
        """Read '2024-25'. Anything else, '2024-26' and full-width digits included, is None."""
        matched = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
        if not matched or (int(matched[1]) + 1) % 100 != int(matched[2]):
            return None
        return cls(int(matched[1]))

    def __str__(self) -> str:
        return f"{self.starts:04d}-{(self.starts + 1) % 100:02d}"


@dataclass(frozen=True)
class Viewer:
    """Who is asking.

    `subject` is the identity token's `sub`, unique in the school system. `account` is what our PowerQueries
    take: Users.DCID for staff and teachers, the account token for parents and students. `username` is what they
    sign in with, for settings that name accounts.
    """

    subject: str
    persona: Persona
    account: str = field(repr=False)
    username: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True)
class Lea:
    """A local educational agency: the district, or a charter school that reports on its own.

    `cds` is its 14-digit county-district-school code; the district's ends in 0000000.
    """

    cds: str
    name: str


@dataclass(frozen=True)
class School:
    number: int
    name: str
    lea: Lea


@dataclass(frozen=True)
class Student:
    """A student whom the viewer may see. Only reports/scope.py hands these out.

    `dcid` and `id` are PowerSchool's two different numbers for one person. `ssid` is the state's ten digits,
    None where the school system has none.
    """

    dcid: int
    id: int
    name: str = field(repr=False)
    ssid: str | None = field(repr=False)
    grade: int
    school: School


@dataclass(frozen=True)
class Report:
    """One file that the state offers for one student, behind a link that lives thirty minutes.

    `record_types` is a set: one PDF joins English, mathematics and science. `language` and `format` are open
    lists, kept as the state wrote them. `year` is None where the state's text is not a school year; `year_text`
    always has it as written. `url` is a bearer credential.
    """

    record_types: frozenset[str]
    test_name: str
    program: str
    year: SchoolYear | None
    year_text: str
    grade: str
    language: str
    format: str
    url: str = field(repr=False)
