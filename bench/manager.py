"""`python -m bench manager`: how long a page of the report manager's list takes in a district of 400,000 pupils."""

from __future__ import annotations

import datetime
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import median, quantiles

from bench import databases, sections
from bench.machine import Moment, described
from bench.releases import DISTRICT, SCHOOLS, YEARS, clean_up, fill
from plugin.store.database import Database
from plugin.store.release_list import Filters, ListedPage, Only, ReleaseList, Sort
from sandbox.sidecar import ROOT

#: Milliseconds that a page may take, at the 95th percentile.
AIM = 150
TODAY = datetime.date(2026, 6, 20)
#: Rows that are leapt over at a time on the way to the middle, and leaps.
LEAP, LEAPS = 5_000, 8
#: A school administrator's schools, and those of somebody who looks after many.
FEW, MANY = frozenset({7, 301, 655}), frozenset(range(1, SCHOOLS, 5))


@dataclass(frozen=True)
class List:
    """What somebody asks for."""

    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.URGENCY
    descending: bool = False
    reach: frozenset[int] | None = None


@dataclass(frozen=True)
class Taken:
    """Milliseconds of each of the pages of one list, by which page it is, and how many rows there are."""

    what: str
    total: str
    pages: Mapping[str, list[float]]

    @property
    def late(self) -> float:
        return max(_percentile_95(times) for times in self.pages.values())


def lists() -> Iterator[tuple[str, List]]:
    """Every sort without a filter, every filter in the usual order, names, schools, and some of them together."""
    for sort, descending in product(Sort, (False, True)):
        yield f"sort {sort}{', descending' * descending}", List(sort=sort, descending=descending)
    filters = {
        "school": Filters(school=77),
        "grade": Filters(grade=5),
        **{f"program {one}": Filters(program=one) for one in ("caaspp", "summative_elpac", "initial_elpac")},
        **{f"year {year}": Filters(year=year) for year in YEARS},
        "a year without any": Filters(year="1999-00"),
        **{str(one): Filters(only=frozenset({one})) for one in Only},
        **{f"name “{name}”": Filters(name=name) for name in ("s", "sa", "Salez", "Juria Laton", "Laton, Jur", "zzz")},
    }
    for what, chosen in filters.items():
        yield what, List(chosen)
    yield "of three schools", List(reach=FEW)
    yield f"of {len(MANY)} schools", List(reach=MANY)
    yield from _together()


def _together() -> Iterator[tuple[str, List]]:
    newest, oldest = YEARS[-1], YEARS[0]
    for sort in Sort:
        yield f"year {newest}, sort {sort}", List(Filters(year=newest), sort)
        yield f"of three schools, sort {sort}", List(Filters(), sort, reach=FEW)
    yield "name “sa”, sort name", List(Filters(name="sa"), Sort.NAME)
    yield "grade, not looked, sort due", List(Filters(grade=3, only=frozenset({Only.NOT_LOOKED})), Sort.DUE)
    yield f"left, {newest}, sort told", List(Filters(year=newest, only=frozenset({Only.LEFT})), Sort.TOLD)
    yield "blocked, sort found, descending", List(Filters(only=frozenset({Only.BLOCKED})), Sort.FOUND, True)
    yield "no mail, blocked", List(Filters(only=frozenset({Only.NO_MAIL, Only.BLOCKED})))
    yield "due soon, sort name", List(Filters(only=frozenset({Only.DUE_SOON})), Sort.NAME)
    yield "due soon, of three schools", List(Filters(only=frozenset({Only.DUE_SOON})), reach=FEW)
    yield f"ELPAC, {oldest}, name “ma”", List(Filters(program="initial_elpac", year=oldest, name="ma"))
    yield "no mail, sort told", List(Filters(only=frozenset({Only.NO_MAIL})), Sort.TOLD)


@dataclass(frozen=True)
class Reader:
    """Reads pages of a list, with a watch."""

    releases: ReleaseList
    wanted: List
    rounds: int

    def page(self, cursor: str, size: int = 50) -> ListedPage:
        one = self.wanted
        how = {"descending": one.descending, "today": TODAY, "size": size}
        return self.releases.page(DISTRICT, one.reach, one.filters, one.sort, cursor, **how)

    def take(self, what: str) -> Taken:
        first = self.page("")
        places = {"first": "", "second": first.next, "middle": self._far(first), "last": first.last}
        places["before the last"] = self.page(first.last).previous if first.last else ""
        pages = {place: self._times(cursor) for place, cursor in places.items() if cursor or place == "first"}
        return Taken(what, f"{first.total:,}{'+' * first.total_is_capped}", pages)

    def _far(self, first: ListedPage) -> str:
        """By the cursors of larger pages, which are those of ours."""
        cursor = first.next
        for _leap in range(LEAPS):
            further = self.page(cursor, LEAP).next if cursor else ""
            if not further:
                break
            cursor = further
        return cursor

    def _times(self, cursor: str) -> list[float]:
        return [self._time(cursor) for _round in range(self.rounds)]

    def _time(self, cursor: str) -> float:
        begun = time.perf_counter()
        self.page(cursor)
        return (time.perf_counter() - begun) * 1000


def take_all(database: Database, rounds: int, wanted: Iterable[tuple[str, List]]) -> Iterator[Taken]:
    """Each page is opened so many times, by somebody who has come there from the first one."""
    for what, one in wanted:
        yield Reader(ReleaseList(database), one, rounds).take(what)


def table(taken: list[Taken]) -> str:
    """A line for each list."""
    places = ["first", "second", "middle", "before the last", "last"]
    lines = [f"| List | Rows | {' | '.join(places)} | |", f"|---|---|{'---|' * len(places)}---|"]
    for one in taken:
        times = [f"{_percentile_95(one.pages[at]):.0f}" if at in one.pages else "" for at in places]
        met = "met" if one.late <= AIM else "**missed**"
        lines.append(f"| {one.what} | {one.total} | {' | '.join(times)} | {met} |")
    return "\n".join(lines)


def report(taken: list[Taken], pupils: int, machine: str) -> str:
    """The part of docs/performance.md."""
    day = f"{datetime.date.today():%-d %B %Y}"
    rounds = len(taken[0].pages["first"])
    everything = [each for one in taken for times in one.pages.values() for each in times]
    return f"""
## The report manager's list

`python -m bench manager` wrote this on {day}, on {machine}.

A district of {pupils:,} pupils has {3 * pupils:,} releases of three years in PostgreSQL, with the settings that it
comes with. Aim: every page within {AIM} ms at the 95th percentile. Half of all pages took {median(everything):.0f} ms
or less, 95 of a hundred {_percentile_95(everything):.0f} ms.

Milliseconds at the 95th percentile of {rounds} times each, with the count that stands above the list. A middle page
lies {LEAP * LEAPS:,} rows behind the first, where there are so many.

{table(taken)}
"""


def main(pupils: int = 400_000, rounds: int = 20) -> None:
    """Fill a database, read pages, and write down how long they took."""
    if missing := databases.missing():
        sys.exit(missing)
    before = Moment.now()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        databases.postgresql(Path(folder)) as addresses,
    ):
        database = Database(addresses[0], wait=600)
        database.migrate()
        print(f"Making up {3 * pupils:,} releases: some minutes.", file=sys.stderr, flush=True)
        fill(database, pupils)
        clean_up(addresses[0])
        taken = list(take_all(database, rounds, lists()))
        database.close()
    text = report(taken, pupils, described(before, Moment.now()))
    print(text)
    sections.put(ROOT / "docs" / "performance.md", "manager", text)


def _percentile_95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
