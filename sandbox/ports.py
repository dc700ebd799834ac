"""Where the programs of the sandbox listen."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
LOWEST, HIGHEST = 1024, 65531


class PortError(Exception):
    """The ports that were asked for can't be had; the message says what to do, in one line."""


@dataclass(frozen=True)
class Ports:
    """Five in a row; `sidecar` is the first. `mail` is the page that shows the mails, `smtp` takes them."""

    sidecar: int = 8000

    @property
    def school(self) -> int:
        return self.sidecar + 1

    @property
    def state(self) -> int:
        return self.sidecar + 2

    @property
    def mail(self) -> int:
        return self.sidecar + 3

    @property
    def smtp(self) -> int:
        return self.sidecar + 4

    def __iter__(self) -> Iterator[tuple[str, int]]:
        names = ("sidecar", "school system", "state service", "mail page", "mail server")
        return zip(names, range(self.sidecar, self.sidecar + len(names)), strict=True)


def choose(environ: Mapping[str, str]) -> Ports:
    """PORT_BASE is the first. Raises PortError for what is no such number, and for a port that is taken."""
    asked = environ.get("PORT_BASE", "").strip() or str(Ports.sidecar)
    if not re.fullmatch("[0-9]{1,5}", asked) or not LOWEST <= int(asked) <= HIGHEST:
        raise PortError(f"PORT_BASE must be a number from {LOWEST} to {HIGHEST}, the first of five ports: {asked!r}")
    ports = Ports(int(asked))
    for name, port in ports:
        if _is_taken(port):
            raise PortError(f"Port {port}, for the {name}, is taken. Move all five: PORT_BASE=9000 make run")
    return ports


def _is_taken(port: int) -> bool:
    """Asked without SO_REUSEPORT, with which the production server would share a port with an older one."""
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return True
    return False
