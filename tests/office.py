"""An office with credentials to look after, and nothing else: no server answers, and the clock is ours to move."""

from __future__ import annotations

import base64
import datetime
import os
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from plugin import assemble
from plugin.config import from_environ
from plugin.mail import NotSent
from plugin.model import PACIFIC
from plugin.reports.letters import letter
from plugin.reports.mailing import deliver
from plugin.reports.reminding import remind
from plugin.reports.services import Services
from plugin.store.database import Database
from plugin.store.mail_record import Mail
from plugin.store.vault import Vault
from sandbox.tables import lay

LEA = "19999990000000"
NOWHERE = "http://127.0.0.1:1"
ADDRESS = "coordinator@poppyvalley.example"


class Postbox:
    """A mail server that takes everything, until it is told what to answer instead."""

    sender = "score-reports@poppyvalley.example"

    def __init__(self) -> None:
        self.posted: list[tuple[str, EmailMessage]] = []
        self.answer: Callable[[], None] = lambda: None

    def send(self, message: EmailMessage, recipient: str) -> None:
        self.answer()
        self.posted.append((recipient, message))

    def die(self, fault: type[BaseException], *, taken: bool) -> None:
        """The next mail is taken or not, and its sender dies before it knows."""
        usual = type(self).send.__get__(self)

        def send(message: EmailMessage, recipient: str) -> None:
            if taken:
                usual(message, recipient)
            raise fault

        self.send = send

    def refuse(self, fault: NotSent | None) -> None:
        def answer() -> None:
            if fault:
                raise fault

        self.answer = answer
        self.__dict__.pop("send", None)


class Office:
    """One LEA's credentials and its coordinator's address, in a database that outlives every restart."""

    def __init__(self, folder: Path, begins: datetime.datetime, database: str = "") -> None:
        self.now = begins
        self.postbox = Postbox()
        #: By the version of each set that was saved.
        self.expiries: dict[int, datetime.date] = {}
        self._settings = from_environ(
            {
                "DEMO": "1",
                "SIDECAR_URL": "http://localhost:8000",
                "POWERSCHOOL_URL": NOWHERE,
                "POWERSCHOOL_CLIENT_ID": "id",
                "POWERSCHOOL_CLIENT_SECRET": "secret",
                "STATE_URL": NOWHERE,
                "STATE_LINK_HOSTS": "127.0.0.1:1",
                "DATABASE_URL": database or f"sqlite:///{folder / 'office.sqlite3'}",
                "SECRET_KEYS": base64.b64encode(os.urandom(32)).decode(),
                "VAULT_KEYS": f"office:{base64.b64encode(os.urandom(32)).decode()}",
                "DISTRICT_FILE": str(Path(__file__).parent.parent / "district.toml"),
            }
        )
        self._databases: list[Database] = []
        lay(self._settings.database_url)
        self.services = self.worker()
        self._databases[0].migrate()

    def worker(self) -> Services:
        """One more that works on the same database."""
        self._databases.append(Database(self._settings.database_url))
        vault = Vault(self._settings.vault_keys, next(iter(self._settings.vault_keys)))
        return replace(assemble(self._settings, self._databases[-1], vault), now=lambda: self.now)

    def close(self) -> None:
        for database in self._databases:
            database.close()

    def write_to(self, *addresses: str) -> None:
        contacts = self.services.contacts
        contacts.save(LEA, addresses, "SEIS", replaces=contacts.of(LEA).version, by="somebody", now=self.now)

    def save(self, days: int) -> None:
        """A new set that works `days` more days."""
        versions = [record.version for record in self.services.credentials.describe()]
        last = self.services.today() + datetime.timedelta(days=days)
        kept = {"expires_on": last, "saved_by": "somebody", "now": self.now}
        replaces = max(versions, default=0)
        self.services.credentials.save(LEA, "user", "secret", **kept, replaces=replaces)
        self.expiries[replaces + 1] = last

    def lose_key(self) -> None:
        """The service goes on with another key, which somebody gave the id of the one that is lost."""
        self._settings = replace(self._settings, vault_keys={"office": os.urandom(32)})
        self.services = self.worker()

    def tell(self, services: Services | None = None) -> list[EmailMessage]:
        """A worker's round but for the state; the mails that went."""
        before = len(self.postbox.posted)
        remind(services or self.services)
        deliver(self.services.mails.attempts, self.postbox, self.letter, lambda: self.now)
        return [message for _recipient, message in self.postbox.posted[before:]]

    def letter(self, mail: Mail) -> EmailMessage:
        return letter(self.services, mail, self.postbox.sender)


def pacific(*moment: int) -> datetime.datetime:
    return datetime.datetime(*moment, tzinfo=PACIFIC)
