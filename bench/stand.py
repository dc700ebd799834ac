"""What is measured, started: the sidecar, the stand-ins and the bare application, each in processes of its own."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from bench import bare
from bench.asking import Page
from bench.databases import Pair
from plugin.district import District as NamedByDistrict
from plugin.ets.contract import Contract
from plugin.package import build
from sandbox.district import District, make
from sandbox.ports import LOOPBACK, PortError, Ports, choose
from sandbox.processes import Processes, run_command
from sandbox.run import wait_until_all_answer
from sandbox.serving_mail import serve_mail
from sandbox.serving_school import serve_school
from sandbox.serving_state import serve_state
from sandbox.sidecar import COMMAND, ROOT, environment, furnish
from sandbox.state import StateCredentials


@dataclass(frozen=True)
class Stand:
    """`environ` is what the sidecar was started with, `bare` the bare application's address."""

    district: District
    ports: Ports
    environ: Mapping[str, str]
    credentials: Mapping[str, StateCredentials]
    state_token: str
    bare: str

    @property
    def sidecar(self) -> str:
        return self.environ["SIDECAR_URL"]

    @property
    def school(self) -> str:
        return self.environ["POWERSCHOOL_URL"]

    def state_takes(self, seconds: float) -> None:
        """Let every answer of the state's service come so much later."""
        settings = f"http://{LOOPBACK}:{self.ports.state}/sandbox/settings"
        headers = {"X-Sandbox-Token": self.state_token}
        requests.post(settings, json={"latency": seconds}, headers=headers, timeout=20).raise_for_status()

    def state_itself(self, dcid: int) -> Page:
        """What the sidecar asks of the state for this student, to be asked directly."""
        pupil = next(pupil for pupil in self.district.pupils if pupil.dcid == dcid)
        names, url, issued = Contract(), self.environ["STATE_URL"], self.credentials[pupil.lea_cds]
        who = issued.user, issued.secret
        answer = requests.post(url + names.token.path, data=names.token.body, auth=who, timeout=20)
        header = {names.reports.header: f"{names.reports.scheme} {answer.json()[names.token.token]}"}
        return Page(url + names.reports.path.replace("{ssid}", str(pupil.ssid)), header)

    def questions(self) -> int:
        """How many PowerQueries the sidecar has asked so far."""
        return len(requests.get(f"{self.school}/sandbox/calls.json", timeout=20).json()["calls"])


@contextmanager
def stand(databases: Pair, folder: Path, pupils: int) -> Iterator[Stand]:
    """Everything answers inside the block, and nothing is left after it. The folder takes keys, databases and logs."""
    ports, bare_port = _ports()
    ours, theirs = databases
    bare.fill(theirs)
    district = make(pupils)
    environ = environment(ports, folder) | {"DATABASE_URL": ours}
    credentials = furnish(environ, [lea.cds for lea in district.leas])
    archive = build(ROOT, environ["SIDECAR_URL"], NamedByDistrict.load(ROOT / "district.toml"), folder)
    bare_command = [*COMMAND, f"{LOOPBACK}:{bare_port}", "bench.bare:create_app()"]
    with Processes(folder) as processes:
        processes.start("sidecar", run_command, [*COMMAND, f"{LOOPBACK}:{ports.sidecar}"], {**os.environ, **environ})
        processes.start("school-system", serve_school, district, archive, ports, environ, folder)
        processes.start("state-service", serve_state, district, credentials, ports, folder)
        processes.start("mail-server", serve_mail, ports, folder)
        processes.start("bare", run_command, bare_command, {**os.environ, **environ, "DATABASE_URL": theirs})
        wait_until_all_answer(processes, ports, folder)
        _wait_for(f"http://{LOOPBACK}:{bare_port}/sign-in")
        token = (folder / "state-service.token").read_text().strip()
        yield Stand(district, ports, environ, credentials, token, f"http://{LOOPBACK}:{bare_port}")


def _ports() -> tuple[Ports, int]:
    """Five in a row for the sandbox, and one more. They are drawn, since others may be looking for some as well."""
    while True:
        base = secrets.randbelow(1_000) * 10 + 20_000
        with suppress(PortError):
            return choose({"PORT_BASE": str(base)}), choose({"PORT_BASE": str(base + 5)}).sidecar


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            return requests.get(address, timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.05)
    raise RuntimeError(f"{address} does not answer")
