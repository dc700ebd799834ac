"""What the product works with, built once by create_app and handed to whoever needs it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, Unpack

from plugin.district import District
from plugin.ets.client import StateClient
from plugin.model import PACIFIC, Viewer
from plugin.powerschool.roster import Roster
from plugin.store.audit import Audit, Event, Facts
from plugin.store.credentials import CredentialSets
from plugin.store.follow_ups import FollowUps
from plugin.store.grade_names import GradeNames
from plugin.store.grants import Grants
from plugin.store.links import Links


@dataclass(frozen=True)
class Asking:
    """Where a request came from, for the record."""

    address: str
    request_id: str


@dataclass(frozen=True)
class Services:
    """`roster` asks PowerSchool each time, `recent_roster` may answer from the last minute."""

    roster: Roster
    recent_roster: Roster
    state: StateClient
    credentials: CredentialSets
    links: Links
    grade_names: GradeNames
    audit: Audit
    follow_ups: FollowUps
    grants: Grants
    district: District
    now: Callable[[], datetime.datetime]

    def for_showing(self) -> Self:
        """The same for a page that only shows. Never for what hands out, asks the state or changes something."""
        return replace(self, roster=self.recent_roster)

    def today(self) -> datetime.date:
        """The date in California."""
        return self.now().astimezone(PACIFIC).date()

    def record(self, event: Event, viewer: Viewer, asking: Asking, outcome: str = "ok", **facts: Unpack[Facts]) -> None:
        """Put what a viewer does on record, before it is done. Raises AuditUnavailable."""
        whole: Facts = {
            **facts,
            "subject": viewer.subject,
            "persona": viewer.persona,
            "account": viewer.account,
            "address": asking.address,
            "request_id": asking.request_id,
        }
        self.audit.record(event, self.now(), outcome=outcome, **whole)
