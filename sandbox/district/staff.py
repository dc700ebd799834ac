"""The district's own people: who administers, who teaches, and in which security group."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.district.family import Kind
from sandbox.district.model import DISTRICT_OFFICE, School
from sandbox.district.registrar import FIRST, OPENS
from sandbox.district.teaching import Account, Group, Staff

TEACHERS = Group(2, "Teachers")
ADMINISTRATORS = Group(9, "District Administrators")
PRINCIPALS = Group(10, "School Administrators")
COORDINATORS = Group(11, "LEA Assessment Coordinators")
COUNSELORS = Group(12, "Counselors")
CLERKS = Group(13, "Office Clerks")
SUPPORT = Group(14, "Support")
GROUPS = (TEACHERS, ADMINISTRATORS, PRINCIPALS, COORDINATORS, COUNSELORS, CLERKS, SUPPORT)

#: Who helps in a colleague's class, by user name: from and until so many days from today.
CO_TEACHERS = {"andy.cohelper": (-10, 60), "billie.soonhere": (7, 60), "gale.formerly": (-60, -1)}

_SCHOOL_STAFF_SHIFT = 29


@dataclass(frozen=True)
class Employee:
    """`works` are the kinds of school where the person works; none is the district office."""

    first: str
    last: str
    title: str
    works: tuple[Kind, ...] = ()
    group: Group = TEACHERS
    admin: bool = False
    teacher: bool = False


EMPLOYEES = (
    Employee("Dana", "Overlook", "district administrator", (), ADMINISTRATORS, admin=True),
    Employee("Lee", "Coordinado", "LEA CAASPP and ELPAC coordinator", (), COORDINATORS, admin=True),
    Employee("Sam", "Helpdesk", "support account, of no group that may open the pages", (), SUPPORT, admin=True),
    Employee("Pat", "Principle", "administrator of the elementary school", ("elementary",), PRINCIPALS, admin=True),
    Employee("Robin", "Headley", "administrator of the secondary school", ("secondary",), PRINCIPALS, admin=True),
    Employee("Charlie", "Charterhouse", "charter director", ("charter",), PRINCIPALS, admin=True),
    Employee("Corey", "Counselwell", "counselor at the secondary school", ("secondary",), COUNSELORS, admin=True),
    Employee("Kelly", "Clerkson", "office clerk, whom the pages are closed to", ("elementary",), CLERKS, admin=True),
    Employee("Vic", "Twohats", "vice principal who teaches", ("secondary",), PRINCIPALS, admin=True, teacher=True),
    Employee("Emery", "Letterby", "teacher at the elementary school", ("elementary",), teacher=True),
    Employee("Toni", "Chalkwell", "teacher at the elementary school", ("elementary",), teacher=True),
    Employee("Frankie", "Verbena", "teacher at the secondary school", ("secondary",), teacher=True),
    Employee("Max", "Numberly", "teacher at the secondary school", ("secondary",), teacher=True),
    Employee("Jo", "Bridges", "teacher at the charter", ("charter",), teacher=True),
    Employee("Noor", "Bothways", "teacher at two schools", ("charter", "secondary"), teacher=True),
    Employee("Andy", "Cohelper", "co-teacher of today", ("secondary",), teacher=True),
    Employee("Billie", "Soonhere", "co-teacher from next week on", ("secondary",), teacher=True),
    Employee("Gale", "Formerly", "co-teacher until yesterday", ("secondary",), teacher=True),
)


def staff(schools: dict[Kind, list[School]]) -> tuple[Staff, ...]:
    """Everybody named above, at the first school of each kind, and two teachers for every further school."""
    hired = [(person, [schools[kind][0].number for kind in person.works]) for person in EMPLOYEES]
    for further in (school for of_a_kind in schools.values() for school in of_a_kind[1:]):
        for first in ("Ada", "Ben"):
            hired.append((Employee(first, f"Further{further.number}", "teacher", teacher=True), [further.number]))
    return tuple(_hire(index, person, works) for index, (person, works) in enumerate(hired))


def _hire(index: int, person: Employee, works: list[int]) -> Staff:
    username = f"{person.first}.{person.last}".lower()
    places = works or [DISTRICT_OFFICE]
    ids = tuple((place, FIRST + _SCHOOL_STAFF_SHIFT + 2 * index + n) for n, place in enumerate(places))
    return Staff(
        dcid=FIRST + index,
        first=person.first,
        last=person.last,
        account=Account(username, OPENS, email=f"{username}@district.example"),
        title=person.title,
        schools=tuple(places) if person.admin else (),
        group=person.group.number,
        staff_ids=ids,
        admin=person.admin,
        teacher=person.teacher,
    )
