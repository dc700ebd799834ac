"""Runs our PowerQueries. PowerSchool's own row restriction does not apply to them: reports/scope.py decides."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any

from requests.auth import HTTPBasicAuth

from plugin.errors import SchoolSystemUnavailable
from plugin.network import Answer, Network, NetworkFault

Row = dict[str, str]

#: The queries that go through all of a district's students.
WHOLE_DISTRICT = re.compile(r"\.roster\.students\.|\.district\..*\.all$")
#: Asked for in good time before PowerSchool ends it, in seconds.
RENEW_BEFORE = 60


class QueryRefused(SchoolSystemUnavailable):
    """PowerSchool answers, but won't run this query: a column is missing, excluded or not requested (403 or 404)."""


class PowerSchoolClient:
    """One installed plugin. Raises SchoolSystemUnavailable for whatever keeps PowerSchool from answering.

    `lists` is a more patient way to it, for queries that go through a whole district.
    """

    def __init__(self, network: Network, client_id: str, client_secret: str, *, lists: Network | None = None) -> None:
        self._network, self._lists = network, lists or network
        self._credentials = HTTPBasicAuth(client_id, client_secret)
        self._token = ""
        self._token_ends = 0.0
        self._failed_at = float("-inf")
        self._renewing = threading.Lock()

    def query(self, name: str, **arguments: str | int) -> list[Row]:
        """All rows of a named query. Every value is text; a null is left out. Raises QueryRefused."""
        token = self._current_token()
        answer = self._run(name, arguments, token)
        if answer.status == 401:
            answer = self._run(name, arguments, self._current_token(refused=token))
        if answer.status in {403, 404}:
            raise QueryRefused(tried=f"the query {name}, HTTP {answer.status}")
        return _records(answer)

    def _run(self, name: str, arguments: dict[str, str | int], token: str) -> Answer:
        bearer = {"Authorization": f"Bearer {token}"}
        body = {key: str(value) for key, value in arguments.items()}
        network = self._lists if WHOLE_DISTRICT.search(name) else self._network
        return _call(network, f"/ws/schema/query/{name}?pagesize=0", headers=bearer, json=body)

    def _current_token(self, refused: str = "") -> str:
        """A token that was not refused. Whoever waited for a renewal that failed fails with it, and at once."""
        asked_at = time.monotonic()
        with self._renewing:
            if time.monotonic() >= self._token_ends or self._token == refused:
                if self._failed_at >= asked_at:
                    raise SchoolSystemUnavailable(tried="PowerSchool's token, just now")
                self._renew_or_say_so()
            return self._token

    def _renew_or_say_so(self) -> None:
        try:
            self._renew()
        except SchoolSystemUnavailable:
            self._failed_at = time.monotonic()
            raise

    def _renew(self) -> None:
        answer = _call(
            self._network, "/oauth/access_token", auth=self._credentials, data={"grant_type": "client_credentials"}
        )
        try:
            content = json.loads(answer.body)
            token, seconds = str(content["access_token"]), int(content["expires_in"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise SchoolSystemUnavailable(tried=f"PowerSchool's token, HTTP {answer.status}") from None
        self._token = token
        self._token_ends = time.monotonic() + max(0, seconds - RENEW_BEFORE)


def _call(network: Network, path: str, **content: Any) -> Answer:
    try:
        return network.ask("POST", path, **content)
    except NetworkFault as fault:
        raise SchoolSystemUnavailable(tried=f"PowerSchool: {fault}") from None


def _records(answer: Answer) -> list[Row]:
    """The rows of an answer; an empty result may come without a `record` key."""
    try:
        rows = json.loads(answer.body).get("record", []) if answer.status == 200 else None
    except (ValueError, AttributeError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise SchoolSystemUnavailable(tried=f"a PowerQuery, HTTP {answer.status}")
    return rows
