"""How an answer can come wrong on the wire, written to the connection itself, byte by byte where need be."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress

from flask import Response

from sandbox.server import Line

HUGE = 2**30
_BLOCK = b" " * 65_536


def play(way: str, response: Response, line: Line, pace: float) -> None:
    """Send the answer in this way and end the connection. `pace`: seconds between two bytes that drip."""
    with suppress(OSError):  # the caller has had enough
        WAYS[way](line.take(), _head(response), response.get_data(), pace)


def _head(response: Response) -> bytes:
    length = len(response.get_data())
    fields = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
    lines = [f"HTTP/1.1 {response.status}", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join((*lines, f"Content-Length: {length}", "Connection: close", "", "")).encode()


def _without_length(head: bytes) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    return b"\r\n".join(lines)


def _slowly(connection: socket.socket, data: bytes, pace: float) -> None:
    for at in range(len(data)):
        connection.sendall(data[at : at + 1])
        time.sleep(pace)


def _slow_headers(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    _slowly(connection, head + body, pace)


def _drip(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    connection.sendall(head)
    _slowly(connection, body, pace)


def _hang(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    while connection.recv(1024):
        pass


def _truncated(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    connection.sendall(head + body[: len(body) // 2])


def _cut(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    connection.sendall(_without_length(head) + body[: len(body) // 2])


def _huge(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    connection.sendall(_without_length(head) + b'{"reports": [')
    for _ in range(HUGE // len(_BLOCK)):
        connection.sendall(_BLOCK)


def _too_long(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    """More than was announced: what follows looks like the answer to the next request."""
    keeping = head.replace(b"Connection: close\r\n", b"")
    connection.sendall((keeping + body) * 2)


def _reset(connection: socket.socket, head: bytes, body: bytes, pace: float) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


#: Name → how. "cut" says no length, so that only its content shows that something is missing.
WAYS: dict[str, Callable[[socket.socket, bytes, bytes, float], None]] = {
    "slow_headers": _slow_headers,
    "drip": _drip,
    "hang": _hang,
    "truncated": _truncated,
    "cut": _cut,
    "huge": _huge,
    "too_long": _too_long,
    "reset": _reset,
}
