"""Who works in the district, and who teaches whom."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """How an adult signs in. `token` is what PowerQueries know a parent's account by; staff have none."""

    username: str
    password: str = field(repr=False)
    token: str = field(default="", repr=False)
    email: str = ""


@dataclass(frozen=True)
class Group:
    """A security group of staff. Its `number` is what accounts name."""

    number: int
    name: str


@dataclass(frozen=True)
class Staff:
    """`dcid` is Users.DCID and `group` the number of the security group.

    `schools` are those that the administrator's account may switch to, 0 being the district office: it reaches all.
    `staff_ids` has the SchoolStaff.ID for each school where the person works, as (school number, id).
    """

    dcid: int
    first: str
    last: str
    account: Account
    title: str
    schools: tuple[int, ...] = ()
    group: int = 0
    staff_ids: tuple[tuple[int, int], ...] = ()
    admin: bool = False
    teacher: bool = False


@dataclass(frozen=True)
class Teaching:
    """One teacher on one section, from `start` to `end`, both included."""

    section_id: int
    staff_id: int
    start: datetime.date
    end: datetime.date
    lead: bool = True


@dataclass(frozen=True)
class Section:
    id: int
    dcid: int
    school_number: int
    course_number: str
    course_name: str
    number: str
    period: int


@dataclass(frozen=True)
class Seat:
    """One row of CC: a pupil in a section from `entered` up to, and not including, `left`."""

    pupil_id: int
    section_id: int
    entered: datetime.date
    left: datetime.date
    dropped: bool = False
