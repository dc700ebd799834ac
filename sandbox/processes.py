"""Processes that live and die together: each stand-in and the sidecar in its own, and none is ever left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Self

#: Seconds from the request to stop until a process is killed: what the production server gives its answers, and some.
PATIENCE = 20.0

_SPAWN = multiprocessing.get_context("spawn")


class Processes:
    """Leaving the `with` block stops all of them. Each writes to `<name>.log` in the folder `logs`."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._started: list[SpawnProcess] = []

    def start(self, name: str, target: Callable[..., None], *args: object) -> None:
        """Call `target(*args)` in a new process. It is stopped by SystemExit, raised in its main thread."""
        process = _SPAWN.Process(name=name, target=_live, args=(self._logs / f"{name}.log", target, args))
        with _deaf_to_the_terminal():
            process.start()
        self._started.append(process)

    def ended(self, within: float | None = None) -> str | None:
        """Wait for the first one to end, at most `within` seconds, and give its name."""
        sentinels = wait([process.sentinel for process in self._started], within)
        return next((process.name for process in self._started if process.sentinel in sentinels), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            process.terminate()
        for process in self._started:
            process.join(PATIENCE)
            process.kill()
            process.join()


def stop_when_asked() -> None:
    """Let SIGTERM, and the terminal's end, unwind this process like an ordinary exit."""
    for asked in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, lambda *_: sys.exit(0))


@contextmanager
def _deaf_to_the_terminal() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal, and only the first is to answer: the mask is inherited."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def run_command(command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run a program until it ends or this process is asked to stop. It has no terminal of its own."""
    with subprocess.Popen(command, env=dict(environ), start_new_session=True) as program:  # noqa: S603  our own command
        try:
            sys.exit(program.wait())
        finally:
            program.terminate()


def _live(log: Path, target: Callable[..., None], args: tuple[object, ...]) -> None:
    with log.open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    stop_when_asked()
    threading.Thread(target=_follow_the_parent, daemon=True).start()
    target(*args)


def _follow_the_parent() -> None:
    """However the parent ended, SIGKILL included: end too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
