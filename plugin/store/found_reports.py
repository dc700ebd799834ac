"""Reports that were ever found: each is kept once, with the day of its finding and its LEA, and so is its release."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, select

from plugin.store.columns import printable
from plugin.store.new_releases import keep_releases
from plugin.store.rows import NewRows
from plugin.store.tables import found
from plugin.store.tables.finding import LONGEST

KEY = tuple(found.primary_key)
NEW = NewRows(found, each=KEY, same=[found.c.lea_cds, found.c.found_at], key=KEY)


@dataclass(frozen=True)
class FoundReport:
    """`year` and `language` as the state wrote them; `program` is the law's, by whose clock families are told."""

    dcid: int
    record_types: frozenset[str]
    program: str
    year: str
    language: str


def keep_reports(
    connection: Connection, lea_cds: str, search_id: int, reports: Iterable[FoundReport], now: datetime.datetime
) -> Counter[int]:
    """Keep those that are new, and their releases; how many there are of whom. Most nights there are none."""
    by_key = {_key(one): one for one in reports}
    new = NEW.insert(connection, sorted(by_key), lea_cds=lea_cds, found_at=now) if by_key else set()
    begun: dict[tuple[int, str, str], frozenset[str]] = {}
    for key in new:
        dcid, _, year, _ = key
        release = dcid, by_key[key].program, year
        begun[release] = begun.get(release, frozenset()) | set(map(printable, by_key[key].record_types))
    if begun:
        keep_releases(connection, lea_cds, search_id, begun, now)
    return Counter(dcid for dcid, *_ in new)


def known(connection: Connection, lea_cds: str) -> set[tuple[int, str]]:
    """Student and year of every report that was ever found for this LEA."""
    rows = connection.execute(select(found.c.student_dcid, found.c.year).where(found.c.lea_cds == lea_cds))
    return {(dcid, year) for dcid, year in rows}


def _key(report: FoundReport) -> tuple[int, str, str, str]:
    return report.dcid, *_kept(report.record_types, report.year, report.language)


@lru_cache(maxsize=1_000)  # a district's reports have few of them
def _kept(record_types: frozenset[str], year: str, language: str) -> tuple[str, str, str]:
    """As they are kept: the state's own words may not be fit for that."""
    texts = ",".join(sorted(record_types)), year, language
    types, year, language = (printable(text)[:LONGEST] for text in texts)
    return types, year, language
