"""Who does the background work."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, Named, Table, TypedColumns

from plugin.store.columns import Moment, PlainText
from plugin.store.tables.base import metadata


class WorkerColumns(TypedColumns):
    """A worker by its WORKER_ID, and when it last showed that it is at work."""

    name: Named[str] = Column(PlainText(300), primary_key=True)
    seen_at: Named[datetime.datetime] = Column(Moment)


workers = Table("workers", metadata, WorkerColumns)
