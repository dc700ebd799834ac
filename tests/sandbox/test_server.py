import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
import requests
from flask import Flask, request

from sandbox.server import LARGEST_BODY, LINE, LocalServer


def test_one_connection_carries_many_requests(server: LocalServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.port)
    for body in (b"one", b"", b"three"):
        connection.request("POST", "/echo", body)
        assert connection.getresponse().read() == body
        connection.request("HEAD", "/")
        assert connection.getresponse().read() == b""
    connection.close()


def test_a_stopped_server_ends_the_connections_that_were_kept(app: Flask, browser: requests.Session) -> None:
    with LocalServer(app) as server:
        assert browser.get(server.url).text == "welcome"
    with pytest.raises(requests.ConnectionError):
        browser.get(server.url)


def test_a_taken_port_is_an_error_and_not_the_end(app: Flask, server: LocalServer) -> None:
    with pytest.raises(OSError, match="in use"):
        LocalServer(app, server.port)


def test_it_listens_on_loopback_only(server: LocalServer) -> None:
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", server.port), timeout=1):
        pass


@pytest.mark.parametrize(
    "length",
    [
        f"Content-Length: {LARGEST_BODY + 1}",
        pytest.param(f"Content-Length: {'9' * 5_000}", id="endless"),
        "Content-Length: -1",
        "Content-Length: ten",
        "Transfer-Encoding: chunked",
    ],
)
def test_a_body_without_a_known_moderate_length_is_refused_and_ends_the_connection(
    server: LocalServer, length: str
) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(f"POST /echo HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{length}\r\n\r\n".encode())
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close" in answer
    assert answer.endswith(b"The length of the request's body is missing, unreadable or too much.\n")


def test_an_application_may_answer_on_the_line_in_person(server: LocalServer, browser: requests.Session) -> None:
    assert browser.get(f"{server.url}/in-person").text == "hello"
    assert browser.get(server.url).text == "welcome"


def test_an_answer_without_a_length_gets_one(server: LocalServer, browser: requests.Session) -> None:
    assert browser.get(f"{server.url}/parts").headers["Content-Length"] == "6"


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "welcome", endpoint="home")
    app.add_url_rule("/echo", view_func=lambda: request.get_data(), endpoint="echo", methods=["POST"])
    app.add_url_rule("/parts", view_func=lambda: iter(("one", "two")), endpoint="parts")

    @app.get("/in-person")
    def in_person() -> str:
        request.environ[LINE].take().sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        return "never sent"

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
