"""Releases: a student's reports of one program and year, from the finding of the first to the family's knowing of it.

Each comes once, whatever finds it how often; what follows is written into its row by those who do it, so that a list
of all of them is a matter of reading one table.
"""

from __future__ import annotations

import datetime
import enum
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from plugin.store.database import Database
from plugin.store.tables import releases


class Telling(enum.StrEnum):
    """How far the telling of a family is.

    WAITING: nobody has looked yet whom to write to. OFF: found while the LEA sent no notices. NOBODY: there is no
    address. SENDING: mails are on their way. TOLD: at least one went. UNKNOWN: none is known to have gone, one may
    have. REFUSED: mail servers had none of them.
    """

    WAITING = "waiting"
    OFF = "off"
    NOBODY = "nobody"
    SENDING = "sending"
    TOLD = "told"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class Release:
    """What background work knows a release by."""

    id: int
    student_dcid: int
    program: str
    year: str
    lea_cds: str
    record_types: str
    found_at: datetime.datetime
    search_id: int


@dataclass(frozen=True)
class Facts:
    """What the school system says of a release's student now, and by when the family has to know.

    `first` and `last` are names; `language` is the family's, as the school system codes it.
    """

    release_id: int
    first: str
    last: str
    school_number: int
    grade: int
    language: str
    has_left: bool
    blocked: bool
    due_on: datetime.date
    due_estimated: bool


COLUMNS = tuple(
    releases.c[name]
    for name in ("id", "student_dcid", "program", "year", "lea_cds", "record_types", "found_at", "search_id")
)

#: What a release begins with, until others write into it.
NEW = {
    "name": "",
    "last_first": "",
    "first_last": "",
    "school_number": 0,
    "grade": 0,
    "language": "",
    "has_left": False,
    "blocked": False,
    "telling": Telling.WAITING,
    "looked_by": "",
    "due_estimated": True,
    "handed_over_by": "",
}


@dataclass(frozen=True)
class Releases:
    database: Database

    def to_check(self, before: datetime.datetime, limit: int) -> list[Release]:
        """Those of which the school system was not asked since then; who never was comes first."""
        old = or_(releases.c.checked_at.is_(None), releases.c.checked_at < before)
        oldest = select(*COLUMNS).where(old).order_by(releases.c.checked_at.nulls_first(), releases.c.id).limit(limit)
        with self.database.read() as connection:
            return [Release(*row) for row in connection.execute(oldest)]

    def check(self, facts: Sequence[Facts], now: datetime.datetime) -> None:
        """Write down what the school system said of these."""
        with self.database.begin() as connection:
            for one in facts:
                row = {
                    "name": f"{one.last}, {one.first}".strip(", "),
                    "last_first": folded(f"{one.last} {one.first}"),
                    "first_last": folded(f"{one.first} {one.last}"),
                    "school_number": one.school_number,
                    "grade": one.grade,
                    "language": one.language,
                    "has_left": one.has_left,
                    "blocked": one.blocked,
                    "due_on": one.due_on,
                    "due_estimated": one.due_estimated,
                    "checked_at": now,
                }
                connection.execute(update(releases).where(releases.c.id == one.release_id).values(row))

    def to_address(self, lea_cds: str, limit: int) -> list[Release]:
        """Those of which nobody has looked yet whom to write to, the oldest first."""
        these = select(*COLUMNS).where(releases.c.lea_cds == lea_cds, releases.c.telling == Telling.WAITING)
        with self.database.read() as connection:
            return [Release(*row) for row in connection.execute(these.order_by(releases.c.id).limit(limit))]


def folded(name: str) -> str:
    """A name as it is searched for: small and capital letters are the same, and so are blanks; accents count."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", name).casefold().split()))


def keep_releases(
    connection: Connection,
    lea_cds: str,
    search_id: int,
    found: Mapping[tuple[int, str, str], frozenset[str]],
    now: datetime.datetime,
) -> None:
    """Keep that reports of these record types are there, by student, program and year; those that are not yet kept."""
    if not found:
        return
    which = (releases.c.student_dcid, releases.c.program, releases.c.year)
    rows = [
        {
            **NEW,
            **dict(zip(("student_dcid", "program", "year"), release, strict=True)),
            "lea_cds": lea_cds,
            "record_types": _joined(record_types),
            "found_at": now,
            "search_id": search_id,
        }
        for release, record_types in found.items()
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = dialect.insert(releases).on_conflict_do_nothing().returning(*which)
    begun = set(map(tuple, connection.execute(first, rows)))
    for release in found.keys() - begun:
        dcid, program, year = release
        this = and_(releases.c.student_dcid == dcid, releases.c.program == program, releases.c.year == year)
        known = connection.execute(select(releases.c.record_types).where(this)).scalar_one()
        joined = _joined(found[release] | set(known.split(",")))
        connection.execute(update(releases).where(this).values(record_types=joined))


def _joined(record_types: frozenset[str]) -> str:
    return ",".join(sorted(record_types))
