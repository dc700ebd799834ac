"""Sign-in by OpenID Connect, against the one issuer that the settings name.

Nothing of the issuer is taken from a request (a launch that names its own identity server can be forged), and its
endpoints must lie on its own address. Source of the claims: docs/assumptions.md, "Sign-in".
"""

from __future__ import annotations

import datetime
import json
import time
from dataclasses import dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from plugin.errors import SchoolSystemUnavailable, SignInRefused
from plugin.model import Persona, Viewer
from plugin.network import Network, NetworkFault

#: How far the school system's clock may be from ours, in seconds.
CLOCK_SKEW = 120
#: What signs: never "none", and never a shared secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256"]
DISCOVERY = "/oauth2/.well-known/openid-configuration"
#: Seconds.
DESCRIPTION_KEPT = 600.0


@dataclass(frozen=True)
class SignedIn:
    """A checked identity token. `auth_time` is when the person last typed a password; None where it is not told.

    An answer without showing a page carries the old time: only this says whether the person is still there.
    """

    viewer: Viewer
    auth_time: datetime.datetime | None


class SignIn:
    """One school system's sign-in. `address` is its address, `answer_to` our own redirect address."""

    def __init__(self, network: Network, address: str, client_id: str, client_secret: str, answer_to: str) -> None:
        self._network = network
        self._address = address
        self._issuer = f"{address}/oauth2/"
        self._client_id = client_id
        self._secret = client_secret
        self._answer_to = answer_to
        self._described: tuple[float, dict[str, Any]] = (-DESCRIPTION_KEPT, {})

    def begin(self, persona: Persona, *, state: str, nonce: str, verifier: str, max_age: int | None = None) -> str:
        """The address to send the browser to. Raises SchoolSystemUnavailable.

        `max_age`, in seconds, asks for the password again when it was typed longer ago (OpenID Connect Core, 3.1.2.1).
        """
        provider = self._provider()
        wanted = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._answer_to,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "_persona": persona.value,
        }
        if max_age is not None:
            wanted["max_age"] = str(max_age)
        if "S256" in provider.get("code_challenge_methods_supported", ()):
            wanted |= {"code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
        return str(add_params_to_uri(provider["authorization_endpoint"], wanted.items()))

    def finish(self, persona: Persona, *, code: str, nonce: str, verifier: str) -> SignedIn:
        """Exchange the code and check the token. Raises SignInRefused or SchoolSystemUnavailable."""
        provider = self._provider()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._answer_to,
            "client_id": self._client_id,
            "client_secret": self._secret,
            "code_verifier": verifier,
        }
        status, answer = self._ask("POST", provider["token_endpoint"], form)
        if status != 200 or not isinstance(answer.get("id_token"), str):
            raise SignInRefused
        _, keys = self._ask("GET", provider["jwks_uri"])
        return _signed_in(self._claims(answer["id_token"], keys, nonce), persona)

    def _claims(self, token: str, keys: dict[str, Any], nonce: str) -> CodeIDToken:
        options = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
        }
        verified = _verified(token, keys)
        told = {**verified.claims, "auth_time": _auth_time(verified.claims.get("auth_time"))}
        claims = CodeIDToken(told, verified.header, options, {"nonce": nonce, "client_id": self._client_id})
        try:
            claims.validate(leeway=CLOCK_SKEW)
        except (AuthlibBaseError, JoseError, TypeError, ValueError):
            raise SignInRefused from None
        return claims

    def _provider(self) -> dict[str, Any]:
        """The discovery document, of the last ten minutes: anybody may begin a sign-in, and must not make us ask."""
        asked_at, provider = self._described
        if time.monotonic() - asked_at >= DESCRIPTION_KEPT:
            provider = self._describe()
            self._described = (time.monotonic(), provider)
        return provider

    def _describe(self) -> dict[str, Any]:
        """Its endpoints must lie on the school system's own address."""
        _, provider = self._ask("GET", self._address + DISCOVERY)
        endpoints = [provider.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        own = all(isinstance(endpoint, str) and endpoint.startswith(self._address + "/") for endpoint in endpoints)
        if provider.get("issuer") != self._issuer or not own:
            raise SchoolSystemUnavailable(tried="its sign-in describes itself with a foreign address")
        return provider

    def _ask(self, method: str, address: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        try:
            answer = self._network.ask(method, address.removeprefix(self._address), data=form)
            content = json.loads(answer.body)
        except NetworkFault as fault:
            raise SchoolSystemUnavailable(tried=f"sign-in: {fault}") from None
        except (ValueError, RecursionError):
            raise SchoolSystemUnavailable(tried="sign-in: an answer that is not JSON") from None
        if answer.status >= 500 or not isinstance(content, dict):
            raise SchoolSystemUnavailable(tried=f"sign-in: HTTP {answer.status}")
        return answer.status, content


def _verified(token: str, keys: dict[str, Any]) -> jwt.Token:
    """The token, if one of the published keys signed it. PowerSchool names the key in a claim, not in the header."""
    try:
        published = jwk.KeySet.import_key_set({"keys": keys.get("keys", [])})
    except (JoseError, ValueError, TypeError, KeyError):
        raise SignInRefused from None
    for key in published.keys:
        try:
            return jwt.decode(token, key, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            continue
    raise SignInRefused


def _auth_time(told: object) -> float | None:
    """Seconds since 1970; None for what is not a number or lies in the future: it keeps nobody out and proves nothing.

    Within the skew of the clocks the future is now.
    """
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    now = time.time()
    return min(told, now) if 0 < told <= now + CLOCK_SKEW else None


def _signed_in(claims: CodeIDToken, persona: Persona) -> SignedIn:
    """Who signed in. A token for another persona than the page was opened for is refused."""
    account = claims.get("ps_account_token" if persona in {Persona.PARENT, Persona.STUDENT} else "ps_dcid")
    if claims.get("persona") != persona.value or not account:
        raise SignInRefused
    name = f"{claims.get('given_name', '')} {claims.get('family_name', '')}".strip()
    username = str(claims.get("preferred_username", ""))
    told = claims.get("auth_time")
    auth_time = datetime.datetime.fromtimestamp(told, datetime.UTC) if told else None
    return SignedIn(Viewer(str(claims["sub"]), persona, str(account), username, name or username), auth_time)
