"""The nouns of the made-up district. Every value is invented; every date is relative to the day it is made for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from sandbox.district.teaching import Account, Group, Seat, Section, Staff, Teaching

#: What the stand-in of the state's service answers for a pupil.
Outcome = Literal[
    "reports", "no_test_data", "lea_mismatch", "ssid_not_found", "no_ssid", "processing_error", "internal_error"
]

#: Students.Grade_Level of transitional kindergarten here. Each district chooses its own number.
TK = -2

#: The school number of the district office: an administrator who may switch to it reaches every school.
DISTRICT_OFFICE = 0


@dataclass(frozen=True)
class Lea:
    """A local educational agency: the district, or a charter school that reports on its own."""

    cds: str
    name: str


@dataclass(frozen=True)
class School:
    """`cds` is the school's own 14-digit code, `lea_cds` that of the agency which reports its pupils."""

    number: int
    name: str
    cds: str
    lea_cds: str
    low_grade: int
    high_grade: int


@dataclass(frozen=True)
class Enrolment:
    """One pupil at one school from `entry` up to, and not including, `exit`."""

    school_number: int
    lea_cds: str
    grade: int
    entry: datetime.date
    exit: datetime.date


@dataclass(frozen=True)
class Pupil:
    """`id` is Students.ID and `dcid` Students.DCID: their ranges overlap, but no pupil has one number for both.

    `home_language` is a three-letter CALPADS code; `ssid` is the state's ten digits, None where there are none.
    `history` has the current enrolment first, then the earlier ones, newest first. What the district keeps in fields
    of its own stands at the end.
    """

    id: int
    dcid: int
    student_number: int
    first: str
    last: str
    born: datetime.date
    grade: int
    school_number: int
    lea_cds: str
    ssid: str | None
    home_language: str
    username: str
    password: str = field(repr=False)
    outcome: Outcome
    history: tuple[Enrolment, ...]
    account_token: str = field(default="", repr=False)
    enroll_status: int = 0
    english_learner: bool = False
    release_block: bool = False
    hidden_contact: bool = False
    exempt: bool = False
    status: str = ""


@dataclass(frozen=True)
class Contact:
    """What a pupil's record says of one adult in one period. `start` and `end` bound it, both included; None is open.

    `data_access` is a row of GuardianStudent: the adult's account opens this pupil in the portal.
    """

    pupil_dcid: int
    relation: str
    data_access: bool = True
    start: datetime.date | None = None
    end: datetime.date | None = None
    active: bool = True
    custodial: bool = True
    legal_guardian: bool = True
    educational_rights: bool = True
    confidential: bool = False


@dataclass(frozen=True)
class Guardian:
    """An adult of a family. `id` is Guardian.GuardianID, `person_id` Person.ID; no `account`, no portal."""

    id: int
    person_id: int
    first: str
    last: str
    email: str | None
    language: str
    account: Account | None
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class District:
    name: str
    cds: str
    today: datetime.date
    leas: tuple[Lea, ...]
    schools: tuple[School, ...]
    pupils: tuple[Pupil, ...]
    guardians: tuple[Guardian, ...]
    groups: tuple[Group, ...]
    staff: tuple[Staff, ...]
    sections: tuple[Section, ...]
    teachings: tuple[Teaching, ...]
    seats: tuple[Seat, ...]
