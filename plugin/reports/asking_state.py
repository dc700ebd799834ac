"""Everybody's way to the state: with the LEA's own set, while that is of use, and with a record of how it was taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from plugin.errors import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRejected,
    CredentialsReplaced,
    CredentialsUnreadable,
    NotEnrolledHere,
)
from plugin.ets.credentials import Credentials
from plugin.model import Lea
from plugin.reports.services import Services
from plugin.reports.standing import PROBE, Standing, Word, standing
from plugin.store.credentials import CredentialsRecord, SavedCredentials
from plugin.store.vault import VaultError

Answer = TypeVar("Answer")


def ask_state(services: Services, lea: Lea, call: Callable[[Credentials], Answer]) -> Answer:
    """What the call brings. A charter without a set of its own never falls back to the district's.

    Raises CredentialsMissing, CredentialsUnreadable, CredentialsExpired, CredentialsRejected, CredentialsReplaced, and
    whatever else the call raises.
    """
    saved = _load(services, lea)
    record = saved.record
    now = standing_of(services, record)
    if now.word is Word.EXPIRED:
        raise CredentialsExpired(lea=lea.name, expired=record.expires_on.isoformat())
    if now.stopped and not _probe(services, record):
        raise _refused(now, lea)
    try:
        answer = call(Credentials(saved.user, saved.secret))
    except CredentialsRejected:
        services.trials.refused(lea.cds, record.version, services.now())
        raise _refused(standing_of(services, record), lea) from None
    except NotEnrolledHere:  # about the student: the set itself was taken
        services.trials.worked(lea.cds, record.version, services.now())
        raise
    services.trials.worked(lea.cds, record.version, services.now())
    return answer


def standing_of(services: Services, record: CredentialsRecord | None) -> Standing:
    trial = services.trials.of(record.lea_cds, record.version) if record else None
    return standing(record, trial, services.today())


def _load(services: Services, lea: Lea) -> SavedCredentials:
    try:
        saved = services.credentials.load(lea.cds)
    except VaultError:
        raise CredentialsUnreadable(lea=lea.name) from None
    if saved is None:
        raise CredentialsMissing(lea=lea.name)
    return saved


def _probe(services: Services, record: CredentialsRecord) -> bool:
    """Whether it is on us to try a set that calls have stopped for: one in a quarter of an hour."""
    now = services.now()
    return services.trials.claim(record.lea_cds, record.version, unless_since=now - PROBE, now=now)


def _refused(now: Standing, lea: Lea) -> CredentialsRejected:
    kind = CredentialsReplaced if now.word is Word.REPLACED else CredentialsRejected
    return kind(lea=lea.name)
