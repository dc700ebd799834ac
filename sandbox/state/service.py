"""The stand-in as a Python API."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Self

from flask import Flask

from plugin.ets.contract import Contract
from sandbox.district.model import Pupil, School
from sandbox.guard import guard, new_token
from sandbox.server import LocalServer
from sandbox.state.control import control
from sandbox.state.keyring import Clock, Keyring, StateCredentials
from sandbox.state.routes import BASE, routes
from sandbox.state.settings import Settings
from sandbox.state.standin import Call, StandIn
from sandbox.state.storage import Storage


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class StateService:
    """The state's service on 127.0.0.1, from `start` to `stop` or as a context manager.

    Every LEA of a pupil gets credentials, made up where `credentials` (by CDS code) has none. `schools` give their
    names to the reports. `clock` tells the time, with a time zone; tokens, credentials, links and the years on offer
    depend on it. `port` 0 takes a free one; OSError when the port is taken.
    """

    def __init__(
        self,
        pupils: Iterable[Pupil],
        *,
        contract: Contract | None = None,
        credentials: Mapping[str, StateCredentials] | None = None,
        schools: Iterable[School] = (),
        port: int = 0,
        clock: Clock = now,
    ) -> None:
        everybody = list(pupils)
        leas = dict.fromkeys(pupil.lea_cds for pupil in everybody)
        self.admin_token = new_token()
        self._standin = StandIn(
            contract=contract or Contract(),
            pupils={pupil.ssid: pupil for pupil in everybody if pupil.ssid},
            schools={school.number: school.name for school in schools},
            clock=clock,
            keyring=Keyring(leas, credentials or {}, clock),
            storage=Storage(clock),
        )
        self._server = LocalServer(_app(self._standin, self.admin_token), port)

    @property
    def url(self) -> str:
        """The interface's base address, without a slash at the end."""
        return self._server.url + BASE

    @property
    def sandbox_url(self) -> str:
        """Where the page for people is; /sandbox/settings and the like lie below it."""
        return self._server.url

    @property
    def link_host(self) -> str:
        """Host and port of the links to reports."""
        return self._server.url.removeprefix("http://")

    @property
    def credentials(self) -> dict[str, StateCredentials]:
        """Each LEA's newest set, by CDS code; may be changed in place."""
        return self._standin.keyring.credentials

    @property
    def tokens(self) -> frozenset[str]:
        """Every token that was made, dead or alive."""
        return self._standin.keyring.tokens

    @property
    def settings(self) -> Settings:
        return self._standin.settings

    @property
    def calls(self) -> list[Call]:
        return self._standin.calls

    def replace_credentials(self, lea: str) -> StateCredentials:
        """Make a new set for an LEA, as another vendor's coordinator would: the older one and its tokens die."""
        return self._standin.keyring.replace(lea)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _app(standin: StandIn, token: str) -> Flask:
    app = Flask(__name__, static_folder=None)
    guard(app, token)
    app.register_blueprint(routes(standin))
    app.register_blueprint(control(standin))
    return app
