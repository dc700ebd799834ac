"""What a district decides and owes."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Date, Index, Integer, Named, Table, TypedColumns

from plugin.store.columns import Moment, PlainText
from plugin.store.tables.base import metadata, partly


class GrantColumns(TypedColumns):
    """Who may open what: a page, whom (`group:9`, `account:a.name` or `persona:parent`), and none, view or full."""

    page: Named[str] = Column(PlainText, primary_key=True)
    grantee: Named[str] = Column(PlainText, primary_key=True)
    level: Named[str] = Column(PlainText)
    changed_at: Named[datetime.datetime] = Column(Moment)
    changed_by: Named[str] = Column(PlainText)


class GradeNameColumns(TypedColumns):
    """What an LEA calls a grade number from a school year on. `code` is CALPADS's; `from_year` is when it begins."""

    lea_cds: Named[str] = Column(PlainText, primary_key=True)
    number: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    from_year: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    name: Named[str] = Column(PlainText)
    code: Named[str] = Column(PlainText)


class FollowUpColumns(TypedColumns):
    """Something that the office owes a family by a day. One is open for a student and a cause at a time."""

    id: Named[int] = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    lea_cds: Named[str] = Column(PlainText)
    student_dcid: Named[int] = Column(BigInteger)
    cause: Named[str] = Column(PlainText)
    opened_at: Named[datetime.datetime] = Column(Moment)
    opened_by: Named[str] = Column(PlainText)
    due_on: Named[datetime.date] = Column(Date)
    closed_at: Named[datetime.datetime | None] = Column(Moment)
    closed_by: Named[str | None] = Column(PlainText)


class ChoiceColumns(TypedColumns):
    """What an LEA's office chose, of one kind: when to search, whom to tell, the text of a mail, a calendar.

    JSON as it is: a mail's text has line ends, and in some scripts signs that can't be seen. Its owner has checked it.
    """

    lea_cds: Named[str] = Column(PlainText, primary_key=True)
    kind: Named[str] = Column(PlainText, primary_key=True)
    choice: Named[Any] = Column(JSON, nullable=False)
    version: Named[int] = Column(Integer)
    changed_at: Named[datetime.datetime] = Column(Moment)
    changed_by: Named[str] = Column(PlainText(300))


grants = Table("grants", metadata, GrantColumns)
grade_names = Table("grade_names", metadata, GradeNameColumns)
follow_ups = Table(
    "follow_ups",
    metadata,
    FollowUpColumns,
    Index("ix_follow_ups_open", "student_dcid", "cause", unique=True, **partly("closed_at IS NULL")),
    sqlite_autoincrement=True,
)
choices = Table("choices", metadata, ChoiceColumns)
