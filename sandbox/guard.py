"""What the stand-ins share: they run on this machine only, and strangers can't change them.

Any page that a browser shows may send a request to a port of 127.0.0.1, and a name under somebody else's control
may point there. So a foreign Host is refused, and a change wants a token that is new at every start.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from flask import Flask, Response, request

from sandbox.server import LOOPBACK


def new_token() -> str:
    return secrets.token_urlsafe(24)


def write_token(path: Path, token: str) -> None:
    """Write the token for this user alone (mode 600), also over an older file that others could read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token + "\n")


def guard(app: Flask, token: str) -> None:
    """Refuse a Host that is not this port of loopback (400), and a change under /sandbox/ without the token (403).

    The token travels in the header `X-Sandbox-Token` or in the form field `sandbox_token`.
    """

    @app.before_request
    def refuse_strangers() -> Response | None:
        port = request.environ["SERVER_PORT"]
        if request.environ.get("HTTP_HOST") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
            return _refusal(400, "This stand-in answers only to its own loopback address.")
        if request.path.startswith("/sandbox/") and request.method not in ("GET", "HEAD") and not _brings(token):
            return _refusal(403, "A change of the stand-in wants its token: header X-Sandbox-Token.")
        return None


def _brings(token: str) -> bool:
    brought = request.headers.get("X-Sandbox-Token") or request.form.get("sandbox_token", "")
    return hmac.compare_digest(brought.encode(), token.encode())


def _refusal(status: int, sentence: str) -> Response:
    return Response(sentence + "\n", status, content_type="text/plain; charset=utf-8")
