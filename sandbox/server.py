"""Serves a stand-in on this machine: HTTP/1.1 with kept connections, from daemon threads, without a log."""

from __future__ import annotations

import io
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from werkzeug import Response
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.reading import whole

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPBACK = "127.0.0.1"
LARGEST_BODY = 1024 * 1024

#: Where the environ holds the request's Line.
LINE = "sandbox.line"


@dataclass
class Line:
    """A request's connection. Who takes it answers on it in person; then it is closed."""

    connection: socket.socket
    taken: bool = False

    def take(self) -> socket.socket:
        self.taken = True
        return self.connection


class LocalServer:
    """Serves an application on 127.0.0.1 from daemon threads; `port` 0 takes a free one.

    Raises OSError when the port is taken. `stop` also ends the connections that clients keep open, so that
    nothing answers afterwards.
    """

    def __init__(self, app: WSGIApplication, port: int = 0) -> None:
        # Bound here because werkzeug ends the process when it can't bind.
        with socket.create_server((LOOPBACK, port), backlog=128) as listening:
            self._server = _Server(LOOPBACK, port, app, _KeepAlive, fd=listening.fileno())
        self._ends = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ends = True
        if self._thread.is_alive():
            with suppress(OSError):  # it waits for a connection, however long, and does nothing until one comes
                socket.create_connection((LOOPBACK, self.port), timeout=1).close()
            self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    def _serve(self) -> None:
        while not self._ends:
            self._server.handle_request()

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
    An answer goes out in one piece, and Nagle's algorithm is off: it costs a kept connection 40 ms per call.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def run_wsgi(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(Response("The length of the request's body is missing, unreadable or too much.\n", 400))
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(body)
        environ[LINE] = line = Line(self.connection)
        response = Response.from_app(self.server.app, environ, buffered=True)
        if line.taken:
            self.close_connection = True
        else:
            self._send(response)

    def _send(self, response: Response) -> None:
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

    def _body(self) -> bytes | None:
        """The request's body; None for what has no known, moderate length and is left unread."""
        length = whole(self.headers.get("Content-Length", "0"))
        if "Transfer-Encoding" in self.headers or length is None or length > LARGEST_BODY:
            return None
        return self.rfile.read(length)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: a request's address may hold an SSID or a link's signature."""
