"""The mail server as a process of its own."""

from __future__ import annotations

from pathlib import Path

from sandbox.guard import write_token
from sandbox.mail import MailCatcher
from sandbox.ports import Ports
from sandbox.processes import Stop


def serve_mail(stop: Stop, ports: Ports, folder: Path) -> None:
    catcher = MailCatcher(ports.mail, ports.smtp)
    write_token(folder / "mail-server.token", catcher.admin_token)
    with catcher:
        stop.wait()
