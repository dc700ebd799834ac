"""How one setting's text is read. Each reader returns the value, or raises ValueError with the rest of a sentence.

The sentence goes on behind the setting's name and never repeats a secret.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# Matched, not parsed: in this alphabet is nothing that two programs could read as two hosts.
_PORT = r"(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*{_PORT}"
_ADDRESS = re.compile(rf"https?://{_HOST}(?:/[A-Za-z0-9._~/-]*)?")
#: The hosts under which anybody's bucket is found, by its name in the path.
_ANYBODYS = re.compile(r"(s3[.-].*)?amazonaws\.com(\.cn)?(:[0-9]+)?")


def flag(text: str) -> bool:
    return one_of("0", "1")(text) == "1"


def address(text: str) -> str:
    if not _ADDRESS.fullmatch(text) or not (text.startswith("https:") or is_loopback(text)):
        raise ValueError("must be an address that starts with https://, without user name, query or fragment")
    return text.rstrip("/")


def is_loopback(text: str) -> bool:
    return urlsplit(text).scheme == "http" and urlsplit(text).hostname in LOOPBACK


def origin(text: str) -> str:
    if urlsplit(whole_address := address(text)).path:
        raise ValueError("must not have a path")
    return whole_address


def database(text: str) -> str:
    """The address of a PostgreSQL database, or of an SQLite file in a folder that is there."""
    try:
        parsed = make_url(text)
    except (ArgumentError, ValueError):
        parsed = None
    name = parsed.database or "" if parsed else ""
    if parsed and parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        return text
    if not parsed or parsed.drivername != "sqlite" or parsed.host or not name or name.startswith((":", "file:")):
        raise ValueError("must be sqlite:///<file> or postgresql://<user>:<password>@<host>/<database>")
    if not os.path.isdir(os.path.dirname(name) or "."):  # of pathlib's, some raise where one may not look
        raise ValueError("names a file in a folder that is not there")
    return text


def hosts(text: str) -> frozenset[str]:
    named = frozenset(host.strip().lower() for host in text.split(",") if host.strip())
    if not named or not all(re.fullmatch(_HOST, host) for host in named):
        raise ValueError("must name exact hosts, comma separated, without wildcards or paths")
    if any(map(_ANYBODYS.fullmatch, named)):
        raise ValueError("must not name S3 itself: anybody owns a bucket there. Name the state's own bucket host")
    return named


def worker_id(text: str) -> str:
    if not re.fullmatch("[A-Za-z0-9._-]{0,64}", text):
        raise ValueError("must be at most 64 letters, digits, dots, dashes and underscores")
    return text or socket.gethostname()


def existing_file(text: str) -> Path | None:
    if not text:
        return None
    if not Path(text).is_file():
        raise ValueError("names a file that is not there")
    return Path(text)


def whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise ValueError("must be base64") from None
    if len(key) < 32 or len(set(key)) < 8:
        raise ValueError("must hold random keys of at least 32 bytes: `score-reports make-key` prints one")
    return key


def secret_keys(text: str) -> tuple[bytes, ...]:
    return tuple(_key(part) for part in text.split(","))


def vault_keys(text: str) -> Mapping[str, bytes]:
    keys = {}
    for part in text.split(","):
        name, colon, value = part.strip().partition(":")
        if not (colon and re.fullmatch(r"[A-Za-z0-9._-]{1,32}", name)) or name in keys:
            raise ValueError("must be id:key pairs with different short ids: `score-reports make-key` prints a key")
        keys[name] = _key(value)
        if len(keys[name]) != 32:
            raise ValueError("must hold keys of exactly 32 bytes")
    return keys


def mail_host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]*|::1", text):
        raise ValueError("must be the name of a host, without a port")
    return text.lower()


def mail_address(text: str) -> str:
    """Plain, as every mail server takes it in a command: no display name, no quotes, nothing beyond ASCII."""
    if text and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", text):
        raise ValueError("must be one plain address, as in score-reports@district.org")
    return text


def printable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("must have printable ASCII characters only")
    return text


def one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {', '.join(words[:-1])} or {words[-1]}")
        return text

    return parse
