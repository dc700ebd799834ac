"""The school system, served on this machine."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Self

from sandbox.district import District
from sandbox.school.api.tokens import Client
from sandbox.school.app import create_app
from sandbox.school.school import Clock, School, now
from sandbox.server import LocalServer


class SchoolSystem(School):
    """Starts on entering the `with` block. `port` 0 takes a free one; raises OSError for one that is taken.

    The plugin's credentials are new unless given. `token` opens POST /sandbox/….
    """

    def __init__(
        self,
        district: District,
        archive: Path | bytes,
        *,
        port: int = 0,
        clock: Clock = now,
        client_id: str | None = None,
        client_secret: str | None = None,
    ) -> None:
        client = Client(client_id or secrets.token_hex(8), client_secret or secrets.token_urlsafe(24))
        super().__init__(district, archive, client, clock)
        try:
            self._server = LocalServer(create_app(self), port)
        except OSError:
            self.database.close()
            raise

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def client_id(self) -> str:
        return self.client.id

    @property
    def client_secret(self) -> str:
        return self.client.secret

    @property
    def sidecar_url(self) -> str:
        """Where the installed archive says that the sidecar is."""
        return self.archive.manifest.base_url

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self.switches.ended.set()
        self._server.stop()
        self.database.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
