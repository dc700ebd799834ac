"""`python -m bench detect`: how fast a search for new reports goes through a district, and what it takes of memory."""

from __future__ import annotations

import datetime
import math
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, cast

import requests

from bench import asking, databases, sections
from bench.asking import Page
from bench.databases import Database as EmptyOnes
from bench.machine import Moment, described
from bench.stand import Stand, stand
from plugin import assemble
from plugin.config import from_environ
from plugin.ets.client import StateClient
from plugin.jobs.memory import look_seldom
from plugin.model import Lea, Report
from plugin.reports.detection import searching
from plugin.reports.detection.plan import SearchPlan
from plugin.store.database import Database
from plugin.store.vault import Vault
from sandbox.sidecar import ROOT

#: Seconds that the state takes for an answer, and calls that wait for one at a time.
LATENCY, WAITING = 0.05, 32
IDEAL = WAITING / LATENCY
#: Of 100 made-up pupils some are a charter school's, in transitional kindergarten, or without an SSID.
ASKED_FOR = 0.735
SHARE, GROWTH = 0.9, 50
#: Seconds of a search after which the bare loop has its turn, and the calls that it makes then.
LAP, BARE_CALLS = 6.0, 1_500
#: Stands for one in an address.
SSID = "SSID"


@dataclass(frozen=True)
class Lap:
    """Calls a second of a part of a search, and of the bare loop right after it."""

    ours: float
    bare: float

    @property
    def share(self) -> float:
        """Of the ideal, or of what the bare loop did where that is less."""
        return self.ours / min(IDEAL, self.bare)


@dataclass(frozen=True)
class Searched:
    """One search in a process of its own, and the most memory that the process had, in MiB."""

    students: int
    laps: Sequence[Lap]
    peak: float


@dataclass(frozen=True)
class Detection:
    """Of one database: a search through few, and one through many."""

    few: Searched
    many: Searched

    @property
    def ours(self) -> float:
        return median(lap.ours for lap in self.many.laps)

    @property
    def bare(self) -> float:
        return median(lap.bare for lap in self.many.laps)

    @property
    def share(self) -> float:
        """The median, since the machine may slow down in the midst of a lap."""
        return median(lap.share for lap in self.many.laps)

    @property
    def growth(self) -> float:
        return self.many.peak - self.few.peak


@dataclass(frozen=True)
class Questions:
    """What the search asks the state, for the bare loop: `page` with SSID in its address, and the SSIDs by DCID."""

    page: Page
    ssids: Mapping[int, str] = field(repr=False)

    def about(self, students: Iterable[int]) -> list[Page]:
        """Those who have an SSID."""
        known = [self.ssids[dcid] for dcid in students if dcid in self.ssids]
        return [replace(self.page, url=self.page.url.replace(SSID, ssid)) for ssid in known]


def measure(database: EmptyOnes, few: int, many: int) -> Detection:
    return Detection(_searched(database, few), _searched(database, many))


def _searched(database: EmptyOnes, students: int) -> Searched:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with database(folder) as addresses, stand(addresses, folder, round(students / ASKED_FOR)) as running:
            running.state_takes(LATENCY)
            with asking.elsewhere() as process:
                return process.submit(search, running.environ, running.district.cds, _questions(running)).result()


def _questions(stand: Stand) -> Questions:
    ssids = {one.dcid: one.ssid for one in stand.district.pupils if one.lea_cds == stand.district.cds and one.ssid}
    dcid, ssid = next(iter(ssids.items()))
    page = stand.state_itself(dcid)
    return Questions(replace(page, url=page.url.replace(ssid, SSID)), ssids)


def search(environ: Mapping[str, str], lea_cds: str, questions: Questions, lap: float = LAP) -> Searched:
    """As a worker does it, but with no limit to its rate. Run it in a process that has done nothing else."""
    settings = from_environ(environ)
    vault = Vault(settings.vault_keys, next(iter(settings.vault_keys)))
    with closing(Database(settings.database_url)) as database, asking.elsewhere() as process:
        services, plan = assemble(settings, database, vault), SearchPlan(rate=math.inf)
        look_seldom()
        searching.begin(services, Lea(lea_cds, lea_cds), "bench", plan)
        [begun] = services.searches.open_ones()

        students = [one.dcid for one in services.searches.waiting(begun.id, len(questions.ssids))]

        def loop(asked: int) -> float:
            """For those whom the search has just asked for: who comes first has more reports than others."""
            last = students[max(0, asked - BARE_CALLS) : asked]
            return process.submit(bare, questions.about(last)).result()

        state = _Counted(services.state)
        turns = _Turns(state, loop, lap)
        searching.go_on(
            replace(services, state=cast(StateClient, state)),
            begun,
            "bench",
            plan,
            in_flight=3 * WAITING,
            stop=turns,
        )
        return Searched(services.searches.progress(begun.id).asked, turns.laps, _peak())


