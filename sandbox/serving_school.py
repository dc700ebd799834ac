"""The school system as a process of its own: it starts faster without what the others import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sandbox.district import District
from sandbox.guard import write_token
from sandbox.ports import Ports
from sandbox.processes import Stop
from sandbox.school import SchoolSystem


def serve_school(
    stop: Stop, district: District, archive: Path, ports: Ports, settings: Mapping[str, str], folder: Path
) -> None:
    school = SchoolSystem(
        district,
        archive,
        port=ports.school,
        client_id=settings["POWERSCHOOL_CLIENT_ID"],
        client_secret=settings["POWERSCHOOL_CLIENT_SECRET"],
    )
    write_token(folder / "school-system.token", school.token)
    with school:
        stop.wait()
