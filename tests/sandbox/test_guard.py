import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask import Flask

from sandbox.guard import guard, new_token, write_token
from sandbox.server import LocalServer


def test_its_own_names_are_answered(server: LocalServer, browser: requests.Session) -> None:
    assert browser.get(server.url).text == "welcome"
    assert browser.get(f"http://localhost:{server.port}").text == "welcome"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""])
def test_a_foreign_host_is_refused(server: LocalServer, browser: requests.Session, host: str) -> None:
    answer = browser.get(server.url, headers={"Host": host.format(port=server.port)})
    assert answer.status_code == 400
    assert "welcome" not in answer.text


def test_a_change_without_the_token_is_refused(server: LocalServer, browser: requests.Session) -> None:
    assert browser.post(f"{server.url}/sandbox/change").status_code == 403
    assert browser.post(f"{server.url}/sandbox/change", headers={"X-Sandbox-Token": "guéss"}).status_code == 403
    assert browser.put(f"{server.url}/sandbox/change", data={"sandbox_token": "guess"}).status_code == 403


def test_the_token_opens_changes_as_header_and_as_form_field(
    server: LocalServer, browser: requests.Session, token: str
) -> None:
    assert browser.post(f"{server.url}/sandbox/change", headers={"X-Sandbox-Token": token}).text == "changed"
    assert browser.post(f"{server.url}/sandbox/change", data={"sandbox_token": token}).text == "changed"


def test_a_post_outside_of_the_sandbox_pages_needs_no_token(server: LocalServer, browser: requests.Session) -> None:
    assert browser.post(f"{server.url}/elsewhere").text == "done"


def test_the_token_is_new_at_every_start() -> None:
    assert len({new_token() for _ in range(20)}) == 20


def test_the_tokens_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("older")
    path.chmod(0o644)
    write_token(path, "newer")
    assert path.read_text() == "newer\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.fixture
def token() -> str:
    return new_token()


@pytest.fixture
def app(token: str) -> Flask:
    app = Flask(__name__)
    guard(app, token)
    app.add_url_rule("/", view_func=lambda: "welcome", endpoint="home")
    app.add_url_rule("/elsewhere", view_func=lambda: "done", endpoint="elsewhere", methods=["POST"])
    app.add_url_rule("/sandbox/change", view_func=lambda: "changed", endpoint="change", methods=["POST", "PUT"])
    return app


@pytest.fixture
def server(app: Flask) -> Iterator[LocalServer]:
    with LocalServer(app) as server:
        yield server


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
