"""What the set-up page shows of each LEA, and the alarms that administrators see on every page."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugin.model import Lea
from plugin.reports.asking_state import standing_of, standings
from plugin.reports.reminding import next_reminder
from plugin.reports.services import Services
from plugin.reports.standing import Standing
from plugin.reports.trying import next_try
from plugin.store.contacts import Contact
from plugin.store.mail_record import Mail, State


@dataclass(frozen=True)
class Card:
    """One LEA. `next_reminder` and `next_try` are None where none is to come."""

    lea: Lea
    standing: Standing
    contact: Contact
    mails: tuple[Mail, ...]
    next_reminder: datetime.datetime | None
    next_try: datetime.datetime | None

    @property
    def version(self) -> int:
        return self.standing.record.version if self.standing.record else 0

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of the latest mails are in each state. One that is being sent waits for its end."""
        return Counter(State.WAITING if mail.state is State.SENDING else mail.state for mail in self.mails)


@dataclass(frozen=True)
class Alarm:
    lea: Lea
    standing: Standing


def cards(services: Services) -> Iterator[Card]:
    """Every LEA, the district first."""
    saved = {record.lea_cds: record for record in services.credentials.describe()}
    for lea in services.roster.leas():
        record = saved.get(lea.cds)
        now = standing_of(services, record)
        yield Card(
            lea,
            now,
            services.contacts.of(lea.cds),
            tuple(services.mails.of(lea.cds)),
            next_reminder(record, services.now()) if record else None,
            next_try(now),
        )


def alarms(services: Services) -> list[Alarm]:
    """The sets that end within two weeks or have ended, that can't be opened, are refused by the state, or are missed.

    Two looks into the database; PowerSchool is asked for the LEAs' names only where there is something to tell.
    """
    alarming = {cds: one for cds, one in standings(services).items() if one.alarming}
    names = {lea.cds: lea.name for lea in services.recent_roster.leas()} if alarming else {}
    return [Alarm(Lea(cds, names.get(cds, cds)), one) for cds, one in alarming.items()]
