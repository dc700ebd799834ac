"""Who has looked at the releases: what the access record says since the last time is written into them.

A family is informed by a parent's opening, or that of a student who is of age on that day: from then on the rights to
the record are the student's (20 USC 1232g(d), Ed Code 49061). A younger student's is kept beside it.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Sequence

import structlog

from plugin.errors import SchoolSystemUnavailable
from plugin.model import PACIFIC, Persona
from plugin.reports.due_dates import program_of
from plugin.reports.scope import age
from plugin.reports.services import Services
from plugin.store.looks import Entry, Look

log = structlog.get_logger()

#: How far the access record was read.
MARK = "looks"
#: Rows of the access record at a time.
CHUNK = 1000
#: What a page reads of it, so that nobody waits for it: the worker is never far behind.
FOR_A_PAGE = (100,)
#: Two who write the record at once may be done in the other order than their numbers say. After so long all are done.
LONGEST_WRITING = datetime.timedelta(minutes=10)
OF_AGE = 18


def look_up(services: Services, chunks: Iterable[int] = itertools.repeat(CHUNK)) -> None:
    """Write into the releases who opened a report since the last time. Any number of workers may do this at once.

    `chunks` are the rows of the access record at a time; without an end, all are read. Where PowerSchool can't tell a
    student's age, what follows waits for the next time.
    """
    number = known = services.marks.of(MARK).number
    for chunk in chunks:
        entries = services.looks.entries(number, chunk)
        if not entries:
            return
        try:
            services.looks.keep(_looks(services, entries))
        except SchoolSystemUnavailable as failure:
            log.warning("looks.wait", cause=failure.cause)
            return
        whole = whole_until(number, entries, services.now()) if known == number else known
        if whole > known:
            services.marks.come_to(MARK, whole, services.now())
        known, number = whole, entries[-1].number


def whole_until(number: int, entries: Sequence[Entry], now: datetime.datetime) -> int:
    """The number up to which the access record is complete, where it was up to `number`.

    A number that is missing may still come, unless what stands behind it is old: whoever had it has failed since.
    """
    for entry in entries:
        if entry.number != number + 1 and entry.at > now - LONGEST_WRITING:
            return number
        number = entry.number
    return number


def _looks(services: Services, entries: Sequence[Entry]) -> list[Look]:
    found = []
    for entry in entries:
        if (opening := entry.opening) is not None:
            day = entry.at.astimezone(PACIFIC).date()
            informs = opening.persona is Persona.PARENT or _of_age(services, opening.student_dcid, day)
            which = (opening.student_dcid, program_of(opening.record_types), opening.year)
            found.append(Look(which, opening.persona, opening.subject, informs, entry.at, entry.number))
    return found


def _of_age(services: Services, dcid: int, day: datetime.date) -> bool:
    """Not where PowerSchool has no date of birth."""
    student = services.recent_roster.listed_one(dcid)
    return bool(student and student.born and age(student.born, day) >= OF_AGE)
