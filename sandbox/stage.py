"""Everything at once in one process: district, school system, state service, mail server and sidecar, over real HTTP.

For tests and measurements. `make run` starts the same parts as processes of their own (sandbox/run.py).
"""

from __future__ import annotations

import base64
import os
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from flask import Flask

from plugin import assemble, create_app
from plugin.config import from_environ
from plugin.district import District as NamedByDistrict
from plugin.ets.contract import Contract
from plugin.package import build
from plugin.reports.services import Services
from plugin.store.database import Database
from plugin.store.vault import Vault
from sandbox.district import District
from sandbox.mail import MailCatcher
from sandbox.school import SchoolSystem
from sandbox.server import LocalServer
from sandbox.state import StateService
from sandbox.tables import lay

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = Path(__file__).parent.parent


class Stage:
    """`folder` takes the archive and the database. `environ` adds to the sidecar's settings or replaces some.

    `contract` is a TOML file with other names for the state's interface: the stand-in then uses them as well.
    """

    def __init__(
        self,
        district: District,
        folder: Path,
        *,
        contract: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.district = district
        self._passed = 0.0
        self._ssids = {pupil.ssid for pupil in district.pupils if pupil.ssid}
        self._opened: list[Database] = []
        # The archive holds the sidecar's address, so its port has to be known before there is a sidecar.
        self._server = LocalServer(self._answer)
        self.url = self._server.url.replace("127.0.0.1", "localhost")
        archive = build(ROOT, self.url, NamedByDistrict.load(ROOT / "district.toml"), folder)
        self.school = SchoolSystem(district, archive)
        names = Contract.load(contract) if contract else Contract()
        self.state = StateService(district.pupils, schools=district.schools, contract=names)
        self.mail = MailCatcher()
        self.environ = self._environ(folder, contract) | dict(environ or {})

    def __enter__(self) -> Self:
        self.school.start()
        self.state.start()
        self.mail.start()
        lay(self.environ["DATABASE_URL"])
        self.app: Flask = create_app(from_environ(self.environ), clock=lambda: time.monotonic() + self._passed)
        self.command("migrate")
        for lea, issued in self.state.credentials.items():
            self.save_credentials(lea, issued.user, issued.secret)
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        for database in self._opened:
            database.close()
        self.mail.stop()
        self.state.stop()
        self.school.stop()

    @property
    def secrets(self) -> frozenset[str]:
        """What no page, log or file of the sidecar may hold in the clear."""
        issued = {issued.secret for issued in self.state.credentials.values()}
        tokens = self.state.tokens | self.school.tokens.issued
        keys = {self.environ["SECRET_KEYS"], self.environ["VAULT_KEYS"].partition(":")[2]}
        return frozenset(issued | self._ssids | tokens | keys | {self.school.client_secret})

    def pass_a_minute(self) -> None:
        """Let what the school system told the sidecar grow too old, as it does by itself."""
        self._passed += 60

    def save_credentials(self, lea: str, user: str, secret: str, *options: str) -> str:
        return self.command("set-credentials", "--lea", lea, "--user", user, *options, typed=secret)

    def services(self, **instead: Any) -> Services:
        """What background work has at hand, in another process than the pages; `instead` replaces some of it."""
        settings = from_environ(self.environ)
        vault = Vault(settings.vault_keys, next(iter(settings.vault_keys)))
        self._opened.append(Database(settings.database_url))
        return replace(assemble(settings, self._opened[-1], vault), **instead)

    def expire_credentials(self, lea: str, last_day: str) -> None:
        """Let a saved set have this last day, which nobody could give it by now."""
        with closing(sqlite3.connect(self.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as database, database:
            database.execute("update credentials set expires_on = ? where lea_cds = ?", [last_day, lea])

    def command(self, *words: str, typed: str = "") -> str:
        """Run a verb of the command line; what it printed. A failing one is a RuntimeError."""
        outcome = self.app.test_cli_runner().invoke(args=list(words), input=typed + "\n")
        if outcome.exit_code:
            raise RuntimeError(f"{words[0]}: {outcome.output}")
        return outcome.stdout

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.app(environ, start_response)

    def _environ(self, folder: Path, contract: Path | None) -> dict[str, str]:
        return {
            "DEMO": "1",
            "SIDECAR_URL": self.url,
            "POWERSCHOOL_URL": self.school.url,
            "POWERSCHOOL_CLIENT_ID": self.school.client_id,
            "POWERSCHOOL_CLIENT_SECRET": self.school.client_secret,
            "STATE_URL": self.state.url,
            "STATE_LINK_HOSTS": self.state.link_host,
            "STATE_CONTRACT": str(contract or ""),
            "DATABASE_URL": f"sqlite:///{folder / 'score-reports.sqlite3'}",
            "JOBS_DATABASE_URL": f"sqlite:///{folder / 'score-reports-jobs.sqlite3'}",
            "SECRET_KEYS": _key(),
            "VAULT_KEYS": f"stage:{_key()}",
            "DISTRICT_FILE": str(ROOT / "district.toml"),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail.smtp_port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "score-reports@poppyvalley.example",
            "LOG_LEVEL": "WARNING",
        }


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()
