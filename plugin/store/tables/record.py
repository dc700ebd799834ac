"""The access record."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Named, Table, TypedColumns

from plugin.store.columns import Moment, PlainJson, PlainText
from plugin.store.tables.base import metadata


class AuditColumns(TypedColumns):
    """Who did what, when and from where. Append-only; a number is never used twice."""

    id: Named[int] = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Named[datetime.datetime] = Column(Moment)
    event: Named[str] = Column(PlainText)
    outcome: Named[str] = Column(PlainText(300))
    subject: Named[str | None] = Column(PlainText(300))
    persona: Named[str | None] = Column(PlainText)
    account: Named[str | None] = Column(PlainText(300))
    lea_cds: Named[str | None] = Column(PlainText(300))
    student_dcid: Named[int | None] = Column(BigInteger, index=True)
    report: Named[Any | None] = Column(PlainJson)
    change: Named[Any | None] = Column(PlainJson)
    address: Named[str | None] = Column(PlainText(300))
    request_id: Named[str | None] = Column(PlainText(300))


audit = Table("audit", metadata, AuditColumns, sqlite_autoincrement=True)
