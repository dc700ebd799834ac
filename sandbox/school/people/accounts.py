"""Every account that can sign in, with what there is to see with it."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from sandbox.district import District, Guardian, Pupil, Staff, teaching
from sandbox.school.people.stories import of_guardian, of_pupil, of_staff

Persona = Literal["staff", "teacher", "parent", "student"]
Portal = Literal["admin", "teachers", "guardian"]

PORTALS: dict[Persona, Portal] = {"staff": "admin", "teacher": "teachers", "parent": "guardian", "student": "guardian"}


@dataclass(frozen=True)
class Account:
    """One account at one door. `number` is Users.DCID, Guardian.GuardianID or Students.DCID, as the persona has it.

    `token` is what PowerQueries know a parent's or student's account by; staff and teachers have none.
    """

    persona: Persona
    number: int
    username: str
    password: str = field(repr=False)
    first: str
    last: str
    email: str = ""
    token: str = field(default="", repr=False)
    group: int = 0
    schools: tuple[int, ...] = ()
    see: str = ""

    @property
    def portal(self) -> Portal:
        return PORTALS[self.persona]

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


class Accounts:
    """All accounts of a district: staff, then teachers, parents and students."""

    def __init__(self, district: District) -> None:
        self.all = tuple(_accounts(district))
        self._by_door = {(account.portal, account.username): account for account in self.all}

    def sign_in(self, portal: Portal, username: str, password: str) -> Account | None:
        """User names are the same in small and capital letters, passwords are not."""
        account = self._by_door.get((portal, username.strip().lower()))
        if account and hmac.compare_digest(account.password.encode(), password.encode()):
            return account
        return None

    def named(self, persona: Persona, username: str) -> Account:
        """Raises LookupError."""
        account = self._by_door.get((PORTALS[persona], username))
        if account is None or account.persona != persona:
            raise LookupError(f"There is no {persona} with this user name.")
        return account


def _accounts(district: District) -> Iterator[Account]:
    yield from (_staff("staff", person) for person in district.staff if person.admin)
    yield from (_staff("teacher", person) for person in district.staff if person.teacher)
    pupils = {pupil.dcid: pupil for pupil in district.pupils}
    for guardian in district.guardians:
        if guardian.account:
            yield _parent(guardian, guardian.account, of_guardian(guardian, pupils, district.today))
    yield from (_student(pupil) for pupil in district.pupils)


def _staff(persona: Literal["staff", "teacher"], person: Staff) -> Account:
    door = person.account
    names = (door.username, door.password, person.first, person.last)
    reach = person.schools if persona == "staff" else ()
    return Account(persona, person.dcid, *names, door.email, group=person.group, schools=reach, see=of_staff(person))


def _parent(guardian: Guardian, door: teaching.Account, see: str) -> Account:
    names = (door.username, door.password, guardian.first, guardian.last)
    return Account("parent", guardian.id, *names, door.email, door.token, see=see)


def _student(pupil: Pupil) -> Account:
    names = (pupil.username, pupil.password, pupil.first, pupil.last)
    return Account("student", pupil.dcid, *names, token=pupil.account_token, see=of_pupil(pupil))
