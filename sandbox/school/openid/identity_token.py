"""What an identity token says, and the ways in which a bad provider may get it wrong."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.school.openid.signing import KEY_NAME, Keys, unsigned
from sandbox.school.people.accounts import Account
from sandbox.school.switches import Switch, Switches

#: Seconds.
LIFETIME = 3600


@dataclass(frozen=True)
class Grant:
    """What a person agreed to by signing in: who, for which client, with which nonce."""

    account: Account
    client_id: str
    nonce: str | None = field(repr=False)
    signed_in_at: datetime.datetime


def identity_token(grant: Grant, address: str, now: datetime.datetime, keys: Keys, switches: Switches) -> str:
    """A signed token with the claims that PowerSchool is known to send; `address` is the school system's own."""
    claims = _claims(grant, address, now)
    for switch, spoil in _SPOILED.items():
        if switch in switches:
            spoil(claims)
    claims = {name: value for name, value in claims.items() if value is not None}
    if Switch.ALG_NONE in switches:
        return unsigned(claims)
    return keys.sign(claims, foreign=Switch.WRONG_KEY in switches)


def _claims(grant: Grant, address: str, now: datetime.datetime) -> dict[str, Any]:
    account = grant.account
    me = f"{address}/uri/{account.persona}/{account.number}"
    return {
        "iss": f"{address}/oauth2/",
        "sub": me,
        "aud": [grant.client_id],
        "nonce": grant.nonce,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + LIFETIME,
        "auth_time": int(grant.signed_in_at.timestamp()),
        "jti": secrets.token_urlsafe(12),
        "kid": KEY_NAME,
        "persona": account.persona,
        "preferred_username": account.username,
        "given_name": account.first,
        "family_name": account.last,
        "email": account.email or None,
        "email_verified": False if account.email else None,
        "ps_uri": me,
        "ps_dcid": account.number,
        "ps_account_token": account.token or None,
        "oid2": f"{address}/oid/{_OLD_WORDS.get(account.persona, account.persona)}/{account.username}",
    }


#: What the older OpenID calls the personas.
_OLD_WORDS = {"staff": "admin", "parent": "guardian"}


def _change(**changed: Any) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.update(changed)


def _expire(claims: dict[str, Any]) -> None:
    claims.update(iat=claims["iat"] - 2 * LIFETIME, exp=claims["exp"] - 2 * LIFETIME)


def _name_another_client(claims: dict[str, Any]) -> None:
    claims.update(aud=[*claims["aud"], "another-client"], azp="another-client")


_SPOILED: dict[Switch, Callable[[dict[str, Any]], None]] = {
    Switch.WRONG_ISSUER: _change(iss="https://somebody.example/oauth2/"),
    Switch.WRONG_AUDIENCE: _change(aud=["somebody-else"]),
    Switch.OTHER_CLIENT: _name_another_client,
    Switch.EXPIRED: _expire,
    Switch.NO_NONCE: _change(nonce=None),
    Switch.WRONG_NONCE: _change(nonce="not-what-you-sent"),
    Switch.NO_AUTH_TIME: _change(auth_time=None),
    Switch.UNKNOWN_PERSONA: _change(persona="janitor"),
}
