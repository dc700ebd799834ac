"""Everything whose time is over, out of the database: one verb, for a timer, a command or whoever comes by."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from plugin.store import drafts, launches, links, sessions, tables
from plugin.store.database import Database
from plugin.store.searches import Searches


@dataclass(frozen=True)
class Purged:
    """How many of each.

    Of `links` only the state's address is deleted, until their result goes; of `searches` who was asked for.
    """

    launches: int
    sessions: int
    links: int
    results: int
    drafts: int
    searches: int = 0


def purge(database: Database, now: datetime.datetime) -> Purged:
    """Delete what has expired, in small transactions. It may run anywhere, any time, in several places at once."""
    return Purged(
        launches=database.sweep(tables.launches, launches.expired(now)),
        sessions=database.sweep(tables.sessions, sessions.expired(now)),
        links=database.sweep(tables.links, links.dead(now), url=None),
        results=database.sweep(tables.results, links.expired(now)),
        drafts=database.sweep(tables.drafts, drafts.expired(now)),
        searches=Searches(database).forget_students(now),
    )
