"""Trying credentials at the state because somebody wants to know: those that are typed, or those that are saved."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Self

from plugin.errors import CredentialsRejected, StateFailure
from plugin.ets.credentials import Credentials
from plugin.model import Lea, Viewer
from plugin.reports import entering
from plugin.reports.asking_state import ask_state, standing_of
from plugin.reports.services import Asking, Services, who
from plugin.reports.standing import PROBE, UNUSABLE, Standing
from plugin.store.audit import Event, Facts
from plugin.store.credentials import CredentialsRecord
from plugin.store.drafts import Draft


@dataclass(frozen=True)
class Operator:
    """Who sets up. The name stands on the page afterwards, the facts go on record."""

    name: str
    facts: Facts

    @classmethod
    def of(cls, viewer: Viewer, asking: Asking) -> Self:
        return cls(viewer.username, who(viewer, asking))


class OtherLeas(Exception):
    """The set works, and is another LEA's."""


class NotAccepted(Exception):
    """The state refuses the set, or could not be asked."""

    def __init__(self, failure: StateFailure) -> None:
        super().__init__(failure.cause)
        self.failure = failure

    @property
    def refused(self) -> bool:
        return isinstance(self.failure, CredentialsRejected)


class NotNow(Exception):
    """Calls have stopped for the saved set, lest the state lock the LEA out. `at` is when it is tried again."""

    def __init__(self, at: datetime.datetime) -> None:
        super().__init__("calls have stopped")
        self.at = at


def test(services: Services, operator: Operator, lea: Lea, typed: Draft) -> None:
    """Try exactly what is typed; where nothing is, the saved set.

    Raises Faulty, OtherLeas, NotAccepted, NotNow and AuditUnavailable.
    """
    if typed.user or typed.secret:
        entering.check_set(typed)
        try_set(services, operator, lea, Credentials(typed.user, typed.secret))
    else:
        _try_saved(services, operator, lea)


def try_set(services: Services, operator: Operator, lea: Lea, credentials: Credentials) -> None:
    """Ask the state for this LEA with these. Raises OtherLeas, NotAccepted and AuditUnavailable."""
    _record(services, operator, lea, "typed")
    try:
        opened = services.state.check(credentials, lea)
    except StateFailure as failure:
        _turned_down(services, operator, lea, failure.cause)
        raise NotAccepted(failure) from None
    if opened and lea.cds not in opened:
        _turned_down(services, operator, lea, "credentials_of_another_lea")
        raise OtherLeas


def next_try(now: Standing) -> datetime.datetime | None:
    """When a set that calls have stopped for is tried again; None while they haven't, or nothing is tried at all."""
    return now.trial.tried_at + PROBE if now.stopped and now.trial and now.word not in UNUSABLE else None


def record_of(services: Services, lea: Lea) -> CredentialsRecord | None:
    return next((record for record in services.credentials.describe() if record.lea_cds == lea.cds), None)


def _try_saved(services: Services, operator: Operator, lea: Lea) -> None:
    at = next_try(standing_of(services, record_of(services, lea)))
    if at and at > services.now():
        raise NotNow(at)
    _record(services, operator, lea, "saved")
    try:
        ask_state(services, lea, services.state.check)
    except StateFailure as failure:
        _turned_down(services, operator, lea, failure.cause)
        raise NotAccepted(failure) from None


def _record(services: Services, operator: Operator, lea: Lea, which: str) -> None:
    facts: Facts = {**operator.facts, "lea_cds": lea.cds, "change": {"set": which}}
    services.audit.record(Event.CREDENTIALS_TESTED, services.now(), **facts)


def _turned_down(services: Services, operator: Operator, lea: Lea, cause: str) -> None:
    facts: Facts = {**operator.facts, "lea_cds": lea.cds}
    services.audit.record(Event.REFUSED, services.now(), outcome=cause, **facts)
