"""The service as a district runs it: not in the sandbox, behind https and a reverse proxy."""

from __future__ import annotations

from collections.abc import Callable

import flask
import pytest
from flask.testing import FlaskClient

from plugin import create_app, link_policy
from plugin.config import from_environ

ADDRESS = "https://scores.example.org"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
FORM = "application/x-www-form-urlencoded"

Serve = Callable[..., FlaskClient]


@pytest.fixture
def serve(environ: dict[str, str]) -> Serve:
    return lambda **more: create_app(from_environ(environ | more)).test_client()


@pytest.mark.parametrize("path", ["/signed-out", "/live", "/setup", "/nowhere", "/static/score-reports.css"])
def test_every_answer_keeps_scripts_frames_and_plain_http_out(serve: Serve, path: str) -> None:
    headers = serve().get(path, base_url=ADDRESS, buffered=True).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_cookie_is_this_hosts_alone_and_travels_over_https_only(serve: Serve) -> None:
    cookie = serve().get("/launch/setup", base_url=ADDRESS).headers["Set-Cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-score-reports"
    assert rest.split("; ")[1:] == ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"]


@pytest.mark.parametrize("host", ["elsewhere.example.org", "scores.example.org.elsewhere.example.org", "127.0.0.1"])
def test_another_host_than_ours_is_refused(serve: Serve, host: str) -> None:
    answer = serve().get("/signed-out", base_url=f"https://{host}")
    assert answer.status_code == 400
    assert host not in answer.text


@pytest.mark.parametrize(("proxies", "address"), [("0", "127.0.0.1"), ("1", "10.0.0.3"), ("2", "10.0.0.2")])
def test_an_address_is_believed_from_as_many_proxies_as_there_are(serve: Serve, proxies: str, address: str) -> None:
    with serve(TRUSTED_PROXIES=proxies) as client:
        client.get("/live", base_url=ADDRESS, headers={"X-Forwarded-For": "10.0.0.1, 10.0.0.2, 10.0.0.3"})
        assert flask.request.remote_addr == address


def test_what_a_proxy_says_of_host_and_path_is_not_believed(serve: Serve) -> None:
    spoofed = {
        "X-Forwarded-Host": "elsewhere.example.org",
        "X-Forwarded-Prefix": "/elsewhere",
        "X-Original-URL": "/live",
    }
    with serve(TRUSTED_PROXIES="1") as client:
        client.get("/signed-out", base_url=ADDRESS, headers=spoofed)
        assert flask.request.url == f"{ADDRESS}/signed-out"


def test_a_form_is_read_to_its_limit_and_no_further(serve: Serve) -> None:
    longest = 128 * 1024
    for length, status in [(longest, 400), (longest + 1, 413)]:  # 400: it has no token
        answer = serve().post("/sign-out", base_url=ADDRESS, data=b"a=" + b"x" * (length - 2), content_type=FORM)
        assert answer.status_code == status


def test_no_link_over_plain_http_reaches_a_browser_but_in_the_sandbox(environ: dict[str, str]) -> None:
    environ |= {"STATE_LINK_HOSTS": "localhost:8002"}
    sandbox = environ | {"DEMO": "1", "SIDECAR_URL": "http://localhost:8000"}
    links = [link_policy(from_environ(one)) for one in (environ, sandbox)]
    assert [one.allows("http://localhost:8002/a.pdf") for one in links] == [False, True]
    assert [one.allows("https://localhost:8002/a.pdf") for one in links] == [True, True]
