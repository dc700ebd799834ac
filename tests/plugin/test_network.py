"""The one door to the network, tried over real sockets with everything that can stand behind one."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import inspect
import itertools
import logging
import socket
import ssl
import struct
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugin.deadline import Deadline
from plugin.network import Answer, Garbled, Network, NetworkFault, Redirected, Slow, TooLarge, Unreachable, Untrusted

Serve = Callable[..., Any]

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"
HEAD = b"HTTP/1.1 200 OK\r\n"
#: A path and a header that no fault may repeat.
PRIVATE = "/students/1234567890"
SECRET = {"X-Secret": "hunter-two"}


def drip(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"x")
        time.sleep(0.02)


def hang(sock: socket.socket) -> None:
    sock.recv(1)


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def then(head: bytes, script: Callable[[socket.socket], None]) -> Callable[[socket.socket], None]:
    def both(sock: socket.socket) -> None:
        sock.sendall(head)
        script(sock)

    return both


def flood(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"x" * 65536)


def ask(url: str, **options: Any) -> Answer:
    with Network(url, **options) as network:
        return network.ask("GET", PRIVATE, headers=SECRET)


def test_an_answer_has_status_headers_and_body(serve: Serve) -> None:
    server = serve(b"HTTP/1.1 418 Teapot\r\nX-Kind: oolong\r\nContent-Length: 3\r\n\r\ntea")
    answer = ask(server.url)
    assert (answer.status, answer.headers["x-kind"], answer.body) == (418, "oolong", b"tea")


def test_the_answer_of_a_path_below_the_base_address_is_asked_for_without_compression(serve: Serve) -> None:
    server = serve(FINE)
    with Network(f"{server.url}/api/v1/") as network:
        network.ask("POST", "/token?a=b", data=b"{}")
    assert server.heard[0].startswith(b"POST /api/v1/token?a=b HTTP/1.1\r\n")
    assert b"Accept-Encoding: identity\r\n" in server.heard[0]


@pytest.mark.parametrize(
    "path",
    ["/plain/1234567890", "/", "//two", "/a/../b", "/a/./b", "/a b", "/%41%2f", "/né", "/a?b=ü&c", "/a#b", "/a;b"],
)
def test_a_path_is_sent_as_requests_would_send_it(serve: Serve, path: str) -> None:
    server = serve(FINE)
    with Network(server.url) as network:
        network.ask("GET", path)
    theirs = requests.Request("GET", server.url + path).prepare().path_url
    assert server.heard[0].startswith(f"GET {theirs} HTTP/1.1\r\n".encode())


@pytest.mark.parametrize("path", ["@elsewhere.example/", "elsewhere", ""])
def test_a_path_can_not_become_part_of_the_host(serve: Serve, path: str) -> None:
    server = serve(FINE)
    with Network(server.url) as network, pytest.raises(ValueError, match="slash"):
        network.ask("GET", path)


# --- Time ---------------------------------------------------------------------------------------------------


def test_a_call_has_ten_seconds_three_of_them_for_a_connection_and_a_mebibyte() -> None:
    given = inspect.signature(Network).parameters
    assert {name: given[name].default for name in ("total", "connect", "idle", "limit")} == {
        "total": 10,
        "connect": 3,
        "idle": 5,
        "limit": 1024 * 1024,
    }


def test_a_host_that_takes_no_connection_is_unreachable() -> None:
    with full_house() as url, pytest.raises(Unreachable):
        ask(url, connect=0.2)


@contextlib.contextmanager
def full_house() -> Iterator[str]:
    """A port whose queue is full, so that further connections get no answer at all."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_port_without_a_server_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable, match="refused"):
        ask(f"http://127.0.0.1:{port}")


def test_a_host_name_that_does_not_exist_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="name"):
        ask("https://state.example")


def test_the_look_up_of_a_name_may_hang_but_not_its_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: answered.wait(30) and [])
    with pytest.raises(Slow):
        ask("https://state.example", total=0.2)
    answered.set()


def test_a_server_that_takes_the_request_and_is_silent_is_slow(serve: Serve) -> None:
    with pytest.raises(Slow, match="sign of life"):
        ask(serve(hang).url, idle=0.2)


