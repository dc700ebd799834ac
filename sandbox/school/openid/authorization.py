"""An authorization request, read and judged; OpenID Connect Core 1.0, section 3.1.2, with PowerSchool's `_persona`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from sandbox.reading import whole
from sandbox.school.installed.manifest import Manifest
from sandbox.school.people.accounts import PORTALS, Persona
from sandbox.school.people.sessions import Session


class NotOurs(Exception):
    """The client or its redirect address is not the installed plugin's: nothing may be sent there."""


class Declined(Exception):
    """The request is refused, and the client is told so at its redirect address."""

    def __init__(self, error: str, redirect_uri: str, state: str | None) -> None:
        super().__init__(error)
        self.error = error
        self.redirect_uri = redirect_uri
        self.state = state


@dataclass(frozen=True)
class Authorization:
    """What the client asks for. No `persona` means that the person chooses. `at` is when it was asked."""

    client_id: str
    redirect_uri: str
    state: str | None = field(repr=False)
    nonce: str | None = field(repr=False)
    persona: Persona | None
    challenge: str | None = field(repr=False)
    max_age: int | None
    prompt: frozenset[str]
    at: datetime.datetime

    def satisfied_by(self, session: Session, now: datetime.datetime) -> bool:
        """Whether the sign-in is recent enough: since the request, or within its limits."""
        if session.signed_in_at >= self.at:
            return True
        age = (now - session.signed_in_at).total_seconds()
        return "login" not in self.prompt and (self.max_age is None or age <= self.max_age)

    def decline(self, error: str) -> Declined:
        return Declined(error, self.redirect_uri, self.state)


def read_authorization(
    asked: Mapping[str, str], client_id: str, manifest: Manifest, now: datetime.datetime
) -> Authorization:
    """Raises NotOurs or Declined."""
    if asked.get("client_id") != client_id or asked.get("redirect_uri") != manifest.redirect_uri:
        raise NotOurs
    max_age = asked.get("max_age")
    persona = asked.get("_persona")
    if error := _fault(asked, manifest, max_age, persona):
        raise Declined(error, manifest.redirect_uri, asked.get("state"))
    return Authorization(
        client_id,
        manifest.redirect_uri,
        asked.get("state"),
        asked.get("nonce"),
        cast(Persona, persona) if persona else None,
        asked.get("code_challenge"),
        whole(max_age) if max_age else None,
        frozenset(asked.get("prompt", "").split()),
        now,
    )


def _fault(asked: Mapping[str, str], manifest: Manifest, max_age: str | None, persona: str | None) -> str | None:
    """The error code of RFC 6749, section 4.1.2.1, for the first thing that is wrong."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    if max_age is not None and whole(max_age) is None:
        return "invalid_request"
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        return "invalid_request"
    if not manifest.auth_code or persona not in (None, *PORTALS) or not _allowed(persona, manifest):
        return "access_denied"
    return None


def _allowed(persona: str | None, manifest: Manifest) -> bool:
    return persona is None or persona in manifest.personas
