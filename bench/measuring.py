"""The three measurements, each with its aim."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from bench import asking, kept
from bench.asking import Answered, Page
from bench.databases import Database
from bench.people import Person, administrator, parents, reader
from bench.stand import Stand, stand

#: Pages a second, asked for as fast as they come during so many seconds.
Rate = Callable[[Page, int], float]


@dataclass(frozen=True)
class Plan:
    """How much is measured. Times in seconds; `pace` is requests a second."""

    pupils: int = 400
    rounds: int = 3
    round_time: int = 4
    rows: int = 20
    latency: float = 0.2
    pace: float = 20
    paced_time: float = 15
    waiting: int = 200
    long_latency: float = 2
    waiting_time: float = 12


class Kind(enum.StrEnum):
    PAGE = "Score Reports page"
    GET_REPORT = "Get Report"
    WAITING = "Waiting"


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    kind: Kind
    what: str
    aim: str
    measured: str
    met: bool


def measure(database: Database, folder: Path, plan: Plan, rate: Rate) -> Iterator[Figure]:
    """All three, with one database."""
    with database(folder) as addresses, stand(addresses, folder, plan.pupils) as running:
        people = list(islice(parents(running), plan.waiting))
        for person in people:
            asking.ask(person.get_report)
        yield from pages(running, people[0], plan, rate)
        yield from get_report(running, people, plan)
        yield from others_meanwhile(running, people, plan)


def pages(stand: Stand, parent: Person, plan: Plan, rate: Rate) -> Iterator[Figure]:
    """Our page and the bare one in turn, so that a busy moment of the machine meets both."""
    office = administrator(stand, parent.dcid)
    asking.ask(office.get_report)
    kept.keep(stand.environ, parent.dcid, plan.rows)
    candidates = {"": reader(stand), "a parent": parent.page, "an administrator": office.page}
    counted = [{who: rate(page, plan.round_time) for who, page in candidates.items()} for _ in range(plan.rounds)]
    bare, *readers = candidates
    for who in readers:
        ratio = median(found[who] / found[bare] for found in counted)
        ours, theirs = (median(found[one] for found in counted) for one in (who, bare))
        told = f"{ratio:.2f} ({ours:,.0f} of {theirs:,.0f} a second)"
        yield Figure(Kind.PAGE, f"Score Reports page for {who} ÷ bare page", "≥ 0.60", told, ratio >= 0.6)


def get_report(stand: Stand, people: Sequence[Person], plan: Plan) -> Iterator[Figure]:
    """What the sidecar adds to the state's own answer, which is asked for directly at the same pace."""
    some = people[: round(plan.pace)]
    stand.state_takes(plan.latency)
    direct = asking.paced([stand.state_itself(person.dcid) for person in some], plan.pace, plan.paced_time / 3)
    before = stand.questions()
    through = asking.paced([person.get_report for person in some], plan.pace, plan.paced_time)
    questions = (stand.questions() - before) / len(through)
    stand.state_takes(0)
    own = median(_milliseconds(direct))
    middle, late = (at(_milliseconds(through)) - own for at in (median, _percentile_95))
    told = f"{middle:.0f} ms (the state itself {own:.0f} ms; {questions:.0f} questions to PowerSchool)"
    yield Figure(Kind.GET_REPORT, "Get Report adds, median", "≤ 15 ms", told, middle <= 15)
    told = f"{late:.0f} ms ({_refused(through)} refused)"
    yield Figure(Kind.GET_REPORT, "Get Report adds, 95th percentile", "≤ 60 ms", told, late <= 60)


def others_meanwhile(stand: Stand, people: Sequence[Person], plan: Plan) -> Iterator[Figure]:
    """Everybody waits for a slow state. They come one by one, and once all are there somebody opens pages."""
    stand.state_takes(plan.long_latency)
    arriving = plan.long_latency
    with asking.elsewhere() as queue:
        forms, pages = [person.get_report for person in people], [person.page for person in people]
        waiting = queue.submit(asking.all_waiting, forms, arriving, plan.waiting_time)
        time.sleep(2 * arriving)
        meanwhile = asking.paced(pages, plan.pace, plan.waiting_time - 2 * arriving)
        waited = waiting.result()
    stand.state_takes(0)
    what = f"While {len(people)} people wait for the state"
    late = _percentile_95(_milliseconds(meanwhile))
    yield Figure(Kind.WAITING, f"{what}: other pages, 95th percentile", "≤ 300 ms", f"{late:.0f} ms", late <= 300)
    broken = sum(not 0 < answered.status < 500 for answered in (*meanwhile, *waited))
    told = f"{broken} of {len(meanwhile) + len(waited)} ({_who_waited(stand, waited)})"
    yield Figure(Kind.WAITING, f"{what}: answers of 5xx, or none", "0", told, not broken)


def _who_waited(stand: Stand, waited: Sequence[Answered]) -> str:
    failures = kept.failures(stand.environ)
    return f"they waited {median(_milliseconds(waited)):,.0f} ms, and {failures} were told of a failure"


def _milliseconds(answers: Sequence[Answered]) -> list[float]:
    return [answered.seconds * 1000 for answered in answers]


def _percentile_95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def _refused(answers: Sequence[Answered]) -> int:
    return sum(not 200 <= answered.status < 400 for answered in answers)
