"""When searches begin by themselves, and who goes on with those that have begun: a worker's part, once a minute."""

from __future__ import annotations

import datetime
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from plugin.model import Lea
from plugin.reports.detection import searching
from plugin.reports.detection.plan import KIND, SearchPlan, next_search, plan_of
from plugin.reports.services import Services
from plugin.store.audit import Event
from plugin.store.choices import Chosen
from plugin.store.searches import State

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


def due(services: Services) -> dict[str, datetime.datetime]:
    """The LEAs whose plan wants a search by now, and for which moment, where none goes on."""
    going = {search.lea_cds for search in services.searches.open_ones()}
    plans = services.choices.of_kind(KIND).items()
    wanted = {lea_cds: next_of(services, lea_cds, chosen) for lea_cds, chosen in plans if lea_cds not in going}
    return {lea_cds: moment for lea_cds, moment in wanted.items() if moment and moment <= services.now()}


def begin(services: Services, lea_cds: str, due_at: datetime.datetime) -> None:
    """Begin the plan's search for this moment, unless another worker has. Raises SchoolSystemUnavailable."""
    lea, plan = Lea(lea_cds, lea_cds), plan_of(services, lea_cds)
    if searching.begin(services, lea, BY_PLAN, plan, due_at=due_at) is not None:
        facts = {"search": "begin", "due": due_at.isoformat()}
        services.audit.record(Event.SEARCH_CHANGED, services.now(), subject=PLAN, lea_cds=lea_cds, change=facts)


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
        # One list of students at a time: PowerSchool has others to serve.
        self._beginning = threading.Lock()

    def round(self) -> None:
        """Begin what is due, and take in hand what nobody has here: all in threads, so that a round ends at once.

        So any number of rounds may follow each other while a search takes hours. What ended a thread since the last
        round is raised at the end of this one.
        """
        self._services.workers.note(self._worker, self._services.now())
        ended = [self._at_work.pop(lea) for lea, thread in list(self._at_work.items()) if thread.done()]
        moments = due(self._services)
        going = [one.lea_cds for one in self._services.searches.open_ones() if one.state is State.SEARCHING]
        for lea_cds in {*moments, *going} - self._at_work.keys():
            self._at_work[lea_cds] = self._threads.submit(self._search, lea_cds, moments.get(lea_cds))
        for thread in ended:
            thread.result()

    def finish(self) -> None:
        """Wait until what is in hand is done, paused, stopped, or given up since `stop` says so, and raise like it."""
        self._threads.shutdown()
        for thread in self._at_work.values():
            thread.result()

    def _search(self, lea_cds: str, due_at: datetime.datetime | None) -> None:
        try:
            if due_at:
                self._begin(lea_cds, due_at)
            self._go_on(lea_cds)
        except Exception as error:
            log.error("search.failed", lea=lea_cds, error=type(error).__name__)
            raise

    def _begin(self, lea_cds: str, due_at: datetime.datetime) -> None:
        with self._beginning:
            if not self._stop():
                begin(self._services, lea_cds, due_at)

    def _go_on(self, lea_cds: str) -> None:
        search, plan = self._services.searches.latest(lea_cds), plan_of(self._services, lea_cds)
        if search and search.state is State.SEARCHING and not self._stop():
            searching.go_on(self._services, search, self._name, plan, stop=self._stop)
