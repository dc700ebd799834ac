"""The stand-in as a Python API."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

from flask import Flask

from sandbox.faults import Faults
from sandbox.guard import guard, new_token
from sandbox.mail.caught import Caught
from sandbox.mail.control import control
from sandbox.mail.smtp import Handler, Listener
from sandbox.server import LOOPBACK, LocalServer

#: Mails that a person may still want to see.
KEPT = 1000


class MailCatcher:
    """A mail server and its page, both on 127.0.0.1, from `start` to `stop` or as a context manager.

    Ports of 0 take free ones; OSError when a port is taken. `account` (user name, password) makes it want a sign-in.
    `tls` is for TLS from the first byte, `starttls` for offering it; without either everything is in the clear.
    Of more mails than `kept` the oldest are forgotten.
    """

    def __init__(
        self,
        port: int = 0,
        smtp_port: int = 0,
        *,
        account: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        kept: int = KEPT,
    ) -> None:
        self._faults: Faults = {}
        self.admin_token = new_token()
        self._caught: deque[Caught] = deque(maxlen=kept)
        self._count = 0
        with ExitStack() as undone:
            listening = undone.enter_context(socket.create_server((LOOPBACK, smtp_port)))
            self._server = LocalServer(_app(self), port)
            undone.pop_all()
        self.smtp_port: int = listening.getsockname()[1]
        self._listener = Listener(Handler(self._keep, self._faults, account), listening, tls=tls, starttls=starttls)

    @property
    def url(self) -> str:
        """Where the page for people is; /sandbox/settings and the like lie below it."""
        return self._server.url

    @property
    def mails(self) -> list[Caught]:
        """Newest first."""
        return list(reversed(self._caught))

    @property
    def faults(self) -> Faults:
        """Name → how many mails, or sign-ins, are still to fail in this way; to be changed in place."""
        return self._faults

    def forget(self) -> None:
        """Begin with no mail again."""
        self._caught.clear()

    def start(self) -> None:
        self._listener.start()
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
        self._listener.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _keep(self, sender: str, recipients: Sequence[str], raw: bytes) -> None:
        self._count += 1
        self._caught.append(Caught(self._count, datetime.datetime.now(datetime.UTC), sender, tuple(recipients), raw))


def _app(catcher: MailCatcher) -> Flask:
    app = Flask(__name__, static_folder=None)
    guard(app, catcher.admin_token)
    app.register_blueprint(control(lambda: catcher.mails, catcher.faults))
    return app
