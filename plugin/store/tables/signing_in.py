"""Who begins to sign in, and who is in."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, Column, Named, Table, TypedColumns

from plugin.store.columns import Moment, PlainText, sealed
from plugin.store.tables.base import metadata


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


launches = Table("launches", metadata, LaunchColumns)
sessions = Table("sessions", metadata, SessionColumns)
