"""What `make run` does: a made-up district, the stand-ins and the sidecar on this machine, until Ctrl-C."""

from __future__ import annotations

import fcntl
import http.client
import os
import sys
import time
from pathlib import Path

from plugin.district import District as NamedByDistrict
from plugin.district import DistrictError
from plugin.package import PackageError, build
from sandbox.district import make
from sandbox.greeting import greeting
from sandbox.ports import LOOPBACK, PortError, Ports, choose
from sandbox.processes import Processes, run_command
from sandbox.serving_mail import serve_mail
from sandbox.serving_school import serve_school
from sandbox.serving_state import serve_state
from sandbox.sidecar import COMMAND, ROOT, UNUSABLE, WORKER, environment, furnish

#: Seconds for everything to answer: three on an idle machine, half a minute on one with ten things to do.
PATIENCE = 120


def main() -> None:
    """Run until asked to leave. What keeps it from running is told in one line.

    A folder as the only argument takes the keys, the database and the logs in place of var/<first port>.
    """
    try:
        ports = choose(os.environ)
        folder = Path(*sys.argv[1:]) if sys.argv[1:] else ROOT / "var" / str(ports.sidecar)
        take(folder)
        run(ports, folder)
    except (PortError, DistrictError, PackageError, OSError) as refusal:
        sys.exit(str(refusal))
    except UNUSABLE:
        sys.exit(f"What an earlier start left in {folder} can't be used. Remove the folder and start again.")


def take(folder: Path) -> None:
    """Make the folder if need be, and keep every other start out of it until this process ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"It is running already, with its files in {folder}")


def run(ports: Ports, folder: Path) -> None:
    """Serve until interrupted. A program that ends by itself ends everything, with SystemExit that names it."""
    district = make()
    settings = environment(ports, folder)
    credentials = furnish(settings, [lea.cds for lea in district.leas])
    archive = build(ROOT, settings["SIDECAR_URL"], NamedByDistrict.load(ROOT / "district.toml"), folder)
    with Processes(folder) as processes:
        environ = {**os.environ, **settings}
        processes.start("sidecar", run_command, [*COMMAND, f"{LOOPBACK}:{ports.sidecar}"], environ)
        processes.start("worker", run_command, WORKER, environ)
        processes.start("school-system", serve_school, district, archive, ports, settings, folder)
        processes.start("state-service", serve_state, district, credentials, ports, folder)
        processes.start("mail-server", serve_mail, ports, folder)
        wait_until_all_answer(processes, ports, folder)
        print(greeting(district, ports, folder), flush=True)
        while True:
            watch(processes, folder, within=1)


def wait_until_all_answer(processes: Processes, ports: Ports, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    silent = [("localhost", ports.sidecar, "/ready")]
    silent += [(LOOPBACK, port, "/") for port in (ports.school, ports.state, ports.mail)]
    while silent := [place for place in silent if not _answers(*place)]:
        watch(processes, folder, within=0.05)
        if time.monotonic() > deadline:
            sys.exit(f"Port {silent[0][1]} does not answer after {PATIENCE} seconds. The logs are in {folder}")


def watch(processes: Processes, folder: Path, within: float) -> None:
    """Let so many seconds pass. SystemExit that names the program which ended meanwhile."""
    if ended := processes.ended(within):
        sys.exit(f"The {ended} has ended, and the others with it. Its last words: {folder / f'{ended}.log'}")


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
