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

from plugin.store.columns import Moment, OrderedText, PlainText
from plugin.store.tables.base import metadata, partly

#: The order in which the office's work is listed: whose families could not be told, who waits, who is settled.
URGENCY = (
    "CASE WHEN looked_at IS NOT NULL OR handed_over_on IS NOT NULL THEN 2"
    " WHEN telling IN ('nobody', 'refused') THEN 0 ELSE 1 END"
)
BY_URGENCY = ("lea_cds", "year", "urgency", "found_at", "id")
SETTLED = "looked_at IS NOT NULL OR handed_over_on IS NOT NULL"
NO_MAIL = "telling IN ('nobody', 'refused')"

#: What store/release_counts.py counts by: with all of it in an index, a year is counted without reading its rows.
COUNTED = (
    "program",
    "school_number",
    "language",
    "due_on",
    "found_at",
    "told_at",
    "looked_at",
    "handed_over_on",
)


class ReleaseColumns(TypedColumns):
    """One student, program and year. `found_at` is when the first of its reports was found, by search `search_id`.

    What the school system said of the student stands here too, so that a list of a million rows can be sorted and
    searched; `checked_at` is when it was asked last, NULL while it was not. `name` is "Last, First"; `last_first` and
    `first_last` are the same folded for searching. `language` is the family's, as the school system codes it.

    `telling` is one of the words of plugin/store/releases.py; `told_at` is when the first mail went. `looked_at` is
    the first opening that informs the family, `looked_by` through which door; `student_looked_at` is the student's own.
    `due_on` is a day in California, `due_estimated` where it rests on a guess. `enrolled_on` is the student's first day
    in this LEA, asked for where the law counts from it.
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
    last_first: Named[str] = Column(OrderedText(300))
    first_last: Named[str] = Column(OrderedText(300))
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
    enrolled_on: Named[datetime.date | None] = Column(Date)
    due_on: Named[datetime.date | None] = Column(Date)
    due_estimated: Named[bool] = Column(Boolean)
    handed_over_on: Named[datetime.date | None] = Column(Date)
    handed_over_by: Named[str] = Column(PlainText(300))
    urgency: Named[int] = Column(SmallInteger, Computed(URGENCY, persisted=True))
    settled: Named[bool] = Column(Boolean, Computed(SETTLED, persisted=True))


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
    """When somebody was first handed a report of a release, as the access record has it: row `audit_id` there.

    `informs` is whether the family knows by it: a student's look does so from the day on which the student is of age.
    """

    student_dcid: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    program: Named[str] = Column(PlainText, primary_key=True)
    year: Named[str] = Column(PlainText(300), primary_key=True)
    persona: Named[str] = Column(PlainText, primary_key=True)
    subject: Named[str] = Column(PlainText(300), primary_key=True)
    informs: Named[bool] = Column(Boolean, primary_key=True)
    at: Named[datetime.datetime] = Column(Moment)
    audit_id: Named[int] = Column(BigInteger)


class MarkColumns(TypedColumns):
    """How far something has come that is done again and again: a number of its own, and when it was done last."""

    name: Named[str] = Column(PlainText, primary_key=True)
    number: Named[int] = Column(BigInteger)
    at: Named[datetime.datetime] = Column(Moment)


releases = Table(
    "releases",
    metadata,
    ReleaseColumns,
    UniqueConstraint("student_dcid", "program", "year"),
    # Each in the order of a list: store/release_order.py.
    # With what is often filtered by, so that rows which are passed over need not be read.
    Index("ix_releases_urgency", *BY_URGENCY, "due_on", "program"),
    Index("ix_releases_told", "lea_cds", "year", "told_at", "id"),
    Index("ix_releases_looked", "lea_cds", "year", "looked_at", "id"),
    Index("ix_releases_due", "lea_cds", "year", "settled", "due_on", "id"),
    Index("ix_releases_name", "lea_cds", "last_first", "id"),
    Index("ix_releases_first_name", "lea_cds", "first_last", "last_first", "id"),
    Index("ix_releases_school", "lea_cds", "school_number", "last_first", "id"),
    Index("ix_releases_grade", "lea_cds", "grade", "last_first", "id"),
    # Of rows that are rare, or these would cost more than they save.
    Index("ix_releases_blocked", *BY_URGENCY, **partly("blocked", sqlite="blocked = 1")),
    Index("ix_releases_left", *BY_URGENCY, **partly("has_left", sqlite="has_left = 1")),
    Index("ix_releases_no_mail", *BY_URGENCY, **partly(NO_MAIL)),
    Index("ix_releases_new", "id", **partly("checked_at IS NULL")),
    Index("ix_releases_telling", "telling", "lea_cds", "id"),
    Index("ix_releases_counts", "lea_cds", "year", *COUNTED),
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
marks = Table("marks", metadata, MarkColumns)
