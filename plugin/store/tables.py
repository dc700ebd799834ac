"""Our tables. The migrations make exactly these, and the triggers that keep the audit append-only."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Named,
    Table,
    TypedColumns,
    text,
)

from plugin.store.columns import Moment, PlainJson, PlainText, sealed

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class LaunchColumns(TypedColumns):
    """A sign-in that was begun. `state` and `browser` are fingerprints."""

    state: Named[str] = Column(PlainText, primary_key=True)
    browser: Named[str] = Column(PlainText)
    page: Named[str] = Column(PlainText)
    persona: Named[str] = Column(PlainText)
    wish: Named[str] = Column(PlainText)
    wish_number: Named[int | None] = Column(BigInteger)
    assessment: Named[str | None] = Column(PlainText)
    nonce: Named[str] = Column(PlainText)
    verifier: Named[bytes] = sealed(owner="browser")
    created_at: Named[datetime.datetime] = Column(Moment, index=True)


class SessionColumns(TypedColumns):
    """Who is signed in. `id` is the fingerprint of what the cookie holds."""

    id: Named[str] = Column(PlainText, primary_key=True)
    subject: Named[str] = Column(PlainText, index=True)
    persona: Named[str] = Column(PlainText)
    account: Named[str] = Column(PlainText)
    username: Named[bytes] = sealed(owner="subject")
    name: Named[bytes] = sealed(owner="subject")
    auth_time: Named[datetime.datetime | None] = Column(Moment)
    created_at: Named[datetime.datetime] = Column(Moment)
    seen_at: Named[datetime.datetime] = Column(Moment)


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

    `refusals` counts those since then. `tried_at` is the last time that anybody tried.
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

    It is about `version` of the LEA's set; `since` is the moment of its notice. `message_id` stays the same however
    often it is tried; `doubts` counts the attempts of which nobody knows how they ended.
    """

    message_id: Named[str] = Column(PlainText, primary_key=True)
    kind: Named[str] = Column(PlainText)
    lea_cds: Named[str] = Column(PlainText)
    version: Named[int] = Column(Integer)
    since: Named[datetime.datetime] = Column(Moment)
    recipient: Named[bytes] = sealed(owner="message_id")
    made_at: Named[datetime.datetime] = Column(Moment)
    due_at: Named[datetime.datetime | None] = Column(Moment, index=True)
    state: Named[str] = Column(PlainText, index=True)
    attempts: Named[int] = Column(Integer)
    doubts: Named[int] = Column(Integer)
    attempted_at: Named[datetime.datetime | None] = Column(Moment)
    outcome: Named[str] = Column(PlainText(300))


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


launches = Table("launches", metadata, LaunchColumns)
sessions = Table("sessions", metadata, SessionColumns)
credentials = Table("credentials", metadata, CredentialsColumns)
trials = Table("trials", metadata, TrialColumns)
drafts = Table("drafts", metadata, DraftColumns)
contacts = Table("contacts", metadata, ContactColumns)
notices = Table("notices", metadata, NoticeColumns)
mails = Table("mails", metadata, MailColumns)
results = Table("results", metadata, ResultColumns)
links = Table(
    "links",
    metadata,
    LinkColumns,
    ForeignKeyConstraint(["subject", "student_dcid"], ["results.subject", "results.student_dcid"], ondelete="CASCADE"),
    Index(None, "subject", "student_dcid"),
)
audit = Table("audit", metadata, AuditColumns, sqlite_autoincrement=True)
grants = Table("grants", metadata, GrantColumns)
grade_names = Table("grade_names", metadata, GradeNameColumns)
follow_ups = Table(
    "follow_ups",
    metadata,
    FollowUpColumns,
    Index(
        "ix_follow_ups_open",
        "student_dcid",
        "cause",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
