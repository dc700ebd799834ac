"""Every persona at every route with every method, over real HTTP: what rules.py promises is what happens."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from urllib3 import BaseHTTPResponse

from sandbox.stage import Stage
from tests.access import matrix
from tests.access.people import Knocker
from tests.access.rules import ASKS_THE_STATE, METHODS, declared, promises
from tests.visitor import HEADERS, Visitor

#: What each answer has for itself: its number, and when and for whom a form's token was made.
OWN = re.compile(r'<bdi>[0-9a-f]{16}</bdi>|name="csrf_token" value="[^"]+"')
#: Addresses beside ours.
NOWHERE = ("/", "/students/", "/students/none/score-reports", "/Setup", "/setup/", "/%2e%2e/setup")
COOKIE = re.compile(r"score-reports-demo=[^;]*(; Expires=[^;]+; Max-Age=0)?; HttpOnly; Path=/; SameSite=Lax")


def test_there_is_a_rule_for_every_route_and_a_route_for_every_rule(stage):
    routes: dict[str, set[str]] = {}
    for rule in stage.app.url_map.iter_rules():
        routes.setdefault(re.sub(r"<\w+:", "<", rule.rule), set()).update(rule.methods)
    assert declared() == routes


def test_the_page_in_the_docs_is_this_table():
    """When it is not: make access-matrix."""
    assert matrix.DOCUMENT.read_text(encoding="utf-8") == matrix.document()


def test_every_route_answers_every_method_as_promised(stage, knocker, persona):
    """The state is asked where Get Report gets through, and by nothing else; a refusal never asks it."""
    promised = promises(persona)
    answered, asked, bodies = {}, set(), []
    for cell, status in promised.items():
        before = len(stage.state.calls)
        answer = knocker.knock(*cell)
        answered[cell] = answer.status
        bodies.append(answer.data.decode())
        if len(stage.state.calls) > before:
            asked.add(cell)
        check(answer, cell, stage)
        if status == 404:
            assert_like_nothing(answer, knocker, cell)
    assert answered == promised
    assert asked == {cell for cell in ASKS_THE_STATE if promised[cell] in {200, 303}}
    assert not [word for word in (*stage.secrets, "X-Amz-") if word in "".join(bodies)]


def check(answer: BaseHTTPResponse, cell: tuple[str, str], stage: Stage) -> None:
    """What holds for every answer, whoever gets it."""
    method, address = cell
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, cell
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    if not address.startswith("/static/"):
        assert answer.headers["Cache-Control"] == "no-store", cell
        assert "Cookie" in answer.headers["Vary"]
    assert all(COOKIE.fullmatch(cookie) for cookie in answer.headers.getlist("Set-Cookie")), cell
    to_the_state = answer.headers.get("Location", "").startswith(stage.state.sandbox_url + "/")
    assert to_the_state == (cell == ("GET", "/reports/<link>") and answer.status == 303), cell
    if method == "HEAD":
        assert answer.data == b""
    if answer.status == 405 or (method == "OPTIONS" and answer.status == 200):
        assert set(answer.headers["Allow"].split(", ")) == declared()[address], cell


def assert_like_nothing(theirs: BaseHTTPResponse, knocker: Knocker, cell: tuple[str, str]) -> None:
    """What is not theirs is the same as what is not there, to the byte and in the headers."""
    method, address = cell
    none = knocker.knock(method, re.sub(r"<(\w+)[^>]*>", r"<\1 that is not there>", address))
    assert (theirs.status, none.status) == (404, 404), cell
    assert OWN.sub("", theirs.data.decode()) == OWN.sub("", none.data.decode()), cell
    assert len(theirs.data) == len(none.data), cell
    assert headers(theirs) == headers(none), cell


def headers(answer: BaseHTTPResponse) -> Mapping[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in {"Date", "Set-Cookie"}}


def test_an_address_that_nobody_made_is_not_there_for_anybody(stage, administrator):
    administrator.launch("setup")
    for visitor, method, path in itertools.product((administrator, Visitor(stage.url)), METHODS, NOWHERE):
        answer = visitor.session.request(method, stage.url + path, allow_redirects=False)
        assert answer.status_code == 404, (method, path)
