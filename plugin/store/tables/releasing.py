"""Releases: a student's reports of one program and year, whom they were told to, who looked, what the office did."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Named,
    SmallInteger,
    Table,
    TypedColumns,
    UniqueConstraint,
)

from plugin.store.columns import Moment, PlainText
from plugin.store.tables.base import metadata

#: The order in which the office's work is listed: whose families could not be told, who waits, who is settled.
URGENCY = (
    "CASE WHEN looked_at IS NOT NULL OR handed_over_on IS NOT NULL THEN 2"
    " WHEN telling IN ('nobody', 'refused') THEN 0 ELSE 1 END"
)


class ReleaseColumns(TypedColumns):
    """One student, program and year. `found_at` is when the first of its reports was found, by search `search_id`.

    What the school system said of the student stands here too, so that a list of a million rows can be sorted and
    searched; `checked_at` is when it was asked last, NULL while it was not. `name` is "Last, First"; `last_first` and
    `first_last` are the same folded for searching. `language` is the family's, as the school system codes it.

    `telling` is one of the words of plugin/store/releases.py; `told_at` is when the first mail went. `looked_at` is
    the first opening that informs the family, `looked_by` through which door; `student_looked_at` is the student's own.
    `due_on` is a day in California, `due_estimated` where it rests on a guess.
    """

    id: Named[int] = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    student_dcid: Named[int] = Column(BigInteger)
    program: Named[str] = Column(PlainText)
    year: Named[str] = Column(PlainText(300))
    lea_cds: Named[str] = Column(PlainText)
    record_types: Named[str] = Column(PlainText(300))
    found_at: Named[datetime.datetime] = Column(Moment)
    search_id: Named[int] = Column(BigInteger, index=True)
    checked_at: Named[datetime.datetime | None] = Column(Moment)
    name: Named[str] = Column(PlainText(300))
    last_first: Named[str] = Column(PlainText(300))
    first_last: Named[str] = Column(PlainText(300))
    school_number: Named[int] = Column(BigInteger)
    grade: Named[int] = Column(Integer)
    language: Named[str] = Column(PlainText(300))
    has_left: Named[bool] = Column(Boolean)
    blocked: Named[bool] = Column(Boolean)
    telling: Named[str] = Column(PlainText)
    addressed_at: Named[datetime.datetime | None] = Column(Moment)
    told_at: Named[datetime.datetime | None] = Column(Moment)
    looked_at: Named[datetime.datetime | None] = Column(Moment)
    looked_by: Named[str] = Column(PlainText)
    student_looked_at: Named[datetime.datetime | None] = Column(Moment)
    due_on: Named[datetime.date | None] = Column(Date)
    due_estimated: Named[bool] = Column(Boolean)
    handed_over_on: Named[datetime.date | None] = Column(Date)
    handed_over_by: Named[str] = Column(PlainText(300))
    urgency: Named[int] = Column(SmallInteger, Computed(URGENCY, persisted=True))


class HandlingColumns(TypedColumns):
    """What somebody of the office wrote beside a release: a note, that it was handed over on a day, or was not."""

    id: Named[int] = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    release_id: Named[int] = Column(BigInteger, index=True)
    kind: Named[str] = Column(PlainText)
    text: Named[str] = Column(PlainText(500))
    on_day: Named[datetime.date | None] = Column(Date)
    at: Named[datetime.datetime] = Column(Moment)
    by: Named[str] = Column(PlainText(300))


class LookColumns(TypedColumns):
    """Who was handed a report of a release first, as the access record has it; `audit_id` is the row's number there."""

    student_dcid: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    program: Named[str] = Column(PlainText, primary_key=True)
    year: Named[str] = Column(PlainText(300), primary_key=True)
    persona: Named[str] = Column(PlainText, primary_key=True)
    subject: Named[str] = Column(PlainText(300), primary_key=True)
    at: Named[datetime.datetime] = Column(Moment)
    informs: Named[bool] = Column(Boolean)
    audit_id: Named[int] = Column(BigInteger, index=True)


releases = Table(
    "releases",
    metadata,
    ReleaseColumns,
    UniqueConstraint("student_dcid", "program", "year"),
    Index("ix_releases_urgency", "lea_cds", "urgency", "found_at", "id"),
    Index("ix_releases_name", "lea_cds", "last_first", "id"),
    Index("ix_releases_telling", "telling", "lea_cds", "id"),
    sqlite_autoincrement=True,
)
handlings = Table(
    "handlings",
    metadata,
    HandlingColumns,
    ForeignKeyConstraint(["release_id"], ["releases.id"], ondelete="CASCADE"),
    sqlite_autoincrement=True,
)
looks = Table("looks", metadata, LookColumns)
