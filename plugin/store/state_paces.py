"""How the state takes each LEA's calls, as last measured by whoever asks it in the background."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import select

from plugin.store.database import Database, upsert
from plugin.store.tables import state_paces


@dataclass(frozen=True)
class StatePace:
    """`rate` is calls a second that the state takes, `latency` seconds of one; `stopped` while the circuit is open.

    `check_took` is how many seconds the smallest call usually takes; None until somebody measured with that.
    """

    rate: float
    latency: float
    stopped: bool
    measured_at: datetime.datetime
    check_took: float | None = None


@dataclass(frozen=True)
class StatePaces:
    database: Database

    def of(self, lea_cds: str) -> StatePace | None:
        columns = (state_paces.c[name] for name in ("rate", "latency", "stopped", "measured_at", "check_took"))
        with self.database.read() as connection:
            row = connection.execute(select(*columns).where(state_paces.c.lea_cds == lea_cds)).one_or_none()
        return StatePace(*row) if row else None

    def keep(
        self,
        lea_cds: str,
        rate: float,
        latency: float,
        now: datetime.datetime,
        *,
        stopped: bool,
        check_took: float | None = None,
    ) -> None:
        """Without `check_took` the one that is known stays."""
        row = {"lea_cds": lea_cds, "rate": rate, "latency": latency, "stopped": stopped, "measured_at": now}
        if check_took is not None:
            row["check_took"] = check_took
        with self.database.begin() as connection:
            upsert(connection, state_paces, row)
