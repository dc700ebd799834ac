"""What every answer carries, whichever part of the service gives it."""

from __future__ import annotations

import requests

from tests.visitor import Visitor


def test_a_stylesheet_may_be_kept_by_a_browser(administrator: Visitor) -> None:
    assert fetched(administrator, "/static/score-reports.css").headers["Cache-Control"] != "no-store"


def test_a_failure_that_names_who_is_signed_in_is_kept_nowhere_not_even_below_static(administrator: Visitor) -> None:
    administrator.launch("setup")
    answer = fetched(administrator, "/static/no-such-file.css")
    assert answer.status_code == 404
    assert "Dana" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def fetched(visitor: Visitor, path: str) -> requests.Response:
    return visitor.session.get(visitor.sidecar + path)
