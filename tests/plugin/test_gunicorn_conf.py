"""How the service is served: what its access log holds."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.living import wait_until

#: One request's line: when, how, which path, and how it went.
LINE = re.compile(r"\[[^\]]+\] GET (\S+) 404 [0-9]+ bytes [0-9.]+ s")

Served = Callable[..., str]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "log"


@pytest.fixture(scope="module")
def address(log: Path) -> Iterator[str]:
    """Where an application of nothing is served as ours is."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, bind = listening.getsockname()[1], f"fd://{listening.fileno()}"
        options = ["--config", "python:plugin.gunicorn_conf", "--workers", "1", "--threads", "1", "--bind", bind]
        command = [sys.executable, "-m", "gunicorn", *options, "--access-logfile", log, "flask:Flask('nothing')"]
        process = subprocess.Popen(command, pass_fds=[listening.fileno()])  # noqa: S603  our own command
    with process:
        yield f"127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)


@pytest.fixture
def served(address: str, log: Path) -> Served:
    """Asks for a path; what the log has of it."""

    def ask(path: str) -> str:
        log.write_text("")
        assert requests.get(f"http://{address}{path}", timeout=30).status_code == 404
        wait_until(log.read_text)  # written after the answer
        return log.read_text()

    return ask


def test_nobody_writes_a_line_of_the_log_by_asking_for_it(served: Served) -> None:
    log = served("/x%0a[01/Dec/2026:00:00:00%20+0000]%20GET%20/made-up%20200%0d%1b%5b2J%c2%85")
    [path] = LINE.fullmatch(log.strip()).groups()
    assert path == "/x%0A%5B01/Dec/2026%3A00%3A00%3A00%20%2B0000%5D%20GET%20/made-up%20200%0D%1B%5B2J%C2%85"


def test_a_request_that_is_none_is_answered_and_logged_too(served: Served, address: str, log: Path) -> None:
    served("/")
    with socket.create_connection(address.split(":"), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")
    wait_until(lambda: " 400 " in log.read_text())


def test_what_an_address_asks_with_is_not_in_the_log(served: Served) -> None:
    assert "code" not in served("/sign-in?code=secret")
