"""What proves to the state who is asking: an LEA's credentials, and the token they are exchanged for."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from requests import PreparedRequest
from requests.auth import AuthBase


@dataclass(frozen=True)
class Credentials:
    """User name and secret key that the state issued to one LEA. Only the newest set works."""

    user: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True)
class BasicAuth(AuthBase):
    """HTTP Basic in UTF-8: requests' own fails on a key pasted with a typographic quote, and shows it."""

    credentials: Credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        pair = f"{self.credentials.user}:{self.credentials.secret}".encode(errors="replace")
        request.headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        return request


@dataclass(frozen=True)
class TokenAuth(AuthBase):
    """The token in the header, and after the word, that the contract names."""

    header: str
    scheme: str
    token: str = field(repr=False)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self.header] = f"{self.scheme} {self.token}".strip()
        return request
