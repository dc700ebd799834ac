"""The service's settings: one frozen value, read once from the environment, with every problem reported at once.

No setting has a default secret. `docs/operate.md` lists them all; the fields below say what each is and how to make it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plugin import config_values as values
from plugin.config_values import LOOPBACK


class SettingsError(Exception):
    """The environment does not make a service: `problems` has one sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _read(parse: Callable[[str], Any], default: str | None = None, *, hidden: bool = False) -> Any:
    """A setting: how its text is read, and the text where nobody set one; None where somebody has to."""
    return field(metadata={"parse": parse, "default": default}, repr=not hidden)


_hidden = partial(_read, hidden=True)


@dataclass(frozen=True)
class Settings:
    """Each field is read from the variable of its name in capitals."""

    #: DEMO=1 allows plain http on loopback addresses, for the sandbox; anywhere else it is refused.
    demo: bool = _read(values.flag, "0")
    #: SIDECAR_URL: where browsers find this service, as in the plugin archive.
    sidecar_url: str = _read(values.origin)
    #: POWERSCHOOL_URL: the school system; its identity tokens are issued by POWERSCHOOL_URL/oauth2/.
    powerschool_url: str = _read(values.origin)
    #: POWERSCHOOL_CLIENT_ID and _SECRET: from the plugin's Data Provider Configuration in PowerSchool.
    powerschool_client_id: str = _read(str)
    powerschool_client_secret: str = _hidden(str)
    #: STATE_URL: the state's service. The default is what public sources name.
    state_url: str = _read(values.address, "https://caaspp-aws.ets.org/api/v1")
    #: STATE_LINK_HOSTS: exact hosts, comma separated, where the state keeps the reports. Never a wildcard: anybody
    #: can own a host under amazonaws.com.
    state_link_hosts: frozenset[str] = _read(values.hosts)
    #: STATE_CONTRACT: a TOML file that corrects assumed names of the state's interface.
    state_contract: Path | None = _read(values.existing_file, "")
    #: DATABASE_URL: SQLite in the working folder by default, or postgresql://…
    database_url: str = _hidden(values.database, "sqlite:///score-reports.sqlite3")
    database_pool_size: int = _read(values.whole(1, 500), "10")
    #: JOBS_DATABASE_URL: where DBOS keeps what is due and what ran; the same kinds, never the same SQLite file.
    jobs_database_url: str = _hidden(values.database, "sqlite:///score-reports-jobs.sqlite3")
    #: WORKER_ID: names a worker, the same after every restart; by default the machine's name.
    worker_id: str = _read(values.worker_id, "")
    #: SECRET_KEYS: sign cookies and forms; base64, comma separated, at least 32 bytes each; the first signs.
    secret_keys: tuple[bytes, ...] = _hidden(values.secret_keys)
    #: VAULT_KEYS: encrypt secrets and links; id:base64 of 32 bytes, comma separated; the first encrypts.
    vault_keys: Mapping[str, bytes] = _hidden(values.vault_keys)
    #: DISTRICT_FILE: the district's own names, the same file that the plugin archive was built with.
    district_file: Path = _read(values.existing_file, "district.toml")
    #: CREDENTIALS_LIFETIME_DAYS: of a set of the state's credentials whose last day nobody typed. It was 90 when our
    #: sources were written and is 365 today.
    credentials_lifetime_days: int = _read(values.whole(1, 730), "90")
    #: STEP_UP: 0 lets people save credentials without a fresh sign-in, for a school system that never tells when the
    #: password was typed.
    step_up: bool = _read(values.flag, "1")
    #: TRUSTED_PROXIES: how many reverse proxies in front of this service set X-Forwarded-For.
    trusted_proxies: int = _read(values.whole(0, 10), "0")
    #: SMTP_HOST: the mail server that takes our mails; empty where none is sent, and they wait.
    smtp_host: str = _read(values.mail_host, "")
    smtp_port: int = _read(values.whole(1, 65535), "587")
    #: SMTP_SECURITY: starttls, tls (from the first byte) or none, which is for this machine only.
    smtp_security: str = _read(values.one_of("starttls", "tls", "none"), "starttls")
    #: SMTP_USER and _PASSWORD: where the mail server wants a sign-in; both or neither.
    smtp_user: str = _read(values.printable, "")
    smtp_password: str = _hidden(values.printable, "")
    #: MAIL_FROM: the address that mails come from. Needed with SMTP_HOST.
    mail_from: str = _read(values.mail_address, "")
    log_level: str = _read(values.one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Read the settings, or raise SettingsError that names every missing and bad one."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for each in fields(Settings):
        name = each.name.upper()
        try:
            found[each.name] = each.metadata["parse"](_text(environ, name, each.metadata["default"]))
        except ValueError as error:
            problems.append(f"{name} {error}")
    problems += [*_plain_http(found), *_mail(found), *_jobs(found)]
    if problems:
        raise SettingsError(problems)
    return Settings(**found)


def _text(environ: Mapping[str, str], name: str, default: str | None) -> str:
    text = environ.get(name, "").strip() or default
    if text is None:
        raise ValueError("is not set")
    return text


def _plain_http(found: Mapping[str, Any]) -> Iterator[str]:
    """Plain http is for the sandbox: on this machine, and with DEMO=1, which is for nothing else."""
    addresses = {name: found.get(name) or "" for name in ("sidecar_url", "powerschool_url", "state_url")}
    if not found.get("demo"):
        yield from (
            f"{name.upper()} must start with https://"
            for name, url in addresses.items()
            if urlsplit(url).scheme == "http"
        )
    elif addresses["sidecar_url"] and not values.is_loopback(addresses["sidecar_url"]):
        yield "DEMO=1 is only for a service on localhost: unset it, or set SIDECAR_URL to localhost"


def _mail(found: Mapping[str, Any]) -> Iterator[str]:
    """What the mail settings ask of each other, of those that could be read."""
    host = found.get("smtp_host")
    if host and found.get("mail_from") == "":
        yield "MAIL_FROM is not set, which SMTP_HOST needs"
    if host and found.get("smtp_security") == "none" and not (host in LOOPBACK or found.get("demo")):
        yield "SMTP_SECURITY must be starttls or tls: none is for a mail server on this machine"
    if (found.get("smtp_user") == "") != (found.get("smtp_password") == ""):
        yield "SMTP_USER and SMTP_PASSWORD must be set both or neither"


def _jobs(found: Mapping[str, Any]) -> Iterator[str]:
    """In PostgreSQL the two may share a database, since DBOS's tables have a schema of their own there."""
    ours, theirs = found.get("database_url"), found.get("jobs_database_url", "")
    if theirs == ours and theirs.startswith("sqlite:"):
        yield "JOBS_DATABASE_URL must be another file than DATABASE_URL"
