"""How the state took each LEA's set of credentials, for all processes to see: who may still ask, and who must wait."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select, update

from plugin.store.database import Database, upsert
from plugin.store.tables import trials

#: The version of no set at all, of an LEA whose reports somebody asked for in vain.
NO_SET = 0
#: A set that works is not written down anew for every report: only after so long, or when it had been refused.
FRESH = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Trial:
    """`version` is that of the set which was tried. `refused_at` is when the state began to refuse it."""

    version: int
    tried_at: datetime.datetime
    worked_at: datetime.datetime | None
    refused_at: datetime.datetime | None
    refusals: int


COLUMNS = (trials.c.version, trials.c.tried_at, trials.c.worked_at, trials.c.refused_at, trials.c.refusals)


@dataclass(frozen=True)
class Trials:
    """One for each LEA's set; that of an older set counts for nothing and is written over."""

    database: Database

    def of(self, lea_cds: str, version: int) -> Trial | None:
        with self.database.read() as connection:
            row = connection.execute(select(*COLUMNS).where(_this(lea_cds, version))).one_or_none()
        return Trial(*row) if row else None

    def by_version(self) -> dict[tuple[str, int], Trial]:
        """All, by LEA and version."""
        with self.database.read() as connection:
            rows = connection.execute(select(*COLUMNS, trials.c.lea_cds)).all()
        return {(row[-1], row[0]): Trial(*row[:-1]) for row in rows}

    def worked(self, lea_cds: str, version: int, now: datetime.datetime) -> None:
        known = self.of(lea_cds, version)
        if known and not known.refusals and known.worked_at and now - known.worked_at < FRESH:
            return
        row = {"version": version, "tried_at": now, "worked_at": now, "refused_at": None, "refusals": 0}
        with self.database.begin() as connection:
            upsert(connection, trials, {"lea_cds": lea_cds, **row})

    def refused(self, lea_cds: str, version: int, now: datetime.datetime) -> Trial:
        """Count one more; the trial as it stands now."""
        once_more = update(trials).where(_this(lea_cds, version))
        again = {trials.c.tried_at: now, trials.c.refusals: trials.c.refusals + 1}
        with self.database.begin() as connection:
            if not connection.execute(once_more.values(again)).rowcount:
                row = {"version": version, "tried_at": now, "worked_at": None, "refused_at": now, "refusals": 1}
                upsert(connection, trials, {"lea_cds": lea_cds, **row})
            connection.execute(once_more.where(trials.c.refused_at.is_(None)).values(refused_at=now))
            return Trial(*connection.execute(select(*COLUMNS).where(_this(lea_cds, version))).one())

    def claim(self, lea_cds: str, version: int, *, unless_since: datetime.datetime, now: datetime.datetime) -> bool:
        """Take the turn to try this set, unless somebody tried it after `unless_since`: of many, one gets it."""
        turn = update(trials).where(_this(lea_cds, version), trials.c.tried_at <= unless_since)
        with self.database.begin() as connection:
            return connection.execute(turn.values(tried_at=now)).rowcount == 1


def _this(lea_cds: str, version: int) -> ColumnElement[bool]:
    return and_(trials.c.lea_cds == lea_cds, trials.c.version == version)
