"""Our tables. The migrations make exactly these, and the triggers that keep the audit append-only."""

from plugin.store.tables.base import metadata
from plugin.store.tables.credentials import contacts, credentials, drafts, mails, notices, refusals, trials
from plugin.store.tables.district import choices, follow_ups, grade_names, grants
from plugin.store.tables.finding import found, searched, searches, state_paces
from plugin.store.tables.record import audit
from plugin.store.tables.releasing import handlings, looks, marks, releases
from plugin.store.tables.results import links, results
from plugin.store.tables.signing_in import launches, sessions
from plugin.store.tables.working import workers

__all__ = [
    "audit",
    "choices",
    "contacts",
    "credentials",
    "drafts",
    "follow_ups",
    "found",
    "grade_names",
    "grants",
    "handlings",
    "launches",
    "links",
    "looks",
    "mails",
    "marks",
    "metadata",
    "notices",
    "refusals",
    "releases",
    "results",
    "searched",
    "searches",
    "sessions",
    "state_paces",
    "trials",
    "workers",
]
