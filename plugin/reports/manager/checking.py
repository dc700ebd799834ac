"""What PowerSchool says of the releases' students: new ones at once, and everybody once an hour.

A block that can't be read counts as one (plugin/reports/release.py). While PowerSchool fails, everything stays as it
is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from plugin.model import Lea
from plugin.powerschool.records import Listed
from plugin.reports.due_dates import Program
from plugin.reports.manager.deadlines import CHECKED, CHUNK, Deadlines, deadlines_of
from plugin.reports.release import Blocks
from plugin.reports.services import Services
from plugin.store.releases import Facts, Known, Person

#: How old what PowerSchool said may become.
OLDEST = datetime.timedelta(hours=1)
#: So many students are asked for one by one in a round: those who are on no list. The next round goes on from there.
MOST_SINGLY = 500


def check(services: Services) -> None:
    """Raises SchoolSystemUnavailable. Any number of workers may do this at once."""
    mark, now = services.marks.of(CHECKED), services.now()
    everybody = mark.at is None or mark.at <= now - OLDEST
    if everybody or services.releases.to_check(0, 1, new=True):
        school = _School.ask(services)
        _check(services, school, 0, new=True)
        if everybody:
            reached = _check(services, school, mark.number, new=False)
            services.marks.forget(CHECKED)
            services.marks.come_to(CHECKED, reached or 0, now if reached is None else now - OLDEST)


def _check(services: Services, school: _School, after: int, *, new: bool) -> int | None:
    """Those behind number `after`. How far it came where others wait for the next round."""
    deadlines: dict[str, Deadlines] = {}
    while these := services.releases.to_check(after, CHUNK, new=new):
        for cds in {one.lea_cds for one in these} - deadlines.keys():
            deadlines[cds] = deadlines_of(services, Lea(cds, cds))
        if new:  # who looked before their release was found
            services.looks.write_into({(one.student_dcid, one.program, one.year) for one in these})
        facts = list(_facts(school, these, deadlines))
        services.releases.check(facts, services.now())
        if len(facts) < len(these):
            return facts[-1].release_id if facts else after
        after = these[-1].id
    return None


def _facts(school: _School, these: Iterable[Known], deadlines: Mapping[str, Deadlines]) -> Iterator[Facts]:
    """Of as many as something can be said of now."""
    for one in takewhile(school.can_tell, these):
        enrolled = school.enrolled(one)
        due = deadlines[one.lea_cds].of(one.program, one.year, one.found_at, enrolled)
        blocked = school.blocks.hold(one.student_dcid)
        yield Facts(one.id, school.person(one), blocked, enrolled, due.day, due.estimated)


@dataclass
class _School:
    """What PowerSchool says in one round. `singly` is who was asked for alone, `first_days` are those in the LEA by
    release."""

    services: Services
    listed: Mapping[int, Listed]
    blocks: Blocks
    singly: dict[int, Listed | None] = field(default_factory=dict)
    first_days: dict[int, datetime.date | None] = field(default_factory=dict)
    asked: int = 0

    @classmethod
    def ask(cls, services: Services) -> _School:
        listed = {one.student.dcid: one for one in services.roster.listed()}
        return cls(services, listed, Blocks(services.roster))

    def can_tell(self, known: Known) -> bool:
        """False for who would have to be asked for alone, when too many were already."""
        dcid = known.student_dcid
        is_named = dcid in self.listed or dcid in self.singly or (known.has_left and known.is_named)
        if is_named and not self.blocks.ask_for(dcid):
            return True
        if self.asked >= MOST_SINGLY:
            return False
        self.asked += 1
        if not is_named:
            self.singly[dcid] = self.services.roster.listed_one(dcid)
        return True

    def person(self, known: Known) -> Person | None:
        """None of whom nothing new is to be said: who has left, or is gone altogether."""
        one = self.listed.get(known.student_dcid) or self.singly.get(known.student_dcid)
        if one is None:
            return None
        return Person(one.first, one.last, one.student.school.number, one.student.grade, one.language, one.has_left)

    def enrolled(self, known: Known) -> datetime.date | None:
        """The first day in the LEA, asked for once and only where the law counts from it."""
        if known.enrolled_on or known.program != Program.INITIAL_ELPAC or self.asked >= MOST_SINGLY:
            return known.enrolled_on
        if known.id not in self.first_days:
            self.asked += 1
            enrolments = self.services.roster.enrolments(known.student_dcid)
            days = [one.days.first for one in enrolments if one.lea.cds == known.lea_cds and one.days.first]
            self.first_days[known.id] = min(days, default=None)
        return self.first_days[known.id]
