"""The stand-in's side of an exchange, over aiosmtpd."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox import faults
from sandbox.faults import Faults
from sandbox.mail.faults import AFTER_TEXT, BEFORE_TEXT, REPLIES, SIGNING_IN

#: Seconds for the first sign of life, on a machine that has ten other things to do.
READY = 60.0

#: Takes sender, recipients and text.
Keep = Callable[[str, Sequence[str], bytes], None]


class Handler:
    """What aiosmtpd asks at each step. Where `account` (user name, password) is given, a mail wants a sign-in."""

    def __init__(self, keep: Keep, spoilt: Faults, account: tuple[str, str] | None) -> None:
        self._keep, self._faults, self._account = keep, spoilt, account

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        right = self._account and (given.login, given.password) == tuple(word.encode() for word in self._account)
        return AuthResult(success=bool(right) and not self._take(SIGNING_IN), handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._account and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if fault := self._take(BEFORE_TEXT):
            return REPLIES.get(fault) or await _fall_silent(server, fault)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._take(AFTER_TEXT)
        if fault in REPLIES:
            return REPLIES[fault]
        self._keep(envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b"")
        return await _fall_silent(server, fault) if fault else "250 OK"

    def _take(self, names: set[str]) -> str:
        return faults.take(self._faults, names.__contains__)


async def _fall_silent(server: SMTP, fault: str) -> str:
    """Until the connection ends, which cancels this; a fault that drops it ends it now."""
    if fault.startswith("drop"):
        _hang_up(server)
    await asyncio.Event().wait()
    return ""


def _hang_up(conversation: SMTP) -> None:
    if isinstance(conversation.transport, asyncio.Transport):
        with suppress(AttributeError):  # of a TLS connection that both sides have closed, asyncio 3.11 forgets its half
            conversation.transport.abort()


class Listener(Controller):
    """Serves on a socket that is bound already, from a thread of its own. Stopping ends every connection."""

    def __init__(
        self, handler: Handler, listening: socket.socket, *, tls: ssl.SSLContext | None, starttls: ssl.SSLContext | None
    ) -> None:
        host, port = listening.getsockname()
        known: dict[str, Any] = {"server_hostname": "localhost", "tls_context": starttls, "auth_require_tls": False}
        super().__init__(handler, host, port, ssl_context=tls, ready_timeout=READY, **known)
        self._handler, self._listening = handler, listening
        self._conversations: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        one = SMTP(self._handler, authenticator=self._handler.sign_in, **self.SMTP_kwargs)
        self._conversations.add(one)
        return one

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._end_all(), self.loop).result(READY)
        super().stop(no_assert)

    async def _create_server(self) -> asyncio.AbstractServer:
        return await self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)

    async def _end_all(self) -> None:
        """Left to the controller, connections that are open would keep it waiting, or stay."""
        if self.server:
            self.server.close()
        until = time.monotonic() + READY
        while (still := [one for one in self._conversations if one.transport]) and time.monotonic() < until:
            for one in still:
                _hang_up(one)
            await asyncio.sleep(0)
