"""New reports: the searches for them, and what was found. No link, no score, no file."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Named,
    Table,
    TypedColumns,
)

from plugin.store.columns import Moment, PlainJson, PlainText
from plugin.store.tables.base import metadata, partly

#: Characters of a text of the state's that are kept.
LONGEST = 300


class SearchColumns(TypedColumns):
    """One search through an LEA's students. `leased_until` says until when it is in some worker's hands.

    `due_at` is the moment of the plan that it was begun for, if it was for one. `summed_up_at` is when its summary was
    put on its way. `numbers` are those of its progress, once its students are deleted.
    """

    id: Named[int] = Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    lea_cds: Named[str] = Column(PlainText)
    state: Named[str] = Column(PlainText)
    begun_at: Named[datetime.datetime] = Column(Moment)
    begun_by: Named[str] = Column(PlainText(300))
    ended_at: Named[datetime.datetime | None] = Column(Moment)
    worker: Named[str] = Column(PlainText(300))
    leased_until: Named[datetime.datetime] = Column(Moment)
    due_at: Named[datetime.datetime | None] = Column(Moment)
    summed_up_at: Named[datetime.datetime | None] = Column(Moment)
    numbers: Named[Any | None] = Column(PlainJson)


class SearchedColumns(TypedColumns):
    """A student of a search, in the order of asking. `outcome` is empty until the state has answered.

    `asked_at` is when an answer, or a failure, was last kept.
    """

    search_id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    student_dcid: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    place: Named[int] = Column(Integer)
    tries: Named[int] = Column(Integer)
    outcome: Named[str] = Column(PlainText)
    found: Named[int] = Column(Integer)
    asked_at: Named[datetime.datetime | None] = Column(Moment)


class StatePaceColumns(TypedColumns):
    """How the state takes an LEA's calls: how many a second, how many seconds one takes, whether calls are stopped.

    `check_took` is how many seconds the smallest call usually takes, with which it is measured while nobody searches.
    """

    lea_cds: Named[str] = Column(PlainText, primary_key=True)
    rate: Named[float] = Column(Float)
    latency: Named[float] = Column(Float)
    check_took: Named[float | None] = Column(Float)
    stopped: Named[bool] = Column(Boolean)
    measured_at: Named[datetime.datetime] = Column(Moment)


class FoundColumns(TypedColumns):
    """A report that the state has for a student: record types (comma separated), year and language."""

    student_dcid: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    record_types: Named[str] = Column(PlainText(LONGEST), primary_key=True)
    year: Named[str] = Column(PlainText(LONGEST), primary_key=True)
    language: Named[str] = Column(PlainText(LONGEST), primary_key=True)
    lea_cds: Named[str] = Column(PlainText)
    found_at: Named[datetime.datetime] = Column(Moment)


searches = Table(
    "searches",
    metadata,
    SearchColumns,
    # One goes on at a time for an LEA.
    Index("ix_searches_open", "lea_cds", unique=True, **partly("ended_at IS NULL")),
    # For a moment of the plan one is begun, whoever else finds it due.
    Index("ix_searches_due_at", "lea_cds", "due_at", unique=True),
    sqlite_autoincrement=True,
)
searched = Table(
    "searched",
    metadata,
    SearchedColumns,
    ForeignKeyConstraint(["search_id"], ["searches.id"], ondelete="CASCADE"),
    Index(None, "search_id", "outcome", "place"),
)
found = Table("found", metadata, FoundColumns)
state_paces = Table("state_paces", metadata, StatePaceColumns)
