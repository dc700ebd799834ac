"""The state's service as a process of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from plugin.ets.contract import Contract
from sandbox.district import District
from sandbox.guard import write_token
from sandbox.ports import Ports
from sandbox.processes import Stop
from sandbox.state import StateCredentials, StateService


def serve_state(
    stop: Stop, district: District, credentials: Mapping[str, StateCredentials], ports: Ports, folder: Path
) -> None:
    """STATE_CONTRACT, which the sidecar reads too, gives the interface other names on both sides."""
    names = os.environ.get("STATE_CONTRACT")
    state = StateService(
        district.pupils,
        contract=Contract.load(Path(names)) if names else None,
        credentials=credentials,
        schools=district.schools,
        port=ports.state,
    )
    write_token(folder / "state-service.token", state.admin_token)
    with state:
        stop.wait()
