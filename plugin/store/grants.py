"""Who may open what, as somebody saved it. What the names mean stands in reports/access.py."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select

from plugin.store.database import Database, upsert, write_alone
from plugin.store.tables import grants

#: (page, grantee) → level.
Saved = Mapping[tuple[str, str], str]

# Every request asks these: made once, they cost half.
ALL = select(grants.c.page, grants.c.grantee, grants.c.level)
OF = ALL.where(grants.c.grantee.in_(bindparam("grantees", expanding=True)))


class GrantsChanged(Exception):
    """Somebody else saved since the grants were last looked at."""


@dataclass(frozen=True)
class LastChange:
    at: datetime.datetime
    by: str


@dataclass(frozen=True)
class Grants:
    database: Database

    def load(self) -> Saved:
        """All that was ever saved, "none" included; empty until somebody saves."""
        with self.database.read() as connection:
            return _read(connection, ALL)

    def of(self, grantees: Collection[str]) -> Saved:
        """The same for these grantees only: what every request asks."""
        with self.database.read() as connection:
            return _read(connection, OF, {"grantees": list(grantees)})

    def save(self, new: Saved, *, replaces: Saved, saved_by: str, now: datetime.datetime) -> None:
        """Write what is `new` over `replaces`, which is what was looked at. What `new` doesn't name stays.

        GrantsChanged, with nothing written, where something else is saved now.
        """
        with self.database.begin() as connection:
            write_alone(connection, grants)
            if _read(connection, ALL) != replaces:
                raise GrantsChanged
            for (page, grantee), level in new.items():
                if replaces.get((page, grantee)) != level:
                    row = {"page": page, "grantee": grantee, "level": level, "changed_at": now, "changed_by": saved_by}
                    upsert(connection, grants, row)

    def last_change(self) -> LastChange | None:
        newest = select(grants.c.changed_at, grants.c.changed_by).order_by(grants.c.changed_at.desc()).limit(1)
        with self.database.read() as connection:
            row = connection.execute(newest).one_or_none()
        return LastChange(*row) if row else None

    def forget(self) -> None:
        """Back to the first start."""
        with self.database.begin() as connection:
            connection.execute(delete(grants))


def _read(connection: Connection, query: Select[str, str, str], values: Mapping[str, Any] | None = None) -> Saved:
    return {(page, grantee): level for page, grantee, level in connection.execute(query, values)}
