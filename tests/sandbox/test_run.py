"""`make run`: everything starts together, answers, and ends together."""

from __future__ import annotations

import os
import signal
import smtplib
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from sandbox.ports import Ports
from sandbox.run import main, take
from tests.living import descendants, is_alive, listens, wait_until

UNUSABLE = "What an earlier start left in {} can't be used. Remove the folder and start again."


def test_everything_answers_and_ctrl_c_leaves_nothing_behind(sandbox: Sandbox) -> None:
    greeting = sandbox.greeting()
    answers = ("alive", "Accounts to try", "made-up", "There is none so far")
    for (_, port), answer in zip(sandbox.ports, answers, strict=False):
        address = f"http://localhost:{port}{'/live' if answer == 'alive' else '/'}"
        assert f":{port}" in greeting
        assert answer.lower() in requests.get(address, timeout=10).text.lower()
    with smtplib.SMTP("127.0.0.1", sandbox.ports.smtp, timeout=10) as mail_server:
        assert mail_server.noop()[0] == 250
    for stand_in in ("school-system", "state-service", "mail-server"):
        token = sandbox.folder / f"{stand_in}.token"
        assert token.read_text().strip() in greeting
        assert token.stat().st_mode & 0o777 == 0o600
    wait_until(lambda: '"worker.began"' in (sandbox.folder / "worker.log").read_text())
    programs = descendants(sandbox.process.pid)
    assert len(programs) > 7
    sandbox.process.send_signal(signal.SIGINT)
    assert sandbox.end() == (0, "")
    wait_until(lambda: not any(map(is_alive, programs)))


@pytest.mark.soak
def test_nothing_outlives_the_command_when_it_is_killed(sandbox: Sandbox) -> None:
    sandbox.greeting()
    programs = descendants(sandbox.process.pid)
    sandbox.process.kill()
    wait_until(lambda: not any(map(is_alive, programs)))


@pytest.mark.soak
def test_when_one_program_ends_it_is_named_and_the_others_end_too(sandbox: Sandbox) -> None:
    sandbox.greeting()
    programs = descendants(sandbox.process.pid)
    os.kill(next(pid for pid in programs if listens(pid, sandbox.ports.state)), signal.SIGKILL)
    code, told = sandbox.end()
    assert code == 1
    assert told.startswith("The state-service has ended, and the others with it.")
    assert told.count("\n") == 1
    wait_until(lambda: not any(map(is_alive, programs)))


def test_ctrl_c_before_anything_has_started_says_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "sandbox", tmp_path]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as started:  # noqa: S603  our own command
        next(line for line in started.stderr if "werkzeug" in line)
        started.send_signal(signal.SIGINT)
        assert "Traceback" not in started.stderr.read()
    assert started.returncode == 0
    assert not list(tmp_path.iterdir())


def test_a_bad_first_port_gets_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", tmp_path]
    environ = os.environ | {"PORT_BASE": "eight thousand"}
    told = subprocess.run(command, env=environ, capture_output=True, text=True)  # noqa: S603  our own command
    assert told.returncode == 1
    assert told.stdout + told.stderr == (
        "PORT_BASE must be a number from 1024 to 65531, the first of five ports: 'eight thousand'\n"
    )


Told = Callable[[Path], object]


@pytest.fixture
def told(free_ports: Ports, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What a start with its files in this folder says when it is refused."""

    def start(folder: Path) -> object:
        monkeypatch.setenv("PORT_BASE", str(free_ports.sidecar))
        monkeypatch.setattr(sys, "argv", ["sandbox", str(folder)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    return start


@pytest.mark.parametrize(
    ("name", "content"),
    [("keys.env", b""), ("keys.env", bytes(range(256))), ("score-reports.sqlite3", b"no database" * 1000)],
)
def test_damaged_files_of_an_earlier_start_get_one_line(name: str, content: bytes, tmp_path: Path, told: Told) -> None:
    (tmp_path / name).write_bytes(content)
    assert told(tmp_path) == UNUSABLE.format(tmp_path)


def test_a_database_of_a_newer_version_gets_one_line(tmp_path: Path, told: Told) -> None:
    with closing(sqlite3.connect(tmp_path / "score-reports.sqlite3")) as database:
        database.executescript("CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES (9999)")
    assert told(tmp_path) == UNUSABLE.format(tmp_path)


def test_a_folder_that_can_t_be_made_gets_one_line(tmp_path: Path, told: Told) -> None:
    (tmp_path / "file").touch()
    assert told(tmp_path / "file/var") == f"[Errno 20] Not a directory: '{tmp_path}/file/var'"


def test_a_second_start_leaves_the_first_one_s_files_alone(tmp_path: Path, told: Told) -> None:
    take(tmp_path)
    (tmp_path / "keys.env").touch()
    assert told(tmp_path) == f"It is running already, with its files in {tmp_path}"


class Sandbox:
    """The command, started on ports of its own."""

    def __init__(self, ports: Ports, folder: Path) -> None:
        self.ports, self.folder = ports, folder
        environ = os.environ | {"PORT_BASE": str(ports.sidecar)}
        command = [sys.executable, "-m", "sandbox", folder]
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, env=environ, text=True, **both)  # noqa: S603  our own command

    def greeting(self) -> str:
        """All that is printed when everything answers; its last line names the folder."""
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if str(self.folder) in line:
                return "".join(lines)
        raise AssertionError(self.process.stderr.read())

    def end(self) -> tuple[int, str]:
        """Its exit code and what it said last."""
        return self.process.wait(120), self.process.stderr.read()


@pytest.fixture
def sandbox(free_ports: Ports, tmp_path: Path) -> Iterator[Sandbox]:
    started = Sandbox(free_ports, tmp_path)
    with started.process:
        yield started
        started.process.terminate()
