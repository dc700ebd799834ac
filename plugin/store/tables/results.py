"""What the state answered, for the person who asked."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, Named, Table, TypedColumns

from plugin.store.columns import Moment, PlainJson, PlainText, sealed
from plugin.store.tables.base import metadata


class ResultColumns(TypedColumns):
    """What a viewer last asked for a student, and how it ended. `cause` is empty where it ended well."""

    subject: Named[str] = Column(PlainText, primary_key=True)
    student_dcid: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    assessment: Named[str] = Column(PlainText)
    year: Named[str] = Column(PlainText)
    asked_at: Named[datetime.datetime] = Column(Moment, index=True)
    cause: Named[str] = Column(PlainText)
    facts: Named[Any] = Column(PlainJson, nullable=False)


class LinkColumns(TypedColumns):
    """The reports of a result, in order. `url` is NULL once the link has expired."""

    id: Named[str] = Column(PlainText, primary_key=True)
    subject: Named[str] = Column(PlainText)
    student_dcid: Named[int] = Column(BigInteger)
    position: Named[int] = Column(Integer)
    url: Named[bytes | None] = sealed(owner="subject")
    record_types: Named[Any] = Column(PlainJson, nullable=False)
    test_name: Named[str] = Column(PlainText)
    program: Named[str] = Column(PlainText)
    year: Named[int | None] = Column(Integer)
    year_text: Named[str] = Column(PlainText)
    grade: Named[str] = Column(PlainText)
    language: Named[str] = Column(PlainText)
    format: Named[str] = Column(PlainText)
    expires_at: Named[datetime.datetime] = Column(Moment, index=True)


results = Table("results", metadata, ResultColumns)
links = Table(
    "links",
    metadata,
    LinkColumns,
    ForeignKeyConstraint(["subject", "student_dcid"], ["results.subject", "results.student_dcid"], ondelete="CASCADE"),
    Index(None, "subject", "student_dcid"),
)
