"""The one door to the network, for the state's service and the school system alike.

It calls one base address and no host that an answer names, follows no redirect, keeps no cookie, heeds no
proxy or password file of the machine, and reads no answer beyond a limit. A call ends at its deadline whatever
the other side does: docs/decisions/0002-deadline-outside-the-client.md says why requests' timeouts don't do that.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import requests
from requests.auth import AuthBase
from urllib3 import exceptions as urllib3

from plugin.deadline import Bulkhead, Deadline, Late, WatchedAdapter

# urllib3 writes whole paths into its log, and the state's paths hold SSIDs.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "ca-score-reports"}


class NetworkFault(Exception):
    """An exchange that failed. The text says how in a few words; it never holds an address, header or body."""


class Slow(NetworkFault):
    """Connected or queued, but not answered in time."""


class Unreachable(NetworkFault):
    """No connection, or one that broke before the answer was whole: the one fault worth a second try."""


class Untrusted(NetworkFault):
    """The other side could not prove over TLS who it is."""


class Redirected(NetworkFault):
    pass


class TooLarge(NetworkFault):
    pass


class Garbled(NetworkFault):
    """Something came, but not HTTP as we accept it."""


#: The first of these that stands in an error's chain of causes names the fault; else a connection broke.
_FAULTS: tuple[tuple[type[BaseException], type[NetworkFault], str], ...] = (
    (ssl.SSLCertVerificationError, Untrusted, "certificate not trusted"),
    (ssl.SSLEOFError, Unreachable, "connection broken"),
    (urllib3.SSLError, Untrusted, "no TLS connection"),
    (urllib3.NameResolutionError, Unreachable, "host name not found"),
    (urllib3.NewConnectionError, Unreachable, "connection refused"),
    (urllib3.ConnectTimeoutError, Unreachable, "no connection in time"),
    (urllib3.ReadTimeoutError, Slow, "no sign of life"),
    (urllib3.InvalidHeader, Garbled, "broken header"),
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Network:
    """Calls below one base address. Safe for threads; a process that forks afterwards makes its own.

    `total`, `connect` and `idle` are seconds: for a whole exchange, for a connection, and between two signs of
    life. At most `pool` calls run at once, so that a hanging service does not take every thread of ours; the
    next one waits `queue` seconds for a place. `limit` counts bytes of a body. `verify`
    may be the path of a CA bundle, but is never off.
    """

    def __init__(
        self,
        base_url: str,
        *,
        verify: str | None = None,
        total: float = 10.0,
        connect: float = 3.0,
        idle: float = 5.0,
        pool: int = 128,
        queue: float = 2.0,
        limit: int = 1 << 20,
    ) -> None:
        self.session = _session(pool)
        self.total = total
        self._base_url = base_url.rstrip("/")
        self._connect, self._idle, self._limit, self._verify = connect, idle, limit, verify or True
        self._bulkhead = Bulkhead(pool, queue)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()
        self._bulkhead.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        deadline: Deadline | None = None,
        headers: Mapping[str, str] | None = None,
        auth: AuthBase | None = None,
        data: bytes | Mapping[str, str] | None = None,
        json: object = None,
    ) -> Answer:
        """One exchange with `path` ("/…", query included) below the base address; any status but 3xx is an answer.

        Raises a NetworkFault, where somebody waits at the latest at the deadline (by default `total` seconds from now).
        """
        if not path.startswith("/"):
            raise ValueError("a path begins with a slash")
        deadline = deadline or Deadline.after(self.total)
        sent = {**HEADERS, **(headers or {})}
        request = requests.Request(method, self._base_url + path, headers=sent, auth=auth, data=data, json=json)
        try:
            return self._bulkhead.run(lambda: self._exchange(request, deadline), deadline)
        except Late as late:
            raise Slow(str(late)) from None

    def _exchange(self, request: requests.Request, deadline: Deadline) -> Answer:
        """The fault is raised after the handler, so that it drags no address along as context."""
        timeout = max(0.001, min(self._connect, deadline.left)), max(0.001, min(self._idle, deadline.left))
        try:
            adapter = self.session.get_adapter(self._base_url)
            with adapter.send(_prepared(request), stream=True, timeout=timeout, verify=self._verify) as response:
                return self._read(response)
        except (requests.RequestException, urllib3.HTTPError, OSError) as error:
            fault = _fault(error)
        try:
            raise fault
        finally:
            del fault  # or it would hold this call, and all that was sent, until somebody looks for garbage

    def _read(self, response: requests.Response) -> Answer:
        if 300 <= response.status_code < 400:
            raise Redirected(f"HTTP {response.status_code}")
        # We ask for none. A chain of small gzip members makes urllib3 2.8 read past any limit that it is given.
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Garbled("compressed, which was not asked for")
        body = response.raw.read(self._limit + 1, decode_content=True)
        if len(body) > self._limit:
            raise TooLarge(f"more than {self._limit} bytes")
        return Answer(response.status_code, response.headers, body)


#: Addresses that requests would leave as they are, and their paths.
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(/[A-Za-z0-9_~/-]*)")


class _Prepared(requests.PreparedRequest):
    def prepare_url(self, url: Any, params: Any) -> None:
        """To take an address apart and put it together again takes longer than all else here."""
        if params or not _PLAIN.fullmatch(url):
            return super().prepare_url(url, params)
        self.url = url

    @property
    def path_url(self) -> str:
        plain = _PLAIN.fullmatch(self.url or "")
        return plain[1] if plain else super().path_url

    def prepare_cookies(self, cookies: object) -> None:
        """None are sent. To find that out takes a third of the time that all of it takes."""


def _prepared(request: requests.Request) -> requests.PreparedRequest:
    prepared = _Prepared()
    how = {"headers": request.headers, "data": request.data, "json": request.json, "auth": request.auth}
    prepared.prepare(request.method, request.url, **how)
    return prepared


def _fault(error: BaseException) -> NetworkFault:
    causes = list(_causes(error))
    for kind, fault, text in _FAULTS:
        if any(isinstance(cause, kind) for cause in causes):
            return fault(text)
    return Unreachable("connection broken")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _session(pool: int) -> requests.Session:
    """For its adapters. To send through the session would keep cookies, read redirects and look for a .netrc."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, WatchedAdapter(pool_connections=1, pool_maxsize=pool))
    return session
