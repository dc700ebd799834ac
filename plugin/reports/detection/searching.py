"""One search: the state is asked for each student of an LEA, and what is new is kept. It goes on wherever it was.

One thread decides when the next call begins and keeps what the others bring, so that the pace is one and the
database is asked once for many answers. What was being asked for when the process died is asked for again.
"""

from __future__ import annotations

import datetime
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import structlog

from plugin.errors import CredentialsMissing, StateBusy, StateDown, StateFailure, StateSlow
from plugin.model import Lea, Report, SchoolYear, Student
from plugin.reports.asking_state import Line, open_line
from plugin.reports.detection.candidates import candidates, looked_for, this_spring
from plugin.reports.detection.pace import Heard, Pace
from plugin.reports.detection.plan import SearchPlan
from plugin.reports.due_dates import program_of
from plugin.reports.services import Services
from plugin.store.searches import FoundReport, Outcome, Search, State, Waiting

log = structlog.get_logger()

#: Calls at a time. At five a second a state that takes six seconds keeps all of them busy.
IN_FLIGHT = 32
#: After so many seconds it is looked at anew whether the search goes on, and with which credentials.
LOOK = 5.0
#: A student for whom the state failed is asked for once more, at the end.
TRIES = 2


def begin(
    services: Services, lea: Lea, by: str, plan: SearchPlan, *, due_at: datetime.datetime | None = None
) -> int | None:
    """Begin a search through this LEA's students; `due_at` is the moment of the plan that it is for, if any.

    None where one goes on, or was begun for that moment. Raises SchoolSystemUnavailable.
    """
    year = str(this_spring(services.today()))
    seen = {dcid for dcid, known in services.searches.known(lea.cds) if known == year}
    # Where a field can't be read nobody is left out: asking for one student too many hurts nobody.
    left_out = set(services.roster.who_say_yes("exemption") or ())
    if plan.leave_out_status:
        left_out |= services.roster.who_say_yes("status") or frozenset()
    chosen = candidates(_students(services, plan), lea, seen=seen, left_out=left_out, schools=plan.schools)
    return services.searches.begin(lea.cds, chosen, by=by, now=services.now(), due_at=due_at)


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
        ssids = {one.dcid: one.ssid for one in _students(services, plan) if one.ssid}
        _Round(services, search, worker, ssids, plan, in_flight, stop).run()
    except CredentialsMissing as failure:
        log.warning("search.waits", lea=search.lea_cds, cause=failure.cause)
    finally:
        services.searches.release(search.id, worker, services.now())


@dataclass(frozen=True)
class _Ended:
    """A call that is over."""

    student: Waiting
    reports: tuple[Report, ...]
    failure: StateFailure | None
    took: float


class _Round:
    def __init__(
        self,
        services: Services,
        search: Search,
        worker: str,
        ssids: Mapping[int, str],
        plan: SearchPlan,
        in_flight: int,
        stop: Callable[[], bool],
    ) -> None:
        self._services, self._search, self._worker, self._ssids = services, search, worker, ssids
        self._pace, self._in_flight, self._stop = Pace(plan.rate, time.monotonic), in_flight, stop
        self._years = None if plan.previous_years else looked_for(services.today())
        self._lea = Lea(search.lea_cds, search.lea_cds)
        self._line = open_line(services, self._lea)
        self._looked_at = time.monotonic()
        self._next: deque[Waiting] = deque()
        self._asked: dict[Future[_Ended], int] = {}

    def run(self) -> None:
        with ThreadPoolExecutor(self._in_flight) as threads:
            begins: float | None = None
            while self._goes_on():
                if begins is None and self._has_next():
                    pause = self._pace.wait()
                    begins = None if pause is None else time.monotonic() + pause
                if begins is not None and begins <= time.monotonic():
                    self._ask_next(threads)
                    begins = None
                elif not self._asked and begins is None:
                    self._services.searches.change(self._search.id, State.DONE, self._services.now())
                    return
                else:
                    self._collect(LOOK if begins is None else begins - time.monotonic())
            while self._asked:
                self._collect(LOOK)

    def _goes_on(self) -> bool:
        """Looked at now and then: whether it is still ours, and with which credentials."""
        if self._stop():
            return False
        if time.monotonic() - self._looked_at >= LOOK:
            self._looked_at = time.monotonic()
            if not self._services.searches.lease(self._search.id, self._worker, self._services.now()):
                return False
            self._line = open_line(self._services, self._lea)
        return True

    def _has_next(self) -> bool:
        if len(self._asked) >= self._in_flight:
            return False
        if not self._next:
            asked = set(self._asked.values())
            waiting = self._services.searches.waiting(self._search.id, 10 * self._in_flight)
            self._next.extend(one for one in waiting if one.dcid not in asked)
        return bool(self._next)

    def _ask_next(self, threads: ThreadPoolExecutor) -> None:
        student = self._next.popleft()
        self._asked[threads.submit(self._ask, self._line, student)] = student.dcid

    def _ask(self, line: Line, student: Waiting) -> _Ended:
        begun = time.monotonic()
        ssid = self._ssids.get(student.dcid, "")  # who has left meanwhile has none: the state isn't asked
        try:
            reports = line.ask(lambda credentials: self._services.state.reports(self._lea, credentials, ssid))
        except StateFailure as failure:
            return _Ended(student, (), failure, time.monotonic() - begun)
        return _Ended(student, tuple(reports), None, time.monotonic() - begun)

    def _collect(self, seconds: float) -> None:
        """Keep what has come by then, all at once."""
        pause = max(0.0, min(seconds, LOOK))
        if not self._asked:
            time.sleep(pause)
            return
        done, _ = wait(self._asked, pause, FIRST_COMPLETED)
        ended = [future.result() for future in done]
        for one in ended:
            retry_after = one.failure.facts.get("retry_after", 0) if one.failure else 0
            self._pace.heard(_heard(one.failure), one.took, retry_after=float(retry_after))
        if outcomes := [_outcome(one, self._years) for one in ended if not isinstance(one.failure, CredentialsMissing)]:
            self._services.searches.keep(self._search, outcomes, self._services.now())
        for future in done:
            del self._asked[future]
        for one in ended:
            if isinstance(one.failure, CredentialsMissing):
                raise one.failure


def _heard(failure: StateFailure | None) -> Heard:
    match failure:
        case StateBusy():
            return Heard.BUSY
        case StateDown():
            return Heard.FAULT
        case StateSlow():
            return Heard.SILENCE
        case _:
            return Heard.ANSWER


def _outcome(ended: _Ended, years: frozenset[SchoolYear] | None) -> Outcome:
    """Of other years than these nothing is kept; a year that we can't read may be one of them."""
    dcid = ended.student.dcid
    if ended.failure:
        again = isinstance(ended.failure, StateSlow) and ended.student.tries + 1 < TRIES
        return Outcome(dcid, ended.failure.cause, again=again)
    found = [
        FoundReport(dcid, one.record_types, program_of(one.record_types), one.year_text, one.language)
        for one in ended.reports
        if years is None or one.year is None or one.year in years
    ]
    return Outcome(dcid, "ok", found)
