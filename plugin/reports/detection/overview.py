"""How an LEA's search stands: what the page and the command line show of it."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugin.errors import STATE_FAILURES, NoSsid, NotEnrolledHere, SsidUnknown, StateFailure
from plugin.model import Lea
from plugin.reports.asking_state import standing_of
from plugin.reports.detection.control import Verb, verbs
from plugin.reports.detection.plan import KIND
from plugin.reports.detection.scheduling import next_of
from plugin.reports.services import Services
from plugin.reports.standing import CLOSED
from plugin.reports.trying import record_of
from plugin.store.searched import Progress
from plugin.store.searches import Search, State

#: A worker that is at work shows it every minute.
LATELY = datetime.timedelta(minutes=3)
#: Over so long the speed is measured.
WINDOW = datetime.timedelta(minutes=1)

AGAIN = "The state could not say. The next search asks for these students again."


class Hold(enum.StrEnum):
    """Why a search does not move, though nobody paused it."""

    NO_WORKER = "no_worker"
    CREDENTIALS = "credentials"
    STATE = "state"
    SOON = "soon"


HOLDS = {
    Hold.NO_WORKER: "The background service is not running, so nothing moves: no search begins or goes on. Whoever "
    "looks after this service starts it with the command “score-reports work”.",
    Hold.CREDENTIALS: "It waits: the state can't be asked with this LEA's credentials.",
    Hold.STATE: "It waits: the state's service fails or does not answer. One call every 15 seconds tries whether it "
    "is back.",
    Hold.SOON: "The background service takes it up within a minute, or within two minutes after it broke off.",
}


@dataclass(frozen=True)
class Cause:
    """Students for whom the state gave no answer, for one cause, and what can be done about it."""

    title: str
    advice: str
    students: int


@dataclass(frozen=True)
class Overview:
    """`speed` is students a second over the last minute. `due_at` is when the plan wants the next search.

    `releases` counts what is new once for each student, program and year, as families are told of it; `progress` counts
    each language and combination of tests. `has_worker` is whether anybody does the background work at all.
    """

    lea: Lea
    search: Search | None
    progress: Progress
    releases: int
    speed: float
    hold: Hold | None
    due_at: datetime.datetime | None
    has_worker: bool

    @property
    def verbs(self) -> tuple[Verb, ...]:
        return verbs(self.search)

    @property
    def goes_on(self) -> bool:
        return self.search is not None and self.search.ended_at is None

    @property
    def is_searching(self) -> bool:
        return self.search is not None and self.search.state is State.SEARCHING

    @property
    def percent(self) -> int:
        """Rounded down: all are asked for when it says a hundred."""
        return 100 * self.progress.asked // self.progress.students if self.progress.students else 100

    @property
    def time_left(self) -> datetime.timedelta | None:
        """An estimate, at the speed of the last minute; None where nothing moves."""
        if not self.is_searching or not self.speed:
            return None
        return datetime.timedelta(seconds=round((self.progress.students - self.progress.asked) / self.speed))

    @property
    def causes(self) -> list[Cause]:
        return causes(self.progress.failures)


def overview(services: Services, lea: Lea) -> Overview:
    """How things stand now, from our own tables: nobody is asked."""
    search, now = services.searches.latest(lea.cds), services.now()
    seen = services.workers.last_seen()
    has_worker = seen is not None and now - seen < LATELY
    return Overview(
        lea,
        search,
        services.searches.progress(search.id) if search else Progress(0, 0, 0, {}),
        sum(services.tellings.of_search(search.id).values()) if search else 0,
        _speed(services, search) if search else 0.0,
        _hold(services, lea, search, has_worker=has_worker) if search and search.state is State.SEARCHING else None,
        next_of(services, lea.cds, services.choices.of(lea.cds, KIND)),
        has_worker,
    )


def causes(failures: Mapping[str, int]) -> list[Cause]:
    """The most frequent first. Causes that read the same are one."""
    counted: dict[tuple[str, str], int] = {}
    for cause, students in failures.items():
        kind = STATE_FAILURES.get(cause, StateFailure)
        words = kind.title, kind.administrator if kind in {NoSsid, SsidUnknown, NotEnrolledHere} else AGAIN
        counted[words] = counted.get(words, 0) + students
    return [Cause(*words, number) for words, number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]


def _speed(services: Services, search: Search) -> float:
    """Answers of the last minute, by the time since the first of them."""
    now = services.now()
    count, first = services.searches.asked_since(search.id, now - WINDOW)
    return round(count / max(1.0, (now - first).total_seconds()), 1) if first else 0.0


def _hold(services: Services, lea: Lea, search: Search, *, has_worker: bool) -> Hold | None:
    return next(_holds(services, lea, search, has_worker=has_worker), None)


def _holds(services: Services, lea: Lea, search: Search, *, has_worker: bool) -> Iterator[Hold]:
    """The likeliest to be mended by whoever reads it first."""
    in_hand = services.searches.in_hand(search.id, services.now())
    if not in_hand and not has_worker:
        yield Hold.NO_WORKER
    if standing_of(services, record_of(services, lea)).word in CLOSED:
        yield Hold.CREDENTIALS
    pace = services.state_paces.of(lea.cds)
    if in_hand and pace and pace.stopped:
        yield Hold.STATE
    if not in_hand:
        yield Hold.SOON
