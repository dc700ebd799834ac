"""One search: the state is asked for each student of an LEA, and what is new is kept. It goes on wherever it was.

One thread decides when the next call begins and keeps what the others bring, so that the pace is one and the
database is asked once for many answers. What was being asked for when the process died is asked for again.
"""

from __future__ import annotations

import datetime
import time
from collections import deque
from collections.abc import Callable, Iterator

import structlog

from plugin.district import DistrictField
from plugin.errors import CredentialsMissing, StateBusy, StateDown, StateSlow, StateUnreadable, StateUntrusted
from plugin.ets.credentials import Credentials
from plugin.model import Lea, Report, Student
from plugin.reports.asking_state import open_line
from plugin.reports.detection.calls import Calls, Ended
from plugin.reports.detection.candidates import candidates, looked_for, this_spring
from plugin.reports.detection.pace import FORGOTTEN, Heard, Pace
from plugin.reports.detection.plan import SearchPlan
from plugin.reports.due_dates import program_of
from plugin.reports.services import Services
from plugin.store.found_reports import FoundReport
from plugin.store.searched import Outcome, Waiting
from plugin.store.searches import Search, State

log = structlog.get_logger()

#: Calls that have begun and are not kept, a third of which wait for the state. At five a second a state that takes six
#: seconds keeps all of those busy.
IN_FLIGHT = 96
#: Seconds between two looks at what may have changed meanwhile.
LOOK = 5.0
#: A student for whom the state failed is asked for again, at the end, and not more often than so.
TRIES = 3
#: The fields of district.toml for which students are left out.
LEAVING_OUT = ("exemption", "status")


def begin(
    services: Services, lea: Lea, by: str, plan: SearchPlan, *, due_at: datetime.datetime | None = None
) -> int | None:
    """Begin a search through this LEA's students; `due_at` is the moment of the plan that it is for, if any.

    None where one goes on, or was begun for that moment. Raises SchoolSystemUnavailable.
    """
    year = str(this_spring(services.today()))
    seen = {dcid for dcid, known in services.searches.known(lea.cds) if known == year}
    # Where a field can't be read nobody is left out, and the page says so: one student too many hurts nobody.
    left_out = set(services.roster.who_say_yes("exemption") or ())
    if plan.leave_out_status:
        left_out |= services.roster.who_say_yes("status") or frozenset()
    chosen = candidates(_students(services, plan), lea, seen=seen, left_out=left_out, schools=plan.schools)
    return services.searches.begin(lea.cds, chosen, by=by, now=services.now(), due_at=due_at)


def unreadable(services: Services) -> list[DistrictField]:
    """The district's fields for which nobody is left out, because PowerSchool won't tell them."""
    named = (services.district.fields.get(role) for role in LEAVING_OUT)
    # A field is refused whoever it is asked of, and of nobody (0) it is told fastest.
    return [field for field in named if field and services.recent_roster.says_yes(field.role, 0) is None]


def _students(services: Services, plan: SearchPlan) -> Iterator[Student]:
    """Who is enrolled, and who left lately enough."""
    yield from (one.student for one in services.roster.active())
    if plan.left_since:
        last_day = plan.left_since - datetime.timedelta(days=1)
        yield from (one.student for one in services.roster.left() if one.days.last and one.days.last >= last_day)


