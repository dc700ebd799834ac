"""A server that says byte for byte what a test wants, however wrong, and the settings of a service in production."""

from __future__ import annotations

import base64
import itertools
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

#: What to do with one request: bytes to send, or a function of the connection.
Script = bytes | Callable[[socket.socket], None]


class RawServer:
    """Answers its nth request by the nth script, later ones by the last, and then closes the connection."""

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self.heard: list[bytes] = []
        self._scripts, self._tls = scripts, tls
        self._count = itertools.count()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=300)
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """The thread first: on a closed listener it may wait for those of the next one, which has the same number."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=[sock], daemon=True).start()

    def _answer(self, sock: socket.socket) -> None:
        with suppress(OSError), sock:
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
            with sock:
                self.heard.append(_request(sock))
                script = self._scripts[min(next(self._count), len(self._scripts) - 1)]
                script(sock) if callable(script) else sock.sendall(script)


def _request(sock: socket.socket) -> bytes:
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += sock.recv(65536) or b"\r\n\r\n"
    head, _, body = heard.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += sock.recv(65536) or b" " * length
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    """`serve(script, …, tls=context)` starts a RawServer that ends with the test."""
    servers: list[RawServer] = []
    yield lambda *scripts, **options: servers.append(RawServer(*scripts, **options)) or servers[-1]
    for server in servers:
        server.close()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The settings of a service as a district runs it. Nobody answers for PowerSchool."""
    key = base64.b64encode(os.urandom(32)).decode()
    return {
        "SIDECAR_URL": "https://scores.example.org",
        "POWERSCHOOL_URL": "https://127.0.0.1:1",
        "POWERSCHOOL_CLIENT_ID": "client",
        "POWERSCHOOL_CLIENT_SECRET": "secret",
        "STATE_LINK_HOSTS": "reports.example.org",
        "SECRET_KEYS": key,
        "VAULT_KEYS": f"a:{key}",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'score-reports.sqlite3'}",
        "JOBS_DATABASE_URL": f"sqlite:///{tmp_path / 'jobs.sqlite3'}",
        "DISTRICT_FILE": str(ROOT / "district.toml"),
        "LOG_LEVEL": "WARNING",
    }
