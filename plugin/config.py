"""The service's settings: one frozen value, read once from the environment, with every problem reported at once.

No setting has a default secret. `docs/operate.md` lists them all; the fields below say what each is and how to make it.
"""

from __future__ import annotations

import base64
import binascii
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """The environment does not make a service: `problems` has one sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    #: DEMO=1 allows plain http on loopback addresses, for the sandbox; anywhere else it is refused.
    demo: bool
    #: SIDECAR_URL: where browsers find this service, as in the plugin archive.
    sidecar_url: str
    #: POWERSCHOOL_URL: the school system; its identity tokens are issued by POWERSCHOOL_URL/oauth2/.
    powerschool_url: str
    #: POWERSCHOOL_CLIENT_ID and _SECRET: from the plugin's Data Provider Configuration in PowerSchool.
    powerschool_client_id: str
    powerschool_client_secret: str = field(repr=False)
    #: STATE_URL: the state's service. The default is what public sources name.
    state_url: str
    #: STATE_LINK_HOSTS: exact hosts, comma separated, where the state keeps the reports. Never a wildcard: anybody
    #: can own a host under amazonaws.com.
    state_link_hosts: frozenset[str]
    #: STATE_CONTRACT: a TOML file that corrects assumed names of the state's interface.
    state_contract: Path | None
    #: DATABASE_URL: SQLite in the working folder by default, or postgresql://…
    database_url: str = field(repr=False)
    database_pool_size: int
    #: JOBS_DATABASE_URL: where DBOS keeps what is due and what ran; the same kinds, never the same SQLite file.
    jobs_database_url: str = field(repr=False)
    #: WORKER_ID: names a worker, the same after every restart; by default the machine's name.
    worker_id: str
    #: SECRET_KEYS: sign cookies and forms; base64, comma separated, at least 32 bytes each; the first signs.
    secret_keys: tuple[bytes, ...] = field(repr=False)
    #: VAULT_KEYS: encrypt secrets and links; id:base64 of 32 bytes, comma separated; the first encrypts.
    vault_keys: Mapping[str, bytes] = field(repr=False)
    #: DISTRICT_FILE: the district's own names, the same file that the plugin archive was built with.
    district_file: Path
    #: CREDENTIALS_LIFETIME_DAYS: of a set of the state's credentials whose last day nobody typed. It was 90 when our
    #: sources were written and is 365 today.
    credentials_lifetime_days: int
    #: STEP_UP: 0 lets people save credentials without a fresh sign-in, for a school system that never tells when the
    #: password was typed.
    step_up: bool
    #: TRUSTED_PROXIES: how many reverse proxies in front of this service set X-Forwarded-For.
    trusted_proxies: int
    #: SMTP_HOST: the mail server that takes our mails; empty where none is sent, and they wait.
    smtp_host: str
    smtp_port: int
    #: SMTP_SECURITY: starttls, tls (from the first byte) or none, which is for this machine only.
    smtp_security: str
    #: SMTP_USER and _PASSWORD: where the mail server wants a sign-in; both or neither.
    smtp_user: str
    smtp_password: str = field(repr=False)
    #: MAIL_FROM: the address that mails come from. Needed with SMTP_HOST.
    mail_from: str
    log_level: str


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Read the settings, or raise SettingsError that names every missing and bad one."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, (parse, default) in _READERS.items():
        try:
            values[name.lower()] = parse(_text(environ, name, default))
        except ValueError as error:
            problems.append(f"{name} {error}")
    problems += [*_plain_http(values), *_mail(values), *_jobs(values)]
    if problems:
        raise SettingsError(problems)
    return Settings(**values)


def _text(environ: Mapping[str, str], name: str, default: str | None) -> str:
    text = environ.get(name, "").strip() or default
    if text is None:
        raise ValueError("is not set")
    return text


def _plain_http(values: Mapping[str, Any]) -> Iterator[str]:
    """Plain http is for the sandbox: on this machine, and with DEMO=1, which is for nothing else."""
    addresses = {name: values.get(name) or "" for name in ("sidecar_url", "powerschool_url", "state_url")}
    if not values.get("demo"):
        yield from (
            f"{name.upper()} must start with https://"
            for name, url in addresses.items()
            if urlsplit(url).scheme == "http"
        )
    elif addresses["sidecar_url"] and not _is_loopback(addresses["sidecar_url"]):
        yield "DEMO=1 is only for a service on localhost: unset it, or set SIDECAR_URL to localhost"


def _mail(values: Mapping[str, Any]) -> Iterator[str]:
    """What the mail settings ask of each other, of those that could be read."""
    host = values.get("smtp_host")
    if host and values.get("mail_from") == "":
        yield "MAIL_FROM is not set, which SMTP_HOST needs"
    if host and values.get("smtp_security") == "none" and not (host in LOOPBACK or values.get("demo")):
        yield "SMTP_SECURITY must be starttls or tls: none is for a mail server on this machine"
    if (values.get("smtp_user") == "") != (values.get("smtp_password") == ""):
        yield "SMTP_USER and SMTP_PASSWORD must be set both or neither"


def _jobs(values: Mapping[str, Any]) -> Iterator[str]:
    """In PostgreSQL the two may share a database, since DBOS's tables have a schema of their own there."""
    ours, theirs = values.get("database_url"), values.get("jobs_database_url", "")
    if theirs == ours and theirs.startswith("sqlite:"):
        yield "JOBS_DATABASE_URL must be another file than DATABASE_URL"


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("must be 0 or 1")
    return text == "1"


