"""When searches begin by themselves, and who goes on with those that have begun: a worker's part, once a minute."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from plugin.errors import SchoolSystemUnavailable
from plugin.model import Lea
from plugin.reports.detection import searching
from plugin.reports.detection.plan import KIND, SearchPlan, next_search, plan_of
from plugin.reports.services import Services
from plugin.store.audit import Event
from plugin.store.choices import Chosen
from plugin.store.searches import Search, State

log = structlog.get_logger()

#: Who began a search that the plan began: nobody.
BY_PLAN = ""
#: How the access record names the plan.
PLAN = "the search plan"
#: LEAs on one PowerSchool server, and more than any has: for each there may be a thread.
MOST_LEAS = 1_000


def next_of(services: Services, lea_cds: str, chosen: Chosen) -> datetime.datetime | None:
    """When the plan wants this LEA's next search. It is due where that is not after now."""
    latest = services.searches.latest(lea_cds)
    served = [moment for moment in (chosen.changed_at, latest and latest.begun_at) if moment]
    return next_search(SearchPlan.of(chosen.choice), max(served, default=None), services.now())


def begin_due(services: Services) -> None:
    """Begin what the plans want by now, where none goes on. While PowerSchool is away, a later round does it."""
    going = {search.lea_cds for search in services.searches.open_ones()}
    for lea_cds, chosen in services.choices.of_kind(KIND).items():
        due_at = next_of(services, lea_cds, chosen)
        if lea_cds in going or due_at is None or due_at > services.now():
            continue
        try:
            _begin(services, lea_cds, SearchPlan.of(chosen.choice), due_at)
        except SchoolSystemUnavailable as failure:
            log.warning("search.not_begun", lea=lea_cds, cause=failure.cause)


class Searchers:
    """The searches that this process has in hand, each in a thread of its own: a slow LEA holds up no other.

    `stop` says when to leave them to the next worker, which takes seconds.
    """

    def __init__(self, services: Services, worker: str, stop: Callable[[], bool]) -> None:
        self._services, self._worker, self._stop = services, worker, stop
        # A lease is this process's alone: two workers that were given one name would search at twice the rate.
        self._name = f"{worker} {secrets.token_hex(4)}"
        self._threads = ThreadPoolExecutor(MOST_LEAS, thread_name_prefix="search")
        self._at_work: dict[str, Future[None]] = {}

    def round(self) -> None:
        """Begin what is due, and take in hand what nobody has here. Returns at once, while the threads go on.

        So any number of rounds may follow each other while a search takes hours. What ended one of them since the
        last round is raised at the end of this one.
        """
        self._services.workers.note(self._worker, self._services.now())
        ended = [self._at_work.pop(lea) for lea, thread in list(self._at_work.items()) if thread.done()]
        begin_due(self._services)
        for search in self._services.searches.open_ones():
            if search.state is State.SEARCHING and search.lea_cds not in self._at_work:
                self._at_work[search.lea_cds] = self._threads.submit(self._go_on, search)
        for thread in ended:
            thread.result()

    def finish(self) -> None:
        """Wait until what is in hand is done, paused, stopped, or given up since `stop` says so, and raise like it."""
        self._threads.shutdown()
        for thread in self._at_work.values():
            thread.result()

    def _go_on(self, search: Search) -> None:
        plan = plan_of(self._services, search.lea_cds)
        try:
            searching.go_on(self._services, search, self._name, plan, stop=self._stop)
        except Exception as error:
            log.error("search.failed", lea=search.lea_cds, error=type(error).__name__)
            raise


def _begin(services: Services, lea_cds: str, plan: SearchPlan, due_at: datetime.datetime) -> None:
    lea = Lea(lea_cds, lea_cds)
    if searching.begin(services, lea, BY_PLAN, plan, due_at=due_at) is not None:
        facts = {"search": "begin", "due": due_at.isoformat()}
        services.audit.record(Event.SEARCH_CHANGED, services.now(), subject=PLAN, lea_cds=lea_cds, change=facts)
