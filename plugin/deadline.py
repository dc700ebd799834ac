"""What makes a call over the network end at its deadline, whatever the other side does.

requests' timeouts count from one sign of life to the next and not at all while a name is looked up, so the
caller doesn't trust them: docs/decisions/0002-deadline-outside-the-client.md. Only plugin/network.py uses this, and
plugin/mail.py for the time-outs of smtplib, which count alike.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

Result = TypeVar("Result")


@dataclass(frozen=True)
class Deadline:
    """The moment by which one logical request is over, however many exchanges it takes. Monotonic seconds.

    `somebody_waits` is whether a person does: then an exchange that failed may be tried once more, and the caller is
    let go at that moment even where nothing can end the call.
    """

    at: float
    somebody_waits: bool = True

    @classmethod
    def after(cls, seconds: float, *, somebody_waits: bool = True) -> Deadline:
        return cls(time.monotonic() + seconds, somebody_waits)

    @property
    def left(self) -> float:
        """Seconds until then, never below zero."""
        return max(0.0, self.at - time.monotonic())


class Late(Exception):
    """A call that could not begin or was not over in time. The text says which."""


TOO_LATE = "no whole answer in time"


@contextmanager
def broken_after(deadline: Deadline, connection: socket.socket) -> Iterator[None]:
    """Break the connection at the deadline, whoever waits on it then.

    A second handle to it does that, since TLS takes the first one over.
    """
    with connection.dup() as handle:
        timer = threading.Timer(deadline.left, _hang_up, [handle])
        timer.daemon = True  # or it would keep an interpreter that ends from ending
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _hang_up(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


class Bulkhead:
    """A bounded number of calls at once; where somebody waits, in a thread that the caller can leave behind.

    At most `places` calls run; another one waits `queue` seconds for a place and is then refused, so that a
    hanging service takes no more than its share of our threads. No thread starts before the first call.

    A call that nobody waits for runs in its caller's own thread, which saves a third of its work. It is over a moment
    after its deadline, but for what comes before it waits for an answer: the look-up of a name, which nothing can
    end, and a connection time-out for each address of it.
    """

    def __init__(self, places: int, queue: float) -> None:
        self._queue = queue
        self._places = threading.BoundedSemaphore(places)
        self._workers = ThreadPoolExecutor(places, thread_name_prefix="network")
        self._guard = _Guard()

    def run(self, call: Callable[[], Result], deadline: Deadline) -> Result:
        """The call's result or error; Late when its time is over, and its connection is broken then."""
        if not deadline.left or not self._places.acquire(timeout=min(self._queue, deadline.left)):
            raise Late("too many calls at once")
        return self._aside(call, deadline) if deadline.somebody_waits else self._here(call, deadline)

    def _aside(self, call: Callable[[], Result], deadline: Deadline) -> Result:
        watch = _Watch()
        future = self._workers.submit(watch.over, call)
        future.add_done_callback(lambda _: self._places.release())
        try:
            return future.result(deadline.left)
        except TimeoutError:
            watch.cut()
        raise Late(TOO_LATE)

    def _here(self, call: Callable[[], Result], deadline: Deadline) -> Result:
        watch = _Watch()
        try:
            with self._guard.over(watch, deadline):
                result = watch.over(call)
        except Exception:
            if watch.was_cut:
                raise Late(TOO_LATE) from None
            raise
        finally:
            self._places.release()
        if watch.was_cut:  # a body without a length looks whole then
            raise Late(TOO_LATE)
        return result

    def close(self) -> None:
        self._workers.shutdown(wait=False)
        self._guard.close()


class _Guard:
    """Cuts the calls that run in their callers' own threads, a moment after their deadlines."""

    #: Seconds between two rounds.
    MOMENT = 0.25

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[_Watch, Deadline] = {}
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    @contextmanager
    def over(self, watch: _Watch, deadline: Deadline) -> Iterator[None]:
        try:
            with self._lock:
                self._calls[watch] = deadline
                if self._thread is None or not self._thread.is_alive():
                    thread = threading.Thread(target=self._go_round, name="guard", daemon=True)
                    thread.start()
                    self._thread = thread
            yield
        finally:
            with self._lock:
                del self._calls[watch]

    def _go_round(self) -> None:
        while not self._closed.wait(self.MOMENT):
            with self._lock:
                late = [watch for watch, deadline in self._calls.items() if not deadline.left]
            for watch in late:
                watch.cut()

    def close(self) -> None:
        self._closed.set()


class _Watch:
    """Knows on which connection a call waits, and breaks it when nobody waits for the call any more.

    Without that a header sent one byte a second would keep the thread for hours.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.was_cut = False
        self._waits: tuple[_Connection, socket.socket] | None = None

    def over(self, call: Callable[[], Result]) -> Result:
        _thread.watch = self
        return call()

    def waits_on(self, connection: _Connection) -> None:
        with self._lock:
            connection.watch = self
            self._waits = connection, connection.sock
            if self.was_cut:
                self._break()

    def cut(self) -> None:
        with self._lock:
            self.was_cut = True
            self._break()

    def _break(self) -> None:
        if self._waits is None:
            return
        connection, sock = self._waits
        if connection.watch is self:  # otherwise the call is over and its connection serves another one
            with suppress(OSError):
                # Not SSLSocket's own shutdown: it drops its TLS state under the hands of the reading thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


_thread = threading.local()
"""`watch`: of the call that this thread runs. requests and urllib3 offer no way to hand it through."""


class _Connection(HTTPConnection):
    watch: _Watch | None = None

    def getresponse(self) -> Any:  # urllib3's own type here is not its parent's
        _thread.watch.waits_on(self)
        return super().getresponse()


class _TlsConnection(HTTPSConnection, _Connection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class WatchedAdapter(HTTPAdapter):
    """requests' adapter for one address, with connections that tell the running call that it waits on them."""

    _pool: Any = None

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Of the one address there is: to find that out anew takes a tenth of a millisecond."""
        self._pool = self._pool or super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:
        """Without a look for proxies, of which there are none."""
        return request.path_url

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Without a jar of its cookies and a guess at its encoding, which take a tenth of a millisecond as well."""
        response = Response()
        response.status_code, response.reason, response.url = resp.status, resp.reason, req.url or ""
        response.headers, response.raw = resp.headers, resp
        return response
