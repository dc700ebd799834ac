"""What the product works with, built once by create_app and handed to whoever needs it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from plugin.ets.client import StateClient
from plugin.model import PACIFIC
from plugin.powerschool.roster import Roster
from plugin.store.audit import Audit
from plugin.store.credentials import CredentialStore
from plugin.store.results import ResultStore


@dataclass(frozen=True)
class Services:
    roster: Roster
    state: StateClient
    credentials: CredentialStore
    results: ResultStore
    audit: Audit
    now: Callable[[], datetime.datetime]

    def today(self) -> datetime.date:
        """The date in California."""
        return self.now().astimezone(PACIFIC).date()
