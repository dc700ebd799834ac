"""A worker that has one round after another until it is killed. It starts as a process of its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection

from plugin import assemble, logs
from plugin.config import from_environ
from plugin.mail import Mailer, mailer
from plugin.reports.services import Services
from plugin.store.database import Database
from plugin.store.vault import Vault

#: Of reminding staff, or of telling families.
Round = Callable[[Services, Mailer | None], None]


@contextmanager
def services(environ: Mapping[str, str], moment: datetime.datetime) -> Iterator[Services]:
    """On a clock that stands still."""
    settings = from_environ(environ)
    vault = Vault(settings.vault_keys, next(iter(settings.vault_keys)))
    with closing(Database(settings.database_url)) as database:
        yield replace(assemble(settings, database, vault), now=lambda: moment)


def work(a_round: Round, environ: Mapping[str, str], moment: datetime.datetime, pipe: Connection) -> None:
    logs.begin("CRITICAL")
    with services(environ, moment) as ours:
        sends = mailer(from_environ(environ))
        pipe.send("ready")
        while True:
            a_round(ours, sends)
