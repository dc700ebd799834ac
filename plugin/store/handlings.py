"""What the office did about a release: notes, and that a report was handed over on paper, or was not after all."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update

from plugin.store.database import Database
from plugin.store.tables import handlings, releases


class Kind(enum.StrEnum):
    NOTE = "note"
    HANDED_OVER = "handed_over"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True)
class Handling:
    """`by` is a user name of staff; `on_day` is the day of the handing over."""

    release_id: int
    kind: Kind
    text: str = field(repr=False)
    on_day: datetime.date | None
    at: datetime.datetime
    by: str


@dataclass(frozen=True)
class Handled:
    """Whose release, and where the student is: what decides who may write beside it. And of which year, found when."""

    release_id: int
    student_dcid: int
    school_number: int
    year: str
    found_at: datetime.datetime


@dataclass(frozen=True)
class Handlings:
    database: Database

    def of(self, release_ids: Collection[int]) -> dict[int, list[Handling]]:
        """By release, the newest first."""
        these = select(*(handlings.c[name] for name in Handling.__dataclass_fields__))
        found: dict[int, list[Handling]] = {}
        with self.database.read() as connection:
            for row in connection.execute(
                these.where(handlings.c.release_id.in_(release_ids)).order_by(handlings.c.id.desc())
            ):
                found.setdefault(row.release_id, []).append(Handling(row[0], Kind(row[1]), *row[2:]))
        return found

    def whose(self, lea_cds: str, release_ids: Collection[int]) -> list[Handled]:
        """Those of these that are the LEA's."""
        columns = (releases.c[name] for name in ("id", "student_dcid", "school_number", "year", "found_at"))
        these = select(*columns).where(releases.c.lea_cds == lea_cds, releases.c.id.in_(release_ids))
        with self.database.read() as connection:
            return [Handled(*row) for row in connection.execute(these.order_by(releases.c.id))]

    def keep(
        self,
        kind: Kind,
        release_ids: Collection[int],
        *,
        text: str = "",
        on_day: datetime.date | None = None,
        by: str,
        now: datetime.datetime,
    ) -> None:
        """Write it beside each of these, and into them what follows from it."""
        row = {"kind": kind, "text": text, "on_day": on_day, "at": now, "by": by}
        with self.database.begin() as connection:
            connection.execute(insert(handlings), [row | {"release_id": one} for one in release_ids])
            if kind is not Kind.NOTE:
                handed = {"handed_over_on": on_day, "handed_over_by": by if on_day else ""}
                connection.execute(update(releases).where(releases.c.id.in_(release_ids)).values(handed))
