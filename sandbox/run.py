"""What `make run` does: a made-up district, both stand-ins and the sidecar on this machine, until Ctrl-C."""

from __future__ import annotations

import http.client
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from plugin.district import District as NamedByDistrict
from plugin.ets.contract import Contract
from plugin.package import build
from plugin.store.vault import VaultError
from sandbox.district import District, make
from sandbox.greeting import greeting
from sandbox.guard import write_token
from sandbox.ports import LOOPBACK, PortError, Ports, choose
from sandbox.processes import Processes, run_command, stop_when_asked
from sandbox.school import SchoolSystem
from sandbox.sidecar import COMMAND, ROOT, environment, issue_credentials
from sandbox.state import StateCredentials, StateService

#: Seconds for everything to answer; a slow machine needs ten.
PATIENCE = 60


def main() -> None:
    stop_when_asked()
    with suppress(KeyboardInterrupt):
        try:
            ports = choose(os.environ)
            folder = ROOT / "var" / str(ports.sidecar)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            run(ports, folder)
        except PortError as refusal:
            sys.exit(str(refusal))
        except VaultError:
            sys.exit(f"The keys in {folder} do not open the database beside them. Remove the folder and start again.")


def run(ports: Ports, folder: Path) -> None:
    """Serve until interrupted. A program that ends by itself ends everything, with SystemExit that names it."""
    district = make()
    environ = environment(ports, folder)
    credentials = issue_credentials(environ, (lea.cds for lea in district.leas))
    archive = build(ROOT, environ["SIDECAR_URL"], NamedByDistrict.load(ROOT / "district.toml"), folder)
    client = environ["POWERSCHOOL_CLIENT_ID"], environ["POWERSCHOOL_CLIENT_SECRET"]
    with Processes(folder) as processes:
        processes.start("school-system", serve_school, district, archive, ports.school, client, folder)
        processes.start("state-service", serve_state, district, ports.state, credentials, folder)
        processes.start("sidecar", run_command, [*COMMAND, f"{LOOPBACK}:{ports.sidecar}"], {**os.environ, **environ})
        ended = wait_until_all_answer(processes, ports)
        if ended is None:
            print(greeting(district, ports, folder), flush=True)
            ended = processes.ended()
    sys.exit(f"The {ended} has ended, and the others with it. Its last words: {folder / f'{ended}.log'}")


def serve_school(district: District, archive: Path, port: int, client: tuple[str, str], folder: Path) -> None:
    with SchoolSystem(district, archive, port=port, client_id=client[0], client_secret=client[1]) as school:
        write_token(folder / "school-system.token", school.token)
        signal.pause()


def serve_state(district: District, port: int, credentials: dict[str, StateCredentials], folder: Path) -> None:
    """With STATE_CONTRACT in the environment, the stand-in speaks the names that the sidecar reads there."""
    file = os.environ.get("STATE_CONTRACT")
    contract = Contract.load(Path(file)) if file else Contract()
    service = StateService(
        district.pupils, schools=district.schools, contract=contract, credentials=credentials, port=port
    )
    with service:
        write_token(folder / "state-service.token", service.admin_token)
        signal.pause()


def wait_until_all_answer(processes: Processes, ports: Ports) -> str | None:
    """None when all three answer, else the name of the program that ended. Raises SystemExit after PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    silent = [("localhost", ports.sidecar, "/live"), (LOOPBACK, ports.school, "/"), (LOOPBACK, ports.state, "/")]
    while silent:
        if ended := processes.ended(within=0.05):
            return ended
        if time.monotonic() > deadline:
            sys.exit(f"Port {silent[0][1]} does not answer after {PATIENCE} seconds.")
        silent = [place for place in silent if not _answers(*place)]
    return None


def _answers(host: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
