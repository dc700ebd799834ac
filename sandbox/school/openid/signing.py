"""The provider's keys."""

from __future__ import annotations

import base64
import functools
import json
from typing import Any

from joserfc import jwk, jwt

#: PowerSchool names its key in a claim, not in the token's header.
KEY_NAME = "JWT Signing (Internal)"


@functools.cache
def _key(use: str) -> jwk.RSAKey:
    """Another for each use, and new in every process: to make one takes longer than all else of a start."""
    return jwk.RSAKey.generate_key(2048)


class Keys:
    """One RSA key that is published and one that nobody knows."""

    def __init__(self) -> None:
        self._own = _key("published")

    @property
    def _foreign(self) -> jwk.RSAKey:
        return _key("foreign")

    def published(self) -> dict[str, Any]:
        """The key set as `jwks_uri` answers it."""
        key = self._own.as_dict(private=False)
        return {"keys": [{**key, "kid": KEY_NAME, "use": "sig", "alg": "RS256"}]}

    def sign(self, claims: dict[str, Any], *, foreign: bool = False) -> str:
        return jwt.encode({"alg": "RS256"}, claims, self._foreign if foreign else self._own)


def unsigned(claims: dict[str, Any]) -> str:
    """A token that says it needs no signature."""
    return ".".join([_part({"alg": "none"}), _part(claims), ""])


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