DRIPS = {
    "a header": drip,
    "a status line": then(b"HTTP/1.1 ", drip),
    "a body": then(HEAD + b"Content-Length: 9999\r\n\r\n", drip),
    "a body without end": then(HEAD + b"Connection: close\r\n\r\n", drip),
    "a chunk": then(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", drip),
    "promises": lambda sock: [sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n") for _ in itertools.count()],
}


@pytest.mark.parametrize("script", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("somebody_waits", [True, False], ids=["somebody waits", "nobody waits"])
def test_whoever_drips_byte_by_byte_meets_the_deadline_and_frees_the_thread(
    serve: Serve, authority: Authority, script: Any, tls: bool, somebody_waits: bool
) -> None:
    server = serve(script, FINE, tls=authority.good if tls else None)
    with Network(server.url, verify=authority.bundle, pool=1, queue=30) as network:
        with pytest.raises(Slow, match="no whole answer in time"):
            network.ask("GET", PRIVATE, deadline=Deadline.after(0.3, somebody_waits=somebody_waits))
        assert network.ask("GET", PRIVATE, deadline=Deadline.after(30)).body == b"fine"


@pytest.mark.parametrize("somebody_waits", [True, False])
def test_only_a_call_that_somebody_waits_for_takes_a_second_thread(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, somebody_waits: bool
) -> None:
    threads, look_up = [], socket.getaddrinfo

    def noted(*args: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return look_up(*args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    with Network(serve(FINE).url) as network:
        network.ask("GET", PRIVATE, deadline=Deadline.after(30, somebody_waits=somebody_waits))
    assert [one is threading.current_thread() for one in threads] == [not somebody_waits]


def test_a_fault_of_a_call_that_nobody_waits_for_is_told_as_it_is(serve: Serve) -> None:
    with Network(serve(b"nonsense", FINE).url, pool=1) as network:
        with pytest.raises(NetworkFault) as told:
            network.ask("GET", PRIVATE, deadline=Deadline.after(30, somebody_waits=False))
        assert not isinstance(told.value, Slow)
        assert network.ask("GET", PRIVATE, deadline=Deadline.after(30, somebody_waits=False)).body == b"fine"


def test_a_deadline_that_has_passed_sends_nothing(serve: Serve) -> None:
    server = serve(FINE)
    with Network(server.url) as network, pytest.raises(Slow):
        network.ask("GET", PRIVATE, deadline=Deadline.after(0))
    assert server.heard == []


def test_a_hanging_service_takes_no_more_than_its_share_of_calls(serve: Serve) -> None:
    answered = threading.Event()

    def wait(sock: socket.socket) -> None:
        answered.wait(60)
        sock.sendall(FINE)

    server = serve(wait)
    with Network(server.url, pool=3, queue=0, total=60, idle=60) as network, ThreadPoolExecutor(3) as threads:
        calls = [threads.submit(network.ask, "GET", "/") for _ in range(3)]
        while len(server.heard) < 3:
            time.sleep(0.01)
        with pytest.raises(Slow, match="too many"):
            network.ask("GET", "/")
        answered.set()
        assert [call.result().body for call in calls] == [b"fine"] * 3
    assert len(server.heard) == 3


# --- Size and shape -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        then(HEAD + b"\r\n", flood),
        then(HEAD + b"Content-Length: 1000000000\r\n\r\n", flood),
    ],
    ids=["endless", "a gigabyte"],
)
def test_a_body_is_read_to_its_limit_and_no_further(serve: Serve, script: Any) -> None:
    with pytest.raises(TooLarge):
        ask(serve(script).url)


def test_a_body_may_be_as_long_as_the_limit(serve: Serve) -> None:
    server = serve(HEAD + b"Content-Length: 1048576\r\n\r\n" + b"x" * 1048576)
    assert len(ask(server.url).body) == 1048576


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "br", "zstd", "gzip\r\nContent-Encoding: gzip"])
def test_compression_that_nobody_asked_for_is_refused(serve: Serve, encoding: str) -> None:
    with pytest.raises(Garbled):
        ask(serve(HEAD + f"Content-Encoding: {encoding}\r\nContent-Length: 4\r\n\r\nfine".encode()).url)


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        (reset, Unreachable),
        (b"", Unreachable),
        (then(HEAD, reset), Unreachable),
        (HEAD + b"Content-Length: 9\r\n\r\nfine", Unreachable),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nfine", Unreachable),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzzz\r\nfine", Unreachable),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Unreachable),
        (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nfine", Garbled),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nfine", Garbled),
    ],
)
def test_an_answer_that_breaks_off_or_is_no_http_is_a_fault(serve: Serve, script: Any, fault: type) -> None:
    with pytest.raises(fault):
        ask(serve(script).url)


