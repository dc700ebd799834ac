"""What the product works with, built once by create_app and handed to whoever needs it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, Unpack
from urllib.parse import urlsplit

from plugin.district import District
from plugin.ets.client import StateClient
from plugin.model import PACIFIC, Viewer
from plugin.powerschool.roster import Roster
from plugin.store.audit import Audit, Event, Facts
from plugin.store.choices import Choices
from plugin.store.contacts import Contacts
from plugin.store.credentials import CredentialSets
from plugin.store.drafts import Drafts
from plugin.store.follow_ups import FollowUps
from plugin.store.grade_names import GradeNames
from plugin.store.grants import Grants
from plugin.store.handlings import Handlings
from plugin.store.links import Links
from plugin.store.looks import Looks
from plugin.store.mails import Mails
from plugin.store.marks import Marks
from plugin.store.refusals import Refusals
from plugin.store.release_counts import ReleaseCounts
from plugin.store.release_list import ReleaseList
from plugin.store.releases import Releases
from plugin.store.searches import Searches
from plugin.store.state_paces import StatePaces
from plugin.store.tellings import Tellings
from plugin.store.trials import Trials
from plugin.store.workers import Workers


@dataclass(frozen=True)
class Asking:
    """Where a request came from, for the record."""

    address: str
    request_id: str


def who(viewer: Viewer, asking: Asking) -> Facts:
    """Who does something and from where, as the record names them."""
    return {
        "subject": viewer.subject,
        "persona": viewer.persona,
        "account": viewer.account,
        "address": asking.address,
        "request_id": asking.request_id,
    }


@dataclass(frozen=True)
class Services:
    """`roster` asks PowerSchool each time, `recent_roster` may answer from the last minute.

    `address` is where browsers find this service, `portal` where families sign in to PowerSchool. `lifetime` is that
    of a set whose last day nobody typed.
    """

    roster: Roster
    recent_roster: Roster
    state: StateClient
    credentials: CredentialSets
    drafts: Drafts
    trials: Trials
    contacts: Contacts
    mails: Mails
    searches: Searches
    releases: Releases
    tellings: Tellings
    refusals: Refusals
    release_list: ReleaseList
    release_counts: ReleaseCounts
    handlings: Handlings
    looks: Looks
    marks: Marks
    state_paces: StatePaces
    choices: Choices
    links: Links
    grade_names: GradeNames
    audit: Audit
    follow_ups: FollowUps
    workers: Workers
    grants: Grants
    district: District
    address: str
    portal: str
    lifetime: datetime.timedelta
    now: Callable[[], datetime.datetime]

    @property
    def domain(self) -> str:
        """The host that browsers find this service under."""
        return urlsplit(self.address).hostname or ""

    def for_showing(self) -> Self:
        """The same for a page that only shows. Never for what hands out, asks the state or changes something."""
        return replace(self, roster=self.recent_roster)

    def today(self) -> datetime.date:
        """The date in California."""
        return self.now().astimezone(PACIFIC).date()

    def record(self, event: Event, viewer: Viewer, asking: Asking, outcome: str = "ok", **facts: Unpack[Facts]) -> None:
        """Put what a viewer does on record, before it is done. Raises AuditUnavailable."""
        whole: Facts = {**facts, **who(viewer, asking)}
        self.audit.record(event, self.now(), outcome=outcome, **whole)