class _Counted:
    """The state's client, with the number of its calls that are over."""

    def __init__(self, state: StateClient) -> None:
        self._state, self._lock, self._begun, self._over = state, threading.Lock(), 0, 0

    def reports(self, *args: Any, **options: Any) -> list[Report]:
        with self._lock:
            self._begun += 1
        try:
            return self._state.reports(*args, **options)
        finally:
            with self._lock:
                self._over += 1

    def all_over(self) -> int:
        """How many, when none has been under way for a moment."""
        while True:
            over = self._over
            time.sleep(0.005)
            if self._begun == over:
                return over


class _Turns:
    """The bare loop's, in the midst of a search that asks now and then whether to stop and waits for the answer.

    So the same minutes of the machine meet both: its speed may change by half within one. A lap ends when all of its
    calls are over.
    """

    def __init__(self, state: _Counted, loop: Callable[[int], float], lap: float) -> None:
        self._state, self._loop, self._lap = state, loop, lap
        self.laps: list[Lap] = []
        self._before, self._begun = 0, time.perf_counter()

    def __call__(self) -> bool:
        if time.perf_counter() - self._begun >= self._lap and (over := self._state.all_over()) > self._before:
            ours = (over - self._before) / (time.perf_counter() - self._begun)
            self.laps.append(Lap(ours, self._loop(over)))
            self._before, self._begun = over, time.perf_counter()
        return False


def bare(pages: Sequence[Page]) -> float:
    """Calls a second of what anybody would write: threads with a session each, and nothing kept of what comes."""
    left, turn = iter(pages), threading.Lock()

    def ask() -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity"})
            while True:
                with turn:
                    page = next(left, None)
                if page is None:
                    return
                session.get(page.url, headers=page.headers, timeout=asking.PATIENCE).json()

    begun = time.perf_counter()
    with ThreadPoolExecutor(WAITING) as threads:
        for thread in [threads.submit(ask) for _ in range(WAITING)]:
            thread.result()
    return len(pages) / (time.perf_counter() - begun)


def _peak() -> float:
    """The most memory that this process ever had, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def report(found: Mapping[str, Detection], machine: str) -> str:
    """The part of docs/performance.md."""
    lines = ["| | Database | Aim | Measured | |", "|---|---|---|---|---|"]
    for database, one in found.items():
        shares = sorted(lap.share for lap in one.many.laps)
        laps = f"the median of {len(shares)} laps, from {shares[0]:.2f} to {shares[-1]:.2f}"
        calls = f"{one.ours:.0f} calls a second, the bare loop {one.bare:.0f}, ideal {IDEAL:.0f}"
        rates = f"{one.share:.2f} ({laps}; {calls})"
        memory = f"{one.growth:.0f} MiB (from {one.few.peak:.0f} to {one.many.peak:.0f})"
        sizes = f"from {one.few.students:,} to {one.many.students:,} students"
        lines.append(_line(f"Search ÷ {_lower(one)}", database, f"≥ {SHARE:.2f}", rates, one.share >= SHARE))
        lines.append(_line(f"Memory grows {sizes}", database, f"< {GROWTH} MiB", memory, one.growth < GROWTH))
    table = "\n".join(lines)
    return f"""
## Searching for new reports

`python -m bench detect` wrote this on {datetime.date.today():%-d %B %Y}, on {machine}.

{table}

A search without a limit to its rate asks a state that takes {LATENCY * 1000:.0f} ms for an answer, with {WAITING}
calls that wait for one at a time, and keeps what is new. A bare loop of {WAITING} threads, each with a session of
`requests`, and nothing kept, asks the same state every {LAP:.0f} seconds for the last {BARE_CALLS:,} students of the
search, which waits; such a pair is a lap. All share the processors: the search or the loop in one process, the
stand-ins for the state and for PowerSchool in others, the database. Where the loop stays below the ideal, the stand-in
or the processors are the limit, for both. `python -m bench detect` wants a machine with nothing else to do.
"""


def _lower(one: Detection) -> str:
    return "ideal" if one.bare > IDEAL else "bare loop"


def _line(what: str, database: str, aim: str, measured: str, met: bool) -> str:
    return f"| {what} | {database} | {aim} | {measured} | {'met' if met else '**missed**'} |"


def main(few: int = 1_000, many: int = 20_000) -> None:
    """Measure with each database, and write it down."""
    if missing := databases.missing():
        sys.exit(missing)
    before, found = Moment.now(), {}
    for name, database in databases.DATABASES.items():
        print(f"Searching with {name}: two or three minutes.", file=sys.stderr, flush=True)
        found[name] = measure(database, few, many)
    text = report(found, described(before, Moment.now()))
    print(text)
    sections.put(ROOT / "docs" / "performance.md", "detect", text)
