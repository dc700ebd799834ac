"""The stand-in as a process of its own."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import requests

ROOT = Path(__file__).parents[3]


def test_it_runs_until_it_is_told_to_stop(tmp_path: Path, session: requests.Session) -> None:
    with start("--port", "0", "--pupils", "10", "--token-file", str(tmp_path / "token")) as process:
        url, _, token = process.stdout.readline().partition("   page for people: ")
        assert session.get(url.partition("/api")[0]).status_code == 200
        assert (tmp_path / "token").read_text().strip() == token.rpartition(" ")[2].strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == ""


def test_a_taken_port_gets_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start("--port", port, "--pupils", "1") as process:
            assert process.wait(timeout=30) == 1
            told = process.stderr.read()
    assert told == f"Port {port} can't be used: Address already in use. Choose another one with --port.\n"


def start(*words: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "sandbox.state", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, text=True, **pipes)  # noqa: S603  our own command