def go_on(
    services: Services,
    search: Search,
    worker: str,
    plan: SearchPlan,
    *,
    in_flight: int = IN_FLIGHT,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Ask for those who wait, until all are asked for, somebody pauses or stops the search, or `stop` says so.

    Returns at once while somebody else has it in hand, or while the LEA's credentials don't work: then a later round
    goes on. Raises SchoolSystemUnavailable.
    """
    if not services.searches.lease(search.id, worker, services.now()):
        return
    try:
        _Round(services, search, worker, plan, in_flight, stop).run()
    except CredentialsMissing as failure:
        log.warning("search.waits", lea=search.lea_cds, cause=failure.cause)
    finally:
        services.searches.release(search.id, worker, services.now())


class _Round:
    def __init__(
        self,
        services: Services,
        search: Search,
        worker: str,
        plan: SearchPlan,
        in_flight: int,
        stop: Callable[[], bool],
    ) -> None:
        self._services, self._search, self._worker, self._stop = services, search, worker, stop
        self._lea = Lea(search.lea_cds, search.lea_cds)
        # Of other years nothing is kept.
        self._years = None if plan.previous_years else looked_for(services.today())
        self._line = open_line(services, self._lea)
        ssids = {one.dcid: one.ssid for one in _students(services, plan) if one.ssid}
        self._calls = Calls(self._ask, ssids, in_flight)
        self._list = 10 * in_flight
        self._next: deque[Waiting] = deque()
        self._pace = _pace(services, search.lea_cds, plan.rate)
        self._looked_at = time.monotonic()

    def run(self) -> None:
        with self._calls:
            while self._goes_on():
                pause = self._pace.wait()
                if self._has_next() and pause == 0:
                    self._pace.begin()
                    self._calls.begin(self._line, self._next.popleft())
                elif self._calls.in_flight or self._next:
                    self._collect(pause or LOOK)
                else:
                    self._services.searches.change(self._search.id, State.DONE, self._services.now())
                    break
            while self._calls.in_flight:
                self._collect(LOOK)
        self._keep_pace()

    def _ask(self, credentials: Credentials, ssid: str) -> list[Report]:
        state = self._services.state
        return state.reports(self._lea, credentials, ssid, years=self._years, somebody_waits=False)

    def _goes_on(self) -> bool:
        if self._stop():
            return False
        return time.monotonic() - self._looked_at < LOOK or self._look()

    def _look(self) -> bool:
        """Now and then: whether the search is still ours, with which credentials, and what people take meanwhile."""
        self._looked_at, now = time.monotonic(), self._services.now()
        if not self._services.searches.lease(self._search.id, self._worker, now):
            return False
        self._line = open_line(self._services, self._lea)
        lately = now - datetime.timedelta(seconds=LOOK)
        self._pace.people = self._services.links.asked_since(lately) / LOOK
        self._keep_pace()
        return True

    def _keep_pace(self) -> None:
        pace, now = self._pace, self._services.now()
        self._services.state_paces.keep(self._lea.cds, pace.rate, pace.latency, now, stopped=pace.is_open)

    def _has_next(self) -> bool:
        if not self._calls.may_begin(self._pace.rate):
            return False
        if not self._next:
            waiting = self._services.searches.waiting(self._search.id, self._list)
            self._next.extend(one for one in waiting if one.dcid not in self._calls.in_flight)
        return bool(self._next)

    def _collect(self, seconds: float) -> None:
        """Keep what has come by then, all at once."""
        ended = self._calls.ended(min(seconds, LOOK))
        for one in ended:
            retry_after = one.failure.facts.get("retry_after", 0) if one.failure else 0
            self._pace.heard(_heard(one), one.took, retry_after=float(retry_after))
        if outcomes := [_outcome(one) for one in ended if not isinstance(one.failure, CredentialsMissing)]:
            self._services.searches.keep(self._search, outcomes, self._services.now())
        self._calls.kept(ended)
        for one in ended:
            if isinstance(one.failure, CredentialsMissing):
                raise one.failure


def _pace(services: Services, lea_cds: str, limit: float) -> Pace:
    """As slow as the state wanted it a moment ago: a worker that comes after another must not begin anew."""
    kept = services.state_paces.of(lea_cds)
    if kept is None or services.now() - kept.measured_at > datetime.timedelta(seconds=FORGOTTEN):
        return Pace(limit, time.monotonic)
    pace = Pace(limit, time.monotonic, kept.rate)
    if kept.stopped:
        pace.open()
    return pace


def _heard(ended: Ended) -> Heard:
    if not ended.was_made:
        return Heard.NOTHING
    match ended.failure:
        case StateBusy():
            return Heard.BUSY
        case StateDown() | StateUnreadable():
            return Heard.FAULT
        case StateSlow():
            return Heard.SILENCE
        case _:
            return Heard.ANSWER


def _outcome(ended: Ended) -> Outcome:
    dcid = ended.student.dcid
    if failure := ended.failure:
        passing = isinstance(failure, StateSlow) and not isinstance(failure, StateUnreadable | StateUntrusted)
        return Outcome(dcid, failure.cause, again=passing and ended.student.tries + 1 < TRIES)
    found = [
        FoundReport(dcid, one.record_types, program_of(one.record_types), one.year_text, one.language)
        for one in ended.reports
    ]
    return Outcome(dcid, "ok", found)
