"""The gate in front of every page: closed by default, asked at every request, and never with an old answer."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import flask
import pytest

import plugin
from plugin import create_app, security
from plugin.config import from_environ
from sandbox.district import Pupil
from sandbox.school import Switch
from sandbox.stage import Stage
from tests.visitor import Visitor

PARENT = "alex.sampleton"


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(stage: Stage) -> Iterator[Clock]:
    """Time that passes for what PowerSchool said, in a sidecar that knows nothing yet."""
    clock, usual = Clock(), stage.app
    stage.app = create_app(from_environ(stage.environ), clock=clock)
    yield clock
    stage.app = usual


@pytest.fixture
def school_down(stage: Stage) -> Iterator[Switch]:
    yield Switch.DOWN
    stage.school.switch(Switch.DOWN, 0)


@pytest.fixture
def juniper(stage: Stage) -> Pupil:
    return next(one for one in stage.district.pupils if (one.first, one.last) == ("Juniper", "Sampleton"))


@pytest.fixture
def parent(clock: Clock, somebody, juniper: Pupil) -> Visitor:
    """On the page with the results of a child."""
    visitor = somebody("parent", PARENT)
    visitor.launch("score-reports-portal", persona="parent", student_id=juniper.id)
    visitor.ask()
    assert "View:" in visitor.page.text
    return visitor


@pytest.fixture
def withdrawn(stage: Stage, juniper: Pupil, parent: Visitor) -> Iterator[None]:
    """The office takes the parent's access to the child away, while the page is open."""
    stage.school.remove_guardian_access(PARENT, juniper.dcid)
    yield
    stage.school.restore_guardian_access(PARENT, juniper.dcid)


def refusals(stage: Stage) -> int:
    with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as connection:
        return connection.execute("select count(*) from audit where event = 'refused'").fetchone()[0]


def app_with(endpoints: set[str]) -> flask.Flask:
    app = flask.Flask("bare", static_folder="static")
    for endpoint in endpoints - {"static"}:
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "page")
    return app


ALL = security.PAGES.keys() | security.PUBLIC


def test_the_service_starts_with_a_rule_for_each_endpoint():
    security.guard(app_with(ALL), services=None)


@pytest.mark.parametrize("endpoints", [ALL | {"forgotten"}, ALL - {"setup"}, ALL - {"live"}])
def test_the_service_does_not_start_where_its_addresses_and_its_rules_differ(endpoints):
    [odd] = endpoints ^ ALL
    with pytest.raises(RuntimeError, match=odd):
        security.guard(app_with(endpoints), services=None)


def test_no_endpoint_is_both_open_to_everybody_and_a_page():
    assert not security.PAGES.keys() & security.PUBLIC


def test_a_permission_is_made_from_exactly_one_need_and_never_combined():
    """None at all would allow everybody, two any of them, and | and & hide which."""
    sources = {path: ast.parse(path.read_text()) for path in Path(plugin.__file__).parent.rglob("*.py")}
    users = {path.name for path, tree in sources.items() if "flask_principal" in imported(tree)}
    assert users == {"security.py"}
    [tree] = [tree for path, tree in sources.items() if path.name == "security.py"]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and named(node.value)}
    assert used == {"Principal", "Identity", "identity_loaded", "Permission"}
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    permissions = [node for node in parents if isinstance(node, ast.Attribute) and node.attr == "Permission"]
    assert permissions
    for permission in permissions:
        call = parents[permission]
        assert isinstance(call, ast.Call)
        [need] = call.args
        assert isinstance(need, ast.Tuple)
        assert not call.keywords
        asked = parents[call]
        assert isinstance(asked, ast.Call)
        assert asked.func.attr == "can"


def imported(tree: ast.Module) -> set[str]:
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def named(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "flask_principal"


def test_nobody_who_is_not_signed_in_opens_a_page(stage):
    stranger = Visitor(stage.url)
    for address in ("/setup", "/access", "/students", "/students/1/score-reports", "/reports/none"):
        assert stranger.open(address).status == 401


def test_while_nothing_changes_a_page_that_only_shows_asks_powerschool_once_a_minute(stage, parent, clock):
    asked = len(stage.school.calls)
    parent.open(parent.page.url)
    assert len(stage.school.calls) == asked
    clock.seconds += 60
    parent.open(parent.page.url)
    assert len(stage.school.calls) > asked


def test_what_one_viewer_may_see_is_not_remembered_for_another(parent, somebody):
    address = parent.page.url
    assert parent.open(address).status == 200
    other = somebody("parent", "lucia.ejemplo")
    other.launch("score-reports-portal", persona="parent")
    assert other.open(address).status == 404


def test_a_portal_link_to_somebody_elses_child_is_refused_and_on_record(stage, parent):
    stranger = next(one for one in stage.district.pupils if one.last != "Sampleton")
    before = refusals(stage)
    assert parent.open(f"/students?student_id={stranger.id}").status == 404
    assert refusals(stage) == before + 1


def test_access_that_is_withdrawn_shows_at_the_next_view(parent, withdrawn):
    answer = parent.view("View: English PDF")
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_access_that_is_withdrawn_shows_at_the_next_get_report(stage, parent, withdrawn):
    asked = len(stage.state.calls)
    assert parent.ask().status == 404
    assert len(stage.state.calls) == asked


def test_access_that_is_withdrawn_shows_elsewhere_after_a_minute(parent, withdrawn, clock):
    address = parent.page.url
    clock.seconds += 60
    assert parent.open(address).status == 404


def test_what_a_view_found_withdrawn_no_page_shows_any_more(parent, withdrawn):
    address = parent.page.url
    parent.view("View: English PDF")
    assert parent.open(address).status == 404


def test_while_powerschool_is_down_nothing_is_handed_out_or_asked_however_young_the_last_answer(
    stage, parent, school_down
):
    asked = len(stage.state.calls)
    link, page = parent.page.link("View: English PDF"), parent.page
    stage.school.switch(school_down)
    refused = parent.session.get(link, allow_redirects=False)
    assert refused.status_code == 503
    assert "Location" not in refused.headers
    assert "PowerSchool is not answering" in parent.ask().text
    assert parent.page.status == 503
    assert parent.open(page.url).status == 200
    assert len(stage.state.calls) == asked


def test_while_powerschool_is_down_a_page_is_shown_for_a_minute_and_then_says_so(stage, parent, school_down, clock):
    address = parent.page.url
    stage.school.switch(school_down)
    clock.seconds += 59
    assert parent.open(address).status == 200
    clock.seconds += 1
    page = parent.open(address)
    assert page.status == 503
    assert "PowerSchool is not answering" in page.text


def test_a_group_that_is_taken_from_somebody_counts_at_the_next_save_and_elsewhere_after_a_minute(
    stage, clock, administrator
):
    administrator.launch("setup")
    page = administrator.click("Who may open what")
    stage.school.execute("update users set groupvalue = 13 where first_name = 'Dana'")
    try:
        assert administrator.send("Save").status == 403
        administrator.page = page
        clock.seconds += 60
        assert administrator.open("/setup").status == 403
    finally:
        stage.school.execute("update users set groupvalue = 9 where first_name = 'Dana'")
