"""Releases as they begin: with the first report that is found of a student, program and year. Each comes once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select, update

from plugin.store.releases import Telling
from plugin.store.rows import NewRows
from plugin.store.tables import releases
from plugin.store.tables.finding import LONGEST

#: The releases of these students.
OF_STUDENTS = select(*(releases.c[name] for name in ("id", "record_types", "student_dcid", "program", "year"))).where(
    releases.c.student_dcid.in_(bindparam("students", expanding=True))
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
    "telling": str(Telling.WAITING),
    "looked_by": "",
    "due_estimated": True,
    "handed_over_by": "",
}
OF = (releases.c.student_dcid, releases.c.program, releases.c.year)
NEW_ONES = NewRows(
    releases,
    each=[*OF, releases.c.record_types],
    same=[releases.c.lea_cds, releases.c.found_at, releases.c.search_id],
    fixed=NEW,
    key=OF,
)


def keep_releases(
    connection: Connection,
    lea_cds: str,
    search_id: int,
    found: Mapping[tuple[int, str, str], frozenset[str]],
    now: datetime.datetime,
) -> None:
    """Keep that reports of these record types are there, by student, program and year; those that are not yet kept."""
    rows = [[*release, _joined(record_types)] for release, record_types in sorted(found.items())]
    new = NEW_ONES.insert(connection, rows, lea_cds=lea_cds, found_at=now, search_id=search_id)
    if others := found.keys() - new:
        _add_record_types(connection, {release: found[release] for release in others})


def _add_record_types(connection: Connection, found: Mapping[tuple[int, str, str], frozenset[str]]) -> None:
    students = {"students": sorted({dcid for dcid, *_ in found})}
    for number, record_types, *release in connection.execute(OF_STUDENTS, students).all():
        joined = _joined(found.get(tuple(release), frozenset()) | set(record_types.split(",")))
        if joined != record_types:
            connection.execute(update(releases).where(releases.c.id == number).values(record_types=joined))


def _joined(record_types: frozenset[str]) -> str:
    return ",".join(sorted(record_types))[:LONGEST]
