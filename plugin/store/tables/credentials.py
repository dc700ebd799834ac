"""Each LEA's credentials, how the state takes them, and the mails that we send."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Index, Integer, Named, Table, TypedColumns

from plugin.store.columns import Moment, PlainJson, PlainText, sealed
from plugin.store.tables.base import metadata, partly


class CredentialsColumns(TypedColumns):
    """What the state issued to an LEA; one set each."""

    lea_cds: Named[str] = Column(PlainText, primary_key=True)
    user_name: Named[bytes] = sealed(owner="lea_cds")
    secret: Named[bytes] = sealed(owner="lea_cds")
    saved_at: Named[datetime.datetime] = Column(Moment)
    saved_by: Named[str] = Column(PlainText)
    expires_on: Named[datetime.date] = Column(Date)
    version: Named[int] = Column(Integer)


class TrialColumns(TypedColumns):
    """How the state took an LEA's set, `version` of it. `refused_at` is when it began to refuse; NULL while it doesn't.

    `refusals` counts those since then. `tried_at` is the last time that anybody tried. Version 0 is no set at all: then
    somebody asked for a report in vain.
    """

    lea_cds: Named[str] = Column(PlainText, primary_key=True)
    version: Named[int] = Column(Integer)
    tried_at: Named[datetime.datetime] = Column(Moment)
    worked_at: Named[datetime.datetime | None] = Column(Moment)
    refused_at: Named[datetime.datetime | None] = Column(Moment)
    refusals: Named[int] = Column(Integer)


class DraftColumns(TypedColumns):
    """A set that somebody typed and has not saved yet, so that nothing has to be typed twice. Lives for minutes.

    `id` is the fingerprint of who and which LEA.
    """

    id: Named[str] = Column(PlainText, primary_key=True)
    subject: Named[str] = Column(PlainText)
    user_name: Named[bytes] = sealed(owner="subject")
    secret: Named[bytes] = sealed(owner="subject")
    expires_on: Named[str] = Column(PlainText(300))
    kept_at: Named[datetime.datetime] = Column(Moment, index=True)


class ContactColumns(TypedColumns):
    """Whom to write to about an LEA's credentials, and which other systems share them, in the office's own words."""

    lea_cds: Named[str] = Column(PlainText, primary_key=True)
    addresses: Named[Any] = Column(PlainJson, nullable=False)
    other_systems: Named[str] = Column(PlainText(2000))
    version: Named[int] = Column(Integer)
    changed_at: Named[datetime.datetime] = Column(Moment)
    changed_by: Named[str] = Column(PlainText)


class NoticeColumns(TypedColumns):
    """That something about an LEA's set was told: a kind, and the moment from which it was due. Once each."""

    lea_cds: Named[str] = Column(PlainText, primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    kind: Named[str] = Column(PlainText, primary_key=True)
    due_at: Named[datetime.datetime] = Column(Moment, primary_key=True)
    made_at: Named[datetime.datetime] = Column(Moment)


class MailColumns(TypedColumns):
    """A mail to one address. `due_at` is when it may be tried (again); NULL where it is over.

    It is about `version` of the LEA's set, about a search, or to a family about a release. `since` is the moment of its
    notice. `language` is the family's. `message_id` stays the same however often it is tried; `doubts` counts the
    attempts of which nobody knows how they ended.
    """

    message_id: Named[str] = Column(PlainText, primary_key=True)
    kind: Named[str] = Column(PlainText)
    lea_cds: Named[str] = Column(PlainText)
    version: Named[int | None] = Column(Integer)
    search_id: Named[int | None] = Column(BigInteger)
    release_id: Named[int | None] = Column(BigInteger, index=True)
    language: Named[str] = Column(PlainText(300))
    since: Named[datetime.datetime] = Column(Moment)
    recipient: Named[bytes] = sealed(owner="message_id")
    made_at: Named[datetime.datetime] = Column(Moment)
    due_at: Named[datetime.datetime | None] = Column(Moment)
    state: Named[str] = Column(PlainText, index=True)
    attempts: Named[int] = Column(Integer)
    doubts: Named[int] = Column(Integer)
    attempted_at: Named[datetime.datetime | None] = Column(Moment)
    outcome: Named[str] = Column(PlainText(300))


class RefusalColumns(TypedColumns):
    """An address that a mail server will not have mails for, and what it said: a step and a code."""

    id: Named[str] = Column(PlainText, primary_key=True)
    address: Named[bytes] = sealed(owner="id")
    refused_at: Named[datetime.datetime] = Column(Moment)
    outcome: Named[str] = Column(PlainText(300))


credentials = Table("credentials", metadata, CredentialsColumns)
trials = Table("trials", metadata, TrialColumns)
drafts = Table("drafts", metadata, DraftColumns)
contacts = Table("contacts", metadata, ContactColumns)
notices = Table("notices", metadata, NoticeColumns)
mails = Table(
    "mails",
    metadata,
    MailColumns,
    # Families' mails are many, and those to staff are found past them.
    Index("ix_mails_staff", "due_at", **partly("release_id IS NULL")),
    Index("ix_mails_families", "lea_cds", "due_at", **partly("release_id IS NOT NULL")),
    Index("ix_mails_attempted", "lea_cds", "attempted_at", **partly("release_id IS NOT NULL")),
)
refusals = Table("refusals", metadata, RefusalColumns)