def _address(text: str) -> str:
    parts = urlsplit(text)
    https = parts.scheme == "https" and parts.hostname and not ("@" in parts.netloc or parts.query or parts.fragment)
    if not (https or _is_loopback(text)):
        raise ValueError("must be an address that starts with https://, without user name, query or fragment")
    return text.rstrip("/")


def _is_loopback(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme == "http" and parts.netloc.rpartition("@")[0] == "" and parts.hostname in LOOPBACK


def _origin(text: str) -> str:
    if urlsplit(address := _address(text)).path:
        raise ValueError("must not have a path")
    return address


def _database(text: str) -> str:
    if not re.match(r"sqlite:///|postgresql(\+psycopg)?://", text):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text


def _worker_id(text: str) -> str:
    if not re.fullmatch("[A-Za-z0-9._-]{0,64}", text):
        raise ValueError("must be at most 64 letters, digits, dots, dashes and underscores")
    return text or socket.gethostname()


def _hosts(text: str) -> frozenset[str]:
    hosts = frozenset(host.strip().lower() for host in text.split(",") if host.strip())
    if not hosts or any(set("*/@") & set(host) for host in hosts):
        raise ValueError("must name exact hosts, comma separated, without wildcards or paths")
    if any(re.fullmatch(r"s3[.-].*amazonaws\.com(:[0-9]+)?", host) for host in hosts):
        raise ValueError("must not name S3 itself: anybody owns a bucket there. Name the state's own bucket host")
    return hosts


def _existing_file(text: str) -> Path | None:
    if not text:
        return None
    if not Path(text).is_file():
        raise ValueError("names a file that is not there")
    return Path(text)


def _count(least: int, most: int) -> Callable[[str], int]:
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


def _secret_keys(text: str) -> tuple[bytes, ...]:
    return tuple(_key(part) for part in text.split(","))


def _vault_keys(text: str) -> Mapping[str, bytes]:
    keys = {}
    for part in text.split(","):
        name, colon, value = part.strip().partition(":")
        if not (colon and re.fullmatch(r"[A-Za-z0-9._-]{1,32}", name)) or name in keys:
            raise ValueError("must be id:key pairs with different short ids: `score-reports make-key` prints a key")
        keys[name] = _key(value)
        if len(keys[name]) != 32:
            raise ValueError("must hold keys of exactly 32 bytes")
    return keys


def _mail_host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]*|::1", text):
        raise ValueError("must be the name of a host, without a port")
    return text.lower()


def _mail_address(text: str) -> str:
    """Plain, as every mail server takes it in a command: no display name, no quotes, nothing beyond ASCII."""
    if text and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", text):
        raise ValueError("must be one plain address, as in score-reports@district.org")
    return text


def _ascii(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("must have printable ASCII characters only")
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {', '.join(words[:-1])} or {words[-1]}")
        return text

    return parse


#: Setting → how to read it, and its default; None where there is none.
_READERS: dict[str, tuple[Callable[[str], Any], str | None]] = {
    "DEMO": (_flag, "0"),
    "SIDECAR_URL": (_origin, None),
    "POWERSCHOOL_URL": (_origin, None),
    "POWERSCHOOL_CLIENT_ID": (str, None),
    "POWERSCHOOL_CLIENT_SECRET": (str, None),
    "STATE_URL": (_address, "https://caaspp-aws.ets.org/api/v1"),
    "STATE_LINK_HOSTS": (_hosts, None),
    "STATE_CONTRACT": (_existing_file, ""),
    "DATABASE_URL": (_database, "sqlite:///score-reports.sqlite3"),
    "DATABASE_POOL_SIZE": (_count(1, 500), "10"),
    "JOBS_DATABASE_URL": (_database, "sqlite:///score-reports-jobs.sqlite3"),
    "WORKER_ID": (_worker_id, ""),
    "SECRET_KEYS": (_secret_keys, None),
    "VAULT_KEYS": (_vault_keys, None),
    "DISTRICT_FILE": (_existing_file, "district.toml"),
    "CREDENTIALS_LIFETIME_DAYS": (_count(1, 730), "90"),
    "STEP_UP": (_flag, "1"),
    "TRUSTED_PROXIES": (_count(0, 10), "0"),
    "SMTP_HOST": (_mail_host, ""),
    "SMTP_PORT": (_count(1, 65535), "587"),
    "SMTP_SECURITY": (_one_of("starttls", "tls", "none"), "starttls"),
    "SMTP_USER": (_ascii, ""),
    "SMTP_PASSWORD": (_ascii, ""),
    "MAIL_FROM": (_mail_address, ""),
    "LOG_LEVEL": (_one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
}
