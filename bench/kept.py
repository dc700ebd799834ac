"""What the sidecar's database holds between two requests: written and read beside the running service."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import closing

from sqlalchemy import func, select

from plugin.config import from_environ
from plugin.model import Report, SchoolYear
from plugin.reports.assessments import KINDS
from plugin.store.database import Database
from plugin.store.links import Asked, Links
from plugin.store.tables import results
from plugin.store.vault import Vault


def keep(environ: Mapping[str, str], dcid: int, rows: int) -> None:
    """Whoever has a result for this student has one with so many rows now, as if the state had just answered."""
    settings, now = from_environ(environ), datetime.datetime.now(datetime.UTC)
    found = [(report, now + datetime.timedelta(minutes=30)) for report in _reports(rows)]
    with closing(Database(settings.database_url)) as database:
        links = Links(database, Vault(settings.vault_keys, next(iter(settings.vault_keys))))
        with database.read() as connection:
            viewers = connection.scalars(select(results.c.subject).where(results.c.student_dcid == dcid)).all()
        for subject in viewers:
            links.keep(subject, Asked(dcid, "", ""), found, now)


def failures(environ: Mapping[str, str]) -> int:
    """How many of the results say that the state did not answer."""
    with closing(Database(from_environ(environ).database_url)) as database, database.read() as connection:
        return connection.execute(select(func.count()).where(results.c.cause != "")).scalar_one()


def _reports(rows: int) -> Iterator[Report]:
    """One for each row: a test of a year."""
    kinds = list(KINDS.items())
    for number in range(rows):
        (kind, name), year = kinds[number % len(kinds)], SchoolYear(2025 - number // len(kinds))
        url = f"http://127.0.0.1/report-{number}.pdf"
        yield Report(frozenset({kind}), name, "CAASPP", year, str(year), "05", "ENG", "PDF", url)
