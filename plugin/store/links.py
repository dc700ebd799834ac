"""What a viewer last asked for a student, and the links that the state gave: kept for the page that shows them.

A link opens for its viewer alone, until it expires. Then it is refused, and deleted by the next `forget_expired`;
the rest of its row stays, so that its page can say which report it was.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, not_, select, update

from plugin.model import Report, SchoolYear
from plugin.store.columns import place
from plugin.store.database import Database, upsert
from plugin.store.tables import links, results
from plugin.store.vault import Vault, VaultError

#: However long the state says that a link lives, we keep it no longer.
LINK_LIFE = datetime.timedelta(minutes=30)
RESULT_LIFE = datetime.timedelta(hours=12)
#: The position of a link whose result was replaced by a newer one.
REPLACED = -1


@dataclass(frozen=True)
class Asked:
    """Get Report's form, for one student. An empty assessment or year stands for all."""

    student_dcid: int
    assessment: str
    year: str


@dataclass(frozen=True)
class KeptLink:
    """A report that can be opened by `id` until `expires_at`. `report.url` is empty but in a living link of `find`."""

    id: str
    student_dcid: int
    report: Report
    expires_at: datetime.datetime


@dataclass(frozen=True)
class KeptResult:
    """`cause` is a failure's, with its facts; empty where Get Report ended well, be it with no reports."""

    asked: Asked
    asked_at: datetime.datetime
    cause: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    links: tuple[KeptLink, ...] = ()


@dataclass(frozen=True)
class Links:
    """One result is kept for each viewer and student: the newest, with its links."""

    database: Database
    vault: Vault

    def keep(
        self,
        subject: str,
        asked: Asked,
        found: Iterable[tuple[Report, datetime.datetime]],
        now: datetime.datetime,
        *,
        cause: str = "",
        facts: Mapping[str, str | int] | None = None,
    ) -> None:
        """Keep what was found, each report with the moment when its link dies, in the place of what was kept.

        Links that were found before are no longer listed, but open until they die: another tab may still show them.
        """
        result = {"subject": subject, **asdict(asked), "asked_at": now, "cause": cause, "facts": dict(facts or {})}
        rows = [self._row(result, position, *one) for position, one in enumerate(found)]
        with self.database.begin() as connection:
            upsert(connection, results, result)
            mine = _of(subject, asked.student_dcid)
            connection.execute(delete(links).where(mine, links.c.expires_at <= now - RESULT_LIFE))
            connection.execute(update(links).where(mine).values(position=REPLACED))
            if rows:
                connection.execute(insert(links), rows)

    def latest(self, subject: str, student_dcid: int, now: datetime.datetime) -> KeptResult | None:
        """What this viewer last asked for this student within twelve hours. Opens no link."""
        kept = select(results).where(
            results.c.subject == subject, results.c.student_dcid == student_dcid, not_(expired(now))
        )
        mine = _of(subject, student_dcid)
        listed = select(links).where(mine, links.c.position != REPLACED).order_by(links.c.position)
        with self.database.read() as connection:
            result = connection.execute(kept).one_or_none()
            rows = connection.execute(listed).all()
        if result is None:
            return None
        asked = Asked(result.student_dcid, result.assessment, result.year)
        return KeptResult(asked, result.asked_at, result.cause, result.facts, tuple(_kept(row) for row in rows))

    def asked_since(self, moment: datetime.datetime) -> int:
        """How many students somebody has asked the state for since then."""
        lately = select(func.count()).select_from(results).where(results.c.asked_at > moment)
        with self.database.read() as connection:
            return connection.execute(lately).scalar_one()

    def find(self, link_id: str, subject: str, now: datetime.datetime) -> KeptLink | None:
        """This viewer's own link. Somebody else's is None, like one that never was."""
        own = select(links).where(links.c.id == link_id, links.c.subject == subject)
        with self.database.read() as connection:
            row = connection.execute(own).one_or_none()
        if row is None:
            return None
        return _kept(row, url="" if row.expires_at <= now else self._url(row))

    def forget_expired(self, now: datetime.datetime) -> int:
        """Delete the links that have expired, and leave what they led to; how many."""
        return self.database.sweep(links, dead(now), url=None)

    def _row(
        self, result: Mapping[str, Any], position: int, report: Report, expires_at: datetime.datetime
    ) -> dict[str, Any]:
        row = {
            "id": secrets.token_urlsafe(16),
            "subject": result["subject"],
            "student_dcid": result["student_dcid"],
            "position": position,
            "record_types": sorted(report.record_types),
            "test_name": report.test_name,
            "program": report.program,
            "year": report.year and report.year.starts,
            "year_text": report.year_text,
            "grade": report.grade,
            "language": report.language,
            "format": report.format,
            "expires_at": min(expires_at, result["asked_at"] + LINK_LIFE),
        }
        return row | {"url": self.vault.seal(report.url, place(links.c.url, row))}

    def _url(self, row: Row[Any]) -> str:
        try:
            return self.vault.open(row.url, place(links.c.url, row._mapping)) if row.url else ""
        except VaultError:  # its key is gone: the page offers to request again
            return ""


def expired(now: datetime.datetime) -> ColumnElement[bool]:
    """Results whose page nobody comes back to."""
    return results.c.asked_at <= now - RESULT_LIFE


def dead(now: datetime.datetime) -> ColumnElement[bool]:
    """Links that have expired and are not yet deleted."""
    return and_(links.c.expires_at <= now, links.c.url.is_not(None))


def _of(subject: str, student_dcid: int) -> ColumnElement[bool]:
    return and_(links.c.subject == subject, links.c.student_dcid == student_dcid)


def _kept(row: Row[Any], url: str = "") -> KeptLink:
    report = Report(
        record_types=frozenset(row.record_types),
        test_name=row.test_name,
        program=row.program,
        year=None if row.year is None else SchoolYear(row.year),
        year_text=row.year_text,
        grade=row.grade,
        language=row.language,
        format=row.format,
        url=url,
    )
    return KeptLink(row.id, row.student_dcid, report, row.expires_at)
