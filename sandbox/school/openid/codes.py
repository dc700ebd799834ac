"""Authorization codes: each is worth one token, soon after sign-in, to whoever knows the verifier."""

from __future__ import annotations

import base64
import datetime
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.school.openid.identity_token import Grant

LIFE = datetime.timedelta(seconds=60)


@dataclass(frozen=True)
class _Code:
    grant: Grant
    challenge: str | None = field(repr=False)
    ends: datetime.datetime


class Codes:
    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self._clock = clock
        self._codes: dict[str, _Code] = {}

    def issue(self, grant: Grant, challenge: str | None) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(grant, challenge, self._clock() + LIFE)
        return code

    def exchange(self, code: str, verifier: str) -> Grant | None:
        """What the code is worth, once; a wrong verifier spends it too (RFC 7636, section 4.6)."""
        found = self._codes.pop(code, None)
        if found is None or self._clock() >= found.ends:
            return None
        return found.grant if found.challenge in (None, _challenge(verifier)) else None


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
