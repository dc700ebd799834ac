"""`python -m bench detect`: how fast a search for new reports goes through a district, and what it takes of memory."""

from __future__ import annotations

import datetime
import math
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import requests

from bench import asking, databases, sections
from bench.databases import Database as EmptyOnes
from bench.machine import Moment, described
from bench.stand import Stand, stand
from plugin import assemble
from plugin.config import from_environ
from plugin.jobs.memory import look_seldom
from plugin.model import Lea
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


@dataclass(frozen=True)
class Searched:
    """One search in a process of its own: calls a second, and the most memory that the process had, in MiB."""

    students: int
    rate: float
    peak: float


@dataclass(frozen=True)
class Detection:
    """Of one database: a search through few, one through many, and what a bare loop did before and after that."""

    few: Searched
    many: Searched
    bare: Sequence[float]

    @property
    def share(self) -> float:
        """Of the ideal, or of the mean of the bare loop where that is less."""
        return self.many.rate / min(IDEAL, sum(self.bare) / len(self.bare))

    @property
    def growth(self) -> float:
        return self.many.peak - self.few.peak


def measure(database: EmptyOnes, few: int, many: int, bare_calls: int) -> Detection:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        first, _ = _searched(database, Path(folder), few, 0)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return Detection(first, *_searched(database, Path(folder), many, bare_calls))


def _searched(database: EmptyOnes, folder: Path, students: int, bare_calls: int) -> tuple[Searched, list[float]]:
    """Our search, with a bare loop before and after it, so that a busy moment of the machine meets both."""
    with database(folder) as addresses, stand(addresses, folder, round(students / ASKED_FOR)) as running:
        running.state_takes(LATENCY)
        before = _loop(running, bare_calls)
        with asking.elsewhere() as process:
            ours = process.submit(search, running.environ, running.district.cds).result()
        return ours, [*before, *_loop(running, bare_calls)]


def search(environ: Mapping[str, str], lea_cds: str) -> Searched:
    """As a worker does it, but with no limit to its rate. Run it in a process that has done nothing else."""
    settings = from_environ(environ)
    vault = Vault(settings.vault_keys, next(iter(settings.vault_keys)))
    with closing(Database(settings.database_url)) as database:
        services, plan = assemble(settings, database, vault), SearchPlan(rate=math.inf)
        look_seldom()
        searching.begin(services, Lea(lea_cds, lea_cds), "bench", plan)
        [begun] = services.searches.open_ones()
        at = time.perf_counter()
        searching.go_on(services, begun, "bench", plan, in_flight=WAITING * 3 // 2)
        seconds = time.perf_counter() - at
        asked = services.searches.progress(begun.id).asked
    return Searched(asked, asked / seconds, _peak())


def _loop(stand: Stand, calls: int) -> list[float]:
    if not calls:
        return []
    own = [one for one in stand.district.pupils if one.lea_cds == stand.district.cds and one.ssid][:calls]
    page = stand.state_itself(own[0].dcid)
    urls = [page.url.replace(str(own[0].ssid), str(one.ssid)) for one in own]
    with asking.elsewhere() as process:
        return [process.submit(bare, urls, dict(page.headers)).result()]


def bare(urls: Sequence[str], headers: Mapping[str, str]) -> float:
    """Calls a second of what anybody would write: threads with a session each, and nothing kept of what comes."""
    left, turn = iter(urls), threading.Lock()

    def ask() -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity", **headers})
            while True:
                with turn:
                    url = next(left, None)
                if url is None:
                    return
                session.get(url, timeout=asking.PATIENCE).json()

    begun = time.perf_counter()
    with ThreadPoolExecutor(WAITING) as threads:
        for thread in [threads.submit(ask) for _ in range(WAITING)]:
            thread.result()
    return len(urls) / (time.perf_counter() - begun)


def _peak() -> float:
    """The most memory that this process ever had, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def report(found: Mapping[str, Detection], machine: str) -> str:
    """The part of docs/performance.md."""
    lines = ["| | Database | Aim | Measured | |", "|---|---|---|---|---|"]
    for database, one in found.items():
        loops = " and ".join(f"{rate:.0f}" for rate in one.bare)
        rates = f"{one.share:.2f} ({one.many.rate:.0f} calls a second; the bare loop {loops}; ideal {IDEAL:.0f})"
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
`requests`, and nothing kept, asks the same state just before and just after. All share the processors: the search or
the loop in one process, the stand-ins for the state and for PowerSchool in others, the database. Where the loop stays
below the ideal, the stand-in or the processors are the limit, for both. `python -m bench detect` wants a machine with
nothing else to do.
"""


def _lower(one: Detection) -> str:
    return "ideal" if min(one.bare) > IDEAL else "bare loop"


def _line(what: str, database: str, aim: str, measured: str, met: bool) -> str:
    return f"| {what} | {database} | {aim} | {measured} | {'met' if met else '**missed**'} |"


def main(few: int = 1_000, many: int = 20_000, bare_calls: int = 4_000) -> None:
    """Measure with each database, and write it down."""
    if missing := databases.missing():
        sys.exit(missing)
    before, found = Moment.now(), {}
    for name, database in databases.DATABASES.items():
        print(f"Searching with {name}: two or three minutes.", file=sys.stderr, flush=True)
        found[name] = measure(database, few, many, bare_calls)
    text = report(found, described(before, Moment.now()))
    print(text)
    sections.put(ROOT / "docs" / "performance.md", "detect", text)
