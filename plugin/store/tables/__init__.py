"""Our tables. The migrations make exactly these, and the triggers that keep the audit append-only."""

from plugin.store.tables.base import metadata
from plugin.store.tables.credentials import contacts, credentials, drafts, mails, notices, trials
from plugin.store.tables.district import follow_ups, grade_names, grants
from plugin.store.tables.finding import found, searched, searches
from plugin.store.tables.record import audit
from plugin.store.tables.results import links, results
from plugin.store.tables.signing_in import launches, sessions

__all__ = [
    "audit",
    "contacts",
    "credentials",
    "drafts",
    "follow_ups",
    "found",
    "grade_names",
    "grants",
    "launches",
    "links",
    "mails",
    "metadata",
    "notices",
    "results",
    "searched",
    "searches",
    "sessions",
    "trials",
]
