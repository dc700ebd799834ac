"""The plugin's own credentials, and the bearer tokens that they buy."""

from __future__ import annotations

import datetime
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

#: Seconds; PowerSchool writes them as text.
LIFETIME = 3600


@dataclass(frozen=True)
class Client:
    """What PowerSchool shows under the plugin's Data Provider Configuration."""

    id: str
    secret: str = field(repr=False)

    def matches(self, client_id: str | None, secret: str | None) -> bool:
        """Compares all of both, so that time tells nothing."""
        right = hmac.compare_digest((client_id or "").encode(), self.id.encode())
        return hmac.compare_digest((secret or "").encode(), self.secret.encode()) and right


class Tokens:
    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self._clock = clock
        self._ends: dict[str, datetime.datetime] = {}

    def issue(self) -> str:
        token = secrets.token_urlsafe(24)
        self._ends[token] = self._clock() + datetime.timedelta(seconds=LIFETIME)
        return token

    @property
    def issued(self) -> frozenset[str]:
        """Every token so far that nobody revoked, over or not."""
        return frozenset(self._ends)

    def holds(self, token: str) -> bool:
        return token in self._ends and self._clock() < self._ends[token]

    def revoke_all(self) -> None:
        """Every token ends at once, as when an administrator makes a new secret."""
        self._ends.clear()
