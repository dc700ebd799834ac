"""The addresses that a plugin's program calls: /oauth/access_token and /ws/schema/query.

A browser's own session opens no query here: our pages ask none, so the archive maps no permission to one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.reading import json_body, whole
from sandbox.school.api.answers import Refused
from sandbox.school.api.query_runner import PAGE_SIZE, QueryRunner
from sandbox.school.api.tokens import LIFETIME, Client, Tokens
from sandbox.school.installed.manifest import Manifest


@dataclass(frozen=True)
class Call:
    """A query that was asked, without what it was asked with."""

    query: str
    status: int


class Endpoints:
    """`calls` grows with every query that is asked."""

    def __init__(self, client: Client, manifest: Manifest, tokens: Tokens, runner: QueryRunner) -> None:
        self._client, self._manifest, self._tokens, self._runner = client, manifest, tokens, runner
        self.calls: list[Call] = []

    def blueprint(self) -> Blueprint:
        paths = Blueprint("api", __name__)
        paths.add_url_rule("/oauth/access_token", "token", self.token, methods=["POST"])
        paths.add_url_rule("/ws/schema/query/<name>", "query", self.query, methods=["POST"])
        paths.add_url_rule("/ws/schema/query/<name>/count", "count", self.count, methods=["POST"])
        paths.register_error_handler(Refused, lambda refused: (jsonify(refused.body), refused.status))
        return paths

    def token(self) -> Response:
        """Client credentials for a token; `expires_in` is text."""
        brought = request.authorization
        if brought is None or brought.type != "basic" or not self._client.matches(brought.username, brought.password):
            raise Refused(401, "invalid_client")
        if request.form.get("grant_type") != "client_credentials":
            raise Refused(400, "unsupported_grant_type")
        if not self._manifest.client_credential:
            raise Refused(400, "unauthorized_client")
        return jsonify({"access_token": self._tokens.issue(), "token_type": "Bearer", "expires_in": str(LIFETIME)})

    def query(self, name: str) -> Response:
        return self._answer(
            name, lambda: self._runner.run(name, _arguments(), _number("page", 1), _number("pagesize", PAGE_SIZE))
        )

    def count(self, name: str) -> Response:
        return self._answer(name, lambda: self._runner.count(name, _arguments()))

    def _answer(self, name: str, ask: Callable[[], dict[str, Any]]) -> Response:
        try:
            self._admit()
            answer = ask()
        except Refused as refused:
            self.calls.append(Call(name, refused.status))
            raise
        self.calls.append(Call(name, 200))
        return jsonify(answer)

    def _admit(self) -> None:
        brought = request.authorization
        if brought is None or brought.type != "bearer" or not self._tokens.holds(brought.token or ""):
            raise Refused(401, "The token is missing, unknown or over.")


def _arguments() -> dict[str, Any]:
    """The request's JSON object; no body is an empty one."""
    content = json_body() if request.data else {}
    if not isinstance(content, dict):
        raise Refused(400, "The body is not a JSON object.")
    return content


def _number(name: str, default: int) -> int:
    number = whole(request.args.get(name, str(default)))
    if number is None or (name == "page" and number == 0):
        raise Refused(400, f"{name} is not a number that makes sense.")
    return number