def test_a_body_cut_short_without_a_length_is_left_to_whoever_reads_it(serve: Serve) -> None:
    assert ask(serve(HEAD + b'\r\n{"half":').url).body == b'{"half":'


def test_what_follows_an_answer_on_its_connection_never_answers_the_next_call(serve: Serve) -> None:
    server = serve(then(FINE + FINE.replace(b"fine", b"evil"), hang), FINE)
    with Network(server.url) as network:
        assert network.ask("GET", "/").body == b"fine"
        with contextlib.suppress(Unreachable):
            assert network.ask("GET", "/").body == b"fine"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=300), start=st.sampled_from([b"", b"HTTP/1.1 ", HEAD, HEAD + b"\r\n"]))
def test_no_noise_leads_to_anything_but_an_answer_or_a_fault(serve: Serve, noise: bytes, start: bytes) -> None:
    with contextlib.suppress(NetworkFault):
        assert isinstance(ask(serve(start + noise).url, idle=1), Answer)


# --- Trust --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(serve: Serve, status: int) -> None:
    elsewhere = serve(FINE)
    server = serve(f"HTTP/1.1 {status} Go\r\nLocation: {elsewhere.url}/\r\nContent-Length: 0\r\n\r\n".encode())
    with Network(server.url) as network, pytest.raises(Redirected):
        network.ask("POST", "/token", headers=SECRET, json={"secret": "key"})
    assert elsewhere.heard == []


@pytest.mark.parametrize("location", ["http://[", "file:///etc/passwd", "//", "\xff", "http://h\\@x/"])
def test_a_redirect_is_neither_parsed_nor_is_its_body_read(serve: Serve, location: str) -> None:
    head = f"HTTP/1.1 302 Go\r\nLocation: {location}\r\n\r\n".encode("latin-1")
    with pytest.raises(Redirected):
        ask(serve(then(head, flood)).url)


class Authority:
    """A certificate authority, what it issued, and what others did."""

    def __init__(self, folder: Path) -> None:
        ours, another = trustme.CA(), trustme.CA()
        past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        self.bundle = str(folder / "ca.pem")
        ours.cert_pem.write_to_path(self.bundle)
        self.good = serving(ours.issue_cert("127.0.0.1"))
        self.old = serving(ours.issue_cert("127.0.0.1"))
        self.expired = serving(ours.issue_cert("127.0.0.1", not_before=past, not_after=past.replace(year=2021)))
        self.not_yet_valid = serving(ours.issue_cert("127.0.0.1", not_before=past.replace(year=2090)))
        self.wrong_host = serving(ours.issue_cert("state.example"))
        self.unknown = serving(another.issue_cert("127.0.0.1"))
        self.self_signed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with another.private_key_pem.tempfile() as key, another.cert_pem.tempfile() as certificate:
            self.self_signed.load_cert_chain(certificate, key)


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_a_certificate_of_the_named_authority_is_trusted(serve: Serve, authority: Authority) -> None:
    assert ask(serve(FINE, tls=authority.good).url, verify=authority.bundle).body == b"fine"


@pytest.mark.parametrize("kind", ["expired", "not_yet_valid", "wrong_host", "unknown", "self_signed"])
def test_no_other_certificate_is_trusted(serve: Serve, authority: Authority, kind: str) -> None:
    server = serve(FINE, tls=getattr(authority, kind))
    with pytest.raises(Untrusted, match="certificate"):
        ask(server.url, verify=authority.bundle)
    assert server.heard == []


def test_plain_http_behind_an_https_address_is_refused(echo: http.server.ThreadingHTTPServer) -> None:
    with pytest.raises(Untrusted, match="TLS"):
        ask(f"https://127.0.0.1:{echo.server_port}")


