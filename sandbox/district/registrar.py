"""The registrar's office: families become pupils, with their enrolments, and guardians, with their contact records."""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Iterable

from sandbox.district.enrolments import history
from sandbox.district.family import Adult, Child, Family, Kind
from sandbox.district.model import Contact, Guardian, Pupil, School
from sandbox.district.names import plain
from sandbox.district.teaching import Account
from sandbox.district.years import Calendar, years_old

#: The lowest number of every kind of record: the ranges overlap, so that a mixed-up number finds somebody else.
FIRST = 5001
#: What opens every account.
OPENS = "let-me-look"

_STEP = 7_368_787_003  # has no divisor in common with 10**10: SSIDs don't repeat


class Registrar:
    """Enrols families one after the other. `count` is how many pupils there will be."""

    def __init__(self, calendar: Calendar, schools: dict[Kind, list[School]], rng: random.Random, count: int) -> None:
        self.pupils: list[Pupil] = []
        self.guardians: list[Guardian] = []
        self.stories: dict[str, list[Pupil]] = {}
        self._calendar, self._schools, self._rng, self._count = calendar, schools, rng, count
        self._usernames: set[str] = set()

    def enrol(self, families: Iterable[Family]) -> None:
        for family in families:
            self._enrol(family)

    def _enrol(self, family: Family) -> None:
        schools = {kind: self._rng.choice(schools) for kind, schools in self._schools.items()}
        children = []
        for child in family.children:
            children.append(self._pupil(family, child, schools))
            self.pupils.append(children[-1])
            self.stories.setdefault(child.story, []).append(children[-1])
        for adult in family.adults:
            self.guardians.append(self._guardian(family, adult, children))

    def _pupil(self, family: Family, child: Child, schools: dict[Kind, School]) -> Pupil:
        index = len(self.pupils)
        others = max(self._count, 2)
        school = schools[child.kind]
        return Pupil(
            id=FIRST + index,
            dcid=FIRST + (index + others // 2) % others,
            student_number=20_001 + index,
            first=child.first,
            last=family.last,
            born=self._born(child),
            grade=child.grade,
            school_number=school.number,
            lea_cds=school.lea_cds,
            ssid=None if child.outcome == "no_ssid" else f"{(index + 1) * _STEP % 10**10:010d}",
            home_language=family.language,
            username=self._username(child.first, family.last),
            password=OPENS,
            outcome=child.outcome,
            history=tuple(history(self._calendar, child, schools)),
            account_token=self._token(),
            enroll_status={"left": 2, "joins": -1}.get(child.story, 0),
            **child.fields,
        )

    def _guardian(self, family: Family, adult: Adult, pupils: list[Pupil]) -> Guardian:
        index = len(self.guardians)
        last = adult.last or family.last
        username = self._username(adult.first, last)
        email = f"{username}@families.example" if adult.mail else None
        return Guardian(
            id=FIRST + index,
            person_id=FIRST + index + 17,
            first=adult.first,
            last=last,
            email=email,
            language=family.language,
            account=Account(username, OPENS, self._token(), email or "") if adult.portal else None,
            contacts=tuple(self._contact(adult, pupil) for pupil in pupils),
        )

    def _contact(self, adult: Adult, pupil: Pupil) -> Contact:
        return Contact(
            pupil.dcid,
            adult.relation,
            adult.portal and (adult.sees is None or pupil.first in adult.sees),
            None if adult.starts is None else self._calendar.day(adult.starts),
            None if adult.ends is None else self._calendar.day(adult.ends),
            **adult.facts,
        )

    def _born(self, child: Child) -> datetime.date:
        """Old enough by 1 September for the grade, or by today for an age that the story names."""
        if child.age is not None:
            return self._calendar.day(-366 * child.age)
        birthday = datetime.date(self._calendar.year - years_old(child.grade), 9, 1)
        return birthday - datetime.timedelta(days=self._rng.randrange(365))

    def _username(self, first: str, last: str) -> str:
        """First and last name as one types them; with a number when taken."""
        wanted = f"{plain(first)}.{plain(last)}"
        name = wanted if wanted not in self._usernames else f"{wanted}{len(self._usernames)}"
        self._usernames.add(name)
        return name

    def _token(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
