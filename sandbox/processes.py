"""Processes that live and die together: each stand-in and the sidecar in its own, and none is ever left behind.

Each holds one end of a pipe whose other end only the first process has. The pipe breaks when that one closes it,
and also when it is killed; no signal is needed, which could get lost on its way between threads.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Self

#: Seconds from the request to stop until a process is killed: what the production server gives its answers, and some.
PATIENCE = 20.0

_SPAWN = multiprocessing.get_context("spawn")
_ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """A process's end of its pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def wait(self, within: float | None = None) -> bool:
        """Wait, at most `within` seconds, until this process has to stop; whether it has to."""
        return self._pipe.poll(within)


class Processes:
    """Leaving the `with` block stops all of them. Each writes to `<name>.log` in the folder `logs`."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._started: list[tuple[SpawnProcess, Connection]] = []

    def start(self, name: str, target: Callable[..., None], *args: object) -> None:
        """Call `target(stop, *args)` in a new process. It has to return soon after `stop.wait` did."""
        theirs, ours = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(name=name, target=_live, args=(self._logs / f"{name}.log", target, theirs, args))
        with _deaf_to_ctrl_c():
            process.start()
        theirs.close()
        self._started.append((process, ours))

    def ended(self, within: float) -> str | None:
        """Wait, at most `within` seconds, for the first one to end, and give its name."""
        sentinels = wait([process.sentinel for process, _ in self._started], within)
        return next((process.name for process, _ in self._started if process.sentinel in sentinels), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _process, pipe in self._started:
            pipe.close()
        for process, _pipe in self._started:
            process.join(PATIENCE)
            process.kill()
            process.join()


def leave_when_asked() -> None:
    """Let Ctrl-C, SIGTERM and the end of the terminal unwind this process like an ordinary exit.

    Set for Ctrl-C as well, since a shell starts what runs in the background with it ignored.
    """
    for asked in _ASKED_TO_STOP:
        signal.signal(asked, lambda *_: sys.exit(0))


def run_command(stop: Stop, command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run a program until it ends or has to stop. It belongs to no terminal, so that Ctrl-C does not reach it."""
    with subprocess.Popen(command, env=environ, start_new_session=True) as program:  # noqa: S603  our own command
        while program.poll() is None and not stop.wait(0.2):
            pass
        program.terminate()
    sys.exit(program.returncode)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """A terminal sends Ctrl-C to every process in it, and only the first is to answer: the mask is inherited."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _live(log: Path, target: Callable[..., None], pipe: Connection, args: tuple[object, ...]) -> None:
    for asked in _ASKED_TO_STOP:
        signal.signal(asked, lambda *_: None)  # not SIG_IGN, which a program that is started would inherit
    with log.open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    target(Stop(pipe), *args)
