"""What both stand-ins share: they run on this machine only, and strangers can't change them.

Any page that a browser shows may send a request to a port of 127.0.0.1, and a name under somebody else's control
may point there. So a foreign Host is refused, and a change wants a token that is new at every start.
"""

from __future__ import annotations

import hmac
import io
import os
import secrets
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from flask import Flask, Response, request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK = "127.0.0.1"
LARGEST_BODY = 1024 * 1024


def new_token() -> str:
    return secrets.token_urlsafe(24)


def write_token(path: Path, token: str) -> None:
    """Write the token for this user alone (mode 600), also over an older file that others could read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token + "\n")


def guard(app: Flask, token: str) -> None:
    """Refuse a Host that is not this port of loopback (400), and a change under /sandbox/ without the token (403).

    The token travels in the header `X-Sandbox-Token` or in the form field `sandbox_token`.
    """

    @app.before_request
    def refuse_strangers() -> Response | None:
        port = request.environ["SERVER_PORT"]
        if request.environ.get("HTTP_HOST") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
            return _refusal(400, "This stand-in answers only to its own loopback address.")
        if request.path.startswith("/sandbox/") and request.method not in ("GET", "HEAD") and not _brings(token):
            return _refusal(403, "A change of the stand-in wants its token: header X-Sandbox-Token.")
        return None


def _brings(token: str) -> bool:
    brought = request.headers.get("X-Sandbox-Token") or request.form.get("sandbox_token", "")
    return hmac.compare_digest(brought.encode(), token.encode())


def _refusal(status: int, sentence: str) -> Response:
    return Response(sentence + "\n", status, content_type="text/plain; charset=utf-8")


class LocalServer:
    """Serves an application on 127.0.0.1 from daemon threads; `port` 0 takes a free one.

    Raises OSError when the port is taken. `stop` also ends the connections that clients keep open, so that
    nothing answers afterwards.
    """

    def __init__(self, app: WSGIApplication, port: int = 0) -> None:
        # Bound here because werkzeug ends the process when it can't bind.
        with socket.create_server((LOOPBACK, port), backlog=128) as listening:
            self._server = _Server(LOOPBACK, port, app, _KeepAlive, fd=listening.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Server(ThreadedWSGIServer):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was faster


class _KeepAlive(WSGIRequestHandler):
    """Werkzeug's own handler closes every connection; the state's service keeps them open.

    The request's body is read before the application runs, so that the next request starts at its first line.
    Nagle's algorithm is off: it costs a kept connection 40 ms per call.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self._body())
        response = Response.from_app(self.server.app, environ, buffered=True)
        body = b"" if self.command == "HEAD" else response.get_data()
        if response.status_code not in (204, 304):
            response.headers.setdefault("Content-Length", len(body))
        self.send_response_only(response.status_code)
        self.send_header("Date", self.date_time_string())
        for name, value in response.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        """The request's body. What has no known, moderate length is left unread and ends the connection."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            return b""
        return self.rfile.read(int(length))

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: a request's address may hold an SSID or a link's signature."""
