"""What each LEA calls its grades: one table for each, typed or imported whole, and replaced whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from sqlalchemy import Connection, delete, insert, select

from plugin.model import SchoolYear
from plugin.store.database import Database, write_alone
from plugin.store.tables import grade_names

#: The columns of a GradeName, in its order.
ENTRY = (grade_names.c.number, grade_names.c.from_year, grade_names.c.name, grade_names.c.code)


class NamesChangedMeanwhile(Exception):
    """Somebody else changed this LEA's names since they were last looked at."""


@dataclass(frozen=True, order=True)
class GradeName:
    """An LEA's own name for PowerSchool's grade `number`, in force from a school year until a later entry's.

    `code` is CALPADS's code for the grade.
    """

    number: int
    from_year: SchoolYear
    name: str
    code: str


@dataclass(frozen=True)
class GradeNames:
    database: Database

    def of(self, lea_cds: str) -> tuple[GradeName, ...]:
        """By number, then by year."""
        with self.database.read() as connection:
            return _listed(connection, lea_cds)

    def replace(self, lea_cds: str, names: Iterable[GradeName], *, seen: str) -> None:
        """Put these in the place of the names whose `version` is `seen`.

        NamesChangedMeanwhile, with nothing changed, where those aren't the ones which are saved now.
        """
        rows = [_row(lea_cds, name) for name in names]
        with self.database.begin() as connection:
            write_alone(connection, grade_names)
            if version(_listed(connection, lea_cds)) != seen:
                raise NamesChangedMeanwhile
            connection.execute(delete(grade_names).where(grade_names.c.lea_cds == lea_cds))
            if rows:
                connection.execute(insert(grade_names), rows)


def version(names: Iterable[GradeName]) -> str:
    """Another one for each other table of names."""
    return hashlib.sha256(repr([astuple(name) for name in sorted(names)]).encode()).hexdigest()[:16]


def _listed(connection: Connection, lea_cds: str) -> tuple[GradeName, ...]:
    found = select(*ENTRY).where(grade_names.c.lea_cds == lea_cds).order_by(*ENTRY)
    return tuple(
        GradeName(number, SchoolYear(starts), name, code) for number, starts, name, code in connection.execute(found)
    )


def _row(lea_cds: str, name: GradeName) -> dict[str, object]:
    return {
        "lea_cds": lea_cds,
        "number": name.number,
        "from_year": name.from_year.starts,
        "name": name.name,
        "code": name.code,
    }
