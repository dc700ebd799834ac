"""Telling an LEA's coordinators in time: before their credentials end, and when these don't work."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from plugin.model import PACIFIC
from plugin.reports.asking_state import standings
from plugin.reports.services import Services
from plugin.reports.standing import Standing, Word
from plugin.store.credentials import CredentialsRecord
from plugin.store.mails import Notice
from plugin.store.trials import NO_SET

#: Days before the last one on which a reminder goes, as the state's own system sends them; 0 is the day itself.
DAYS_BEFORE = (14, 7, 3, 1, 0)
#: The time of day in California when it goes.
MORNING = datetime.time(7)
#: One refusal may be a slip of the state's; the second in a row is told.
CONFIRMED = 2
REFUSED, UNREADABLE, MISSING = "refused", str(Word.UNREADABLE), str(Word.MISSING)
#: What is told as soon as it is known, and taken back where it is no longer true.
ALERTS = frozenset({REFUSED, UNREADABLE, MISSING})


def remind(services: Services) -> None:
    """Put on their way the mails that are due and were not yet. Several workers may do so at once.

    While an LEA has no address to write to, its notices wait for one: late rather than never.
    """
    for cds, now in standings(services).items():
        if addresses := services.contacts.of(cds).addresses:
            _tell(services, cds, now, addresses)


def next_reminder(record: CredentialsRecord, now: datetime.datetime) -> datetime.datetime | None:
    """When the next one goes; None after the last."""
    return next((due_at for _kind, due_at in reminders(record) if due_at > now), None)


def reminders(record: CredentialsRecord) -> Iterator[tuple[str, datetime.datetime]]:
    """Kind and moment of each reminder of a set, in order: those whose moment came after it was saved."""
    for days in DAYS_BEFORE:
        day = record.expires_on - datetime.timedelta(days=days)
        due_at = datetime.datetime.combine(day, MORNING, PACIFIC)
        if due_at > record.saved_at:
            yield f"due-{days}", due_at


def _tell(services: Services, cds: str, standing: Standing, addresses: Sequence[str]) -> None:
    now, version = services.now(), standing.record.version if standing.record else NO_SET
    told = services.mails.told(cds, version)
    due = {Notice(cds, version, *one) for one in _due(standing, now)}
    for notice in sorted(due - told, key=lambda notice: notice.due_at):
        services.mails.tell(notice, addresses, now, domain=services.domain)
    for kind in ALERTS & {notice.kind for notice in told} - {notice.kind for notice in due}:
        services.mails.withdraw(cds, kind)


def _due(standing: Standing, now: datetime.datetime) -> Iterator[tuple[str, datetime.datetime]]:
    record, trial = standing.record, standing.trial
    if record:
        yield from ((kind, due_at) for kind, due_at in reminders(record) if due_at <= now)
    if record and standing.word is Word.UNREADABLE:
        yield UNREADABLE, record.saved_at  # once for each set, though workers of which one lacks the key may take turns
    elif record and trial and trial.refused_at and trial.refusals >= CONFIRMED:
        yield REFUSED, trial.refused_at
    elif not record and trial and trial.refused_at:
        yield MISSING, trial.refused_at
