"""Rows that carry a version, so that nobody overwrites unseen what somebody else saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, insert, update
from sqlalchemy.exc import IntegrityError

from plugin.store.database import Database


class SavedMeanwhile(Exception):
    """Somebody else saved another version since this one was last looked at."""


def put(database: Database, table: Table[Any], row: Mapping[str, Any], *, replaces: int) -> None:
    """Write a row in the place of its version `replaces`; 0 where there is none yet.

    SavedMeanwhile, with nothing changed, where that isn't the version which is saved now.
    """
    here = [column == row[column.name] for column in table.primary_key]
    save = update(table).where(*here, table.c.version == replaces) if replaces else insert(table)
    try:
        with database.begin() as connection:
            saved = connection.execute(save.values({**row, "version": replaces + 1})).rowcount
    except IntegrityError:
        saved = 0
    if not saved:
        raise SavedMeanwhile
