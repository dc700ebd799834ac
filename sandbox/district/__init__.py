"""A small made-up California district, in the numbers and with the odd cases that the product has to get right."""

from sandbox.district.fill import fill
from sandbox.district.make import make
from sandbox.district.model import (
    DISTRICT_OFFICE,
    TK,
    Contact,
    District,
    Enrolment,
    Guardian,
    Lea,
    Outcome,
    Pupil,
    School,
)
from sandbox.district.teaching import Account, Group, Seat, Section, Staff, Teaching

__all__ = [
    "DISTRICT_OFFICE",
    "TK",
    "Account",
    "Contact",
    "District",
    "Enrolment",
    "Group",
    "Guardian",
    "Lea",
    "Outcome",
    "Pupil",
    "School",
    "Seat",
    "Section",
    "Staff",
    "Teaching",
    "fill",
    "make",
]