def test_a_tls_version_of_the_past_is_refused(serve: Serve, authority: Authority) -> None:
    with pytest.warns(DeprecationWarning):
        authority.old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(Untrusted, match="TLS"):
        ask(serve(FINE, tls=authority.old).url, verify=authority.bundle)


def test_a_connection_that_closes_in_the_midst_of_a_handshake_says_nothing_of_who_is_there() -> None:
    def close() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(1 << 16)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        closing = threading.Thread(target=close)
        closing.start()
        with pytest.raises(Unreachable, match="broken"):
            ask(f"https://127.0.0.1:{listening.getsockname()[1]}")
        closing.join()


def test_a_handshake_that_stalls_is_a_fault(serve: Serve) -> None:
    server = serve(hang)
    with pytest.raises(NetworkFault):
        ask(server.url.replace("http:", "https:"), connect=0.2, total=1)


def test_proxies_password_files_and_bundles_of_the_machine_are_ignored(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proxy, server = serve(FINE), serve(FINE)
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.bundle)
    monkeypatch.setenv("SSL_CERT_FILE", authority.bundle)
    assert ask(server.url).body == b"fine"
    assert b"Authorization" not in server.heard[0]
    with pytest.raises(Untrusted):
        ask(serve(FINE, tls=authority.good).url)
    assert proxy.heard == []


def test_a_cookie_is_not_kept(serve: Serve) -> None:
    server = serve(HEAD + b"Set-Cookie: who=somebody; Path=/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    with Network(server.url) as network:
        network.ask("GET", "/")
        network.ask("GET", "/")
    assert b"Cookie" not in server.heard[1]


# --- Silence ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        hang,
        reset,
        drip,
        HEAD + b"Content-Length: 9\r\n\r\nfine",
        b"HTTP/1.1 302 Go\r\nLocation: /\r\n\r\n",
        then(HEAD + b"\r\n", flood),
    ],
    ids=["silent", "reset", "slow", "short", "redirect", "endless"],
)
def test_a_fault_repeats_nothing_of_request_and_answer(serve: Serve, script: Any) -> None:
    server = serve(script)
    with pytest.raises(NetworkFault) as caught:
        ask(server.url, idle=0.2, total=0.3)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    context = caught.value.__context__
    while context:
        told, context = told + str(context), context.__context__
    assert not any(private in told for private in (PRIVATE, "1234567890", *SECRET.values(), server.host, "fine"))


def test_nothing_is_logged_even_of_broken_headers(serve: Serve) -> None:
    told: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    ear, root = Ear(), logging.getLogger()
    root.addHandler(ear)
    level = root.level
    root.setLevel(logging.DEBUG)
    ask(serve(HEAD + b"no header at all\r\nContent-Length: 4\r\n\r\nfine").url)
    root.setLevel(level)
    root.removeHandler(ear)
    assert not any("1234567890" in line for line in told)


def test_an_answer_shows_neither_headers_nor_body(serve: Serve) -> None:
    assert repr(ask(serve(FINE).url)) == "Answer(status=200)"


# --- Many ---------------------------------------------------------------------------------------------------


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections: set[Any]

    def do_GET(self) -> None:
        self.connections.add(self.client_address)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[http.server.ThreadingHTTPServer]:
    """Answers with the path it was asked for, and keeps connections open."""
    handler = type("OwnEcho", (Echo,), {"connections": set()})

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 300

    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_256_threads_each_get_their_own_answer(echo: http.server.ThreadingHTTPServer) -> None:
    paths = [f"/{number}" for number in range(512)]
    with Network(f"http://127.0.0.1:{echo.server_port}", pool=64, queue=60, total=60) as network:
        with ThreadPoolExecutor(256) as threads:
            bodies = list(threads.map(lambda path: network.ask("GET", path).body.decode(), paths))
    assert bodies == paths


def test_a_connection_is_kept_for_the_next_call(echo: http.server.ThreadingHTTPServer) -> None:
    with Network(f"http://127.0.0.1:{echo.server_port}") as network:
        for _ in range(5):
            network.ask("GET", "/")
    assert len(echo.RequestHandlerClass.connections) == 1
