"""Everybody's way to the state: with the LEA's own set, while that is of use, and with a record of how it was taken."""

from __future__ import annotations

import time
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
from plugin.reports.in_words import day, day_and_time
from plugin.reports.services import Services
from plugin.reports.standing import PROBE, Standing, Word, standing
from plugin.store.credentials import CredentialsRecord, SavedCredentials
from plugin.store.trials import NO_SET
from plugin.store.vault import VaultError

Answer = TypeVar("Answer")


#: A set that works is not told so anew for every call.
TOLD = 60.0


class Line:
    """An LEA's way to the state with the set that it has now. Safe for threads; to be opened anew after a while."""

    def __init__(self, services: Services, lea: Lea, saved: SavedCredentials) -> None:
        self._services, self._lea, self._record = services, lea, saved.record
        self._credentials = Credentials(saved.user, saved.secret)
        self._told_at = float("-inf")

    def ask(self, call: Callable[[Credentials], Answer]) -> Answer:
        """What the call brings. Raises CredentialsRejected or CredentialsReplaced, and what else the call raises."""
        try:
            answer = call(self._credentials)
        except CredentialsRejected:
            self._told_at = float("-inf")
            trial = self._services.trials.refused(self._lea.cds, self._record.version, self._services.now())
            raise _refused(standing(self._record, trial, self._services.today()), self._lea) from None
        except NotEnrolledHere:  # about the student: the set itself was taken
            self._worked()
            raise
        self._worked()
        return answer

    def _worked(self) -> None:
        if time.monotonic() - self._told_at >= TOLD:
            self._told_at = time.monotonic()
            self._services.trials.worked(self._lea.cds, self._record.version, self._services.now())


def ask_state(services: Services, lea: Lea, call: Callable[[Credentials], Answer]) -> Answer:
    """What one call brings. Raises what `open_line` and `Line.ask` raise."""
    return open_line(services, lea).ask(call)


def open_line(services: Services, lea: Lea) -> Line:
    """A charter without a set of its own never falls back to the district's.

    Raises CredentialsMissing, CredentialsUnreadable, CredentialsExpired and, while calls have stopped,
    CredentialsRejected or CredentialsReplaced.
    """
    saved = _load(services, lea)
    now = standing_of(services, saved.record)
    if now.word is Word.EXPIRED:
        raise CredentialsExpired(lea=lea.name, expired=day(saved.record.expires_on))
    if now.stopped and not _probe(services, saved.record):
        raise _refused(now, lea)
    return Line(services, lea, saved)


def standing_of(services: Services, record: CredentialsRecord | None) -> Standing:
    trial = services.trials.of(record.lea_cds, record.version) if record else None
    return standing(record, trial, services.today())


def standings(services: Services) -> dict[str, Standing]:
    """How each LEA's set stands, by code: where there is none, of those whose reports somebody asked for in vain.

    The others without one may be charters that take no part.
    """
    records = {record.lea_cds: record for record in services.credentials.describe()}
    trials, today = services.trials.by_version(), services.today()
    having = {cds: standing(one, trials.get((cds, one.version)), today) for cds, one in records.items()}
    lacking = {cds: standing(None, one, today) for (cds, version), one in trials.items() if version == NO_SET}
    return lacking | having


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
    since = now.trial and now.trial.refused_at
    return kind(lea=lea.name, since=day_and_time(since)) if since else kind(lea=lea.name)
