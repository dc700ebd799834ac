"""Makes the district."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterable

from sandbox.district.cast import FAMILIES
from sandbox.district.classes import classes, seats, teachings
from sandbox.district.crowd import crowd
from sandbox.district.family import Family, take
from sandbox.district.model import District
from sandbox.district.registrar import Registrar
from sandbox.district.schools import CHARTER, DISTRICT, schools
from sandbox.district.staff import GROUPS, staff
from sandbox.district.years import PACIFIC, Calendar


def make(
    pupils: int = 80, *, seed: int = 1, today: datetime.date | None = None, families: Iterable[Family] = FAMILIES
) -> District:
    """A district of so many pupils, the same for the same seed and day.

    The families that are named come first, so a small district lacks some of them; the others are a crowd. `today` is
    the current day in California unless given; every date in the district is relative to it.
    """
    rng = random.Random(seed)  # noqa: S311 (makes up people, not secrets)
    calendar = Calendar(today or datetime.datetime.now(PACIFIC).date())
    places = schools(pupils)
    office = Registrar(calendar, places, rng, pupils)
    office.enrol(take(itertools.chain(families, crowd(rng)), pupils))
    employees = staff(places)
    taught = classes(office.pupils)
    return District(
        name=DISTRICT.name,
        cds=DISTRICT.cds,
        today=calendar.today,
        leas=(DISTRICT, CHARTER),
        schools=tuple(itertools.chain.from_iterable(places.values())),
        pupils=tuple(office.pupils),
        guardians=tuple(office.guardians),
        groups=GROUPS,
        staff=employees,
        sections=tuple(group.section for group in taught),
        teachings=tuple(teachings(calendar, taught, employees)),
        seats=tuple(seats(calendar, taught, office.stories)),
    )
