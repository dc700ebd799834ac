"""Nothing that the sandbox starts is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.processes import Processes, Stop, run_command
from tests.living import is_alive, wait_until

#: A program that says which process it is and then stays.
STAYS = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]

#: One more level, as `make run` has it: a parent that starts a process that runs a program.
PARENT = f"""
import os, pathlib, sys
from sandbox.processes import Processes, leave_when_asked, run_command
if __name__ == "__main__":
    leave_when_asked()
    with Processes(pathlib.Path(sys.argv[1])) as processes:
        processes.start("stays", run_command, {STAYS!r}, dict(os.environ))
        processes.ended(within=600)
"""


def test_leaving_the_block_stops_every_program(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("stays", run_command, STAYS, dict(os.environ))
        pid = pid_in(tmp_path / "stays.log")
        assert is_alive(pid)
    assert not is_alive(pid)


def test_the_one_that_ended_is_named(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("stays", Stop.wait)
        processes.start("leaves", Stop.wait, 0)
        assert processes.ended(within=30) == "leaves"


def test_nobody_is_named_while_all_live(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("stays", Stop.wait)
        assert processes.ended(within=0) is None


@pytest.mark.parametrize("last", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_program_outlives_the_parent_however_it_ends(tmp_path: Path, last: signal.Signals) -> None:
    (tmp_path / "parent.py").write_text(PARENT)
    environ = os.environ | {"PYTHONPATH": os.getcwd()}
    command = [sys.executable, tmp_path / "parent.py", tmp_path]
    with subprocess.Popen(command, env=environ) as parent:  # noqa: S603  the program above
        pid = pid_in(tmp_path / "stays.log")
        parent.send_signal(last)
    wait_until(lambda: not is_alive(pid))


def pid_in(log: Path) -> int:
    wait_until(lambda: log.exists() and log.read_text().endswith("\n"))
    return int(log.read_text())
