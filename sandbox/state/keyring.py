"""What lets a school system in: one set of credentials per LEA, and the tokens that it is changed for."""

from __future__ import annotations

import datetime
import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from plugin.model import PACIFIC

#: The state's own lifetime of a set, counted from the day it is made.
CREDENTIALS_LIVE = datetime.timedelta(days=365)
SECRET_LENGTH = 20

Clock = Callable[[], datetime.datetime]


@dataclass(frozen=True)
class StateCredentials:
    """What a coordinator gets from the state's screen. Valid up to and including `expires_on`."""

    user: str
    secret: str = field(repr=False)
    expires_on: datetime.date


@dataclass(frozen=True)
class _Token:
    credentials: StateCredentials
    dies: datetime.datetime


class Keyring:
    """Who may ask. Only the newest set of an LEA works, and a token dies with the set that it came from.

    A set that several LEAs share opens all of them. `credentials` may be changed in place.
    """

    def __init__(self, leas: Iterable[str], given: Mapping[str, StateCredentials], clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self.credentials = {lea: given.get(lea) or self._made_up(lea) for lea in leas} | dict(given)

    def replace(self, lea: str) -> StateCredentials:
        """Make a new set, as the coordinator of another vendor would. KeyError for an unknown LEA."""
        older = self.credentials[lea]
        self.credentials[lea] = StateCredentials(older.user, new_secret(), self.today() + CREDENTIALS_LIVE)
        return self.credentials[lea]

    def token(self, user: str, secret: str, life: float) -> str | None:
        """A token that lives so many seconds, for a set that is somebody's newest and has not expired."""
        offered = next((c for c in self.credentials.values() if (c.user, c.secret) == (user, secret)), None)
        if offered is None or not self._leas(offered):
            return None
        token = secrets.token_urlsafe(32)
        self._tokens[token] = _Token(offered, self._clock() + datetime.timedelta(seconds=life))
        return token

    def leas(self, token: str) -> list[str]:
        """The LEAs that a token opens; none when it is unknown, dead, or of a replaced or expired set."""
        known = self._tokens.get(token)
        return self._leas(known.credentials) if known and self._clock() < known.dies else []

    @property
    def tokens(self) -> frozenset[str]:
        """Every token that was made, dead or alive."""
        return frozenset(self._tokens)

    def today(self) -> datetime.date:
        return self._clock().astimezone(PACIFIC).date()

    def _leas(self, credentials: StateCredentials) -> list[str]:
        expired = self.today() > credentials.expires_on
        return [] if expired else [lea for lea, newest in self.credentials.items() if newest == credentials]

    def _made_up(self, lea: str) -> StateCredentials:
        return StateCredentials(f"sis-{lea}", new_secret(), self.today() + CREDENTIALS_LIVE)


def new_secret() -> str:
    """As long as those that the state is known to issue."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(SECRET_LENGTH))
