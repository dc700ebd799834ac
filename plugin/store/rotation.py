"""Exchange of the vault's keys: what is sealed is sealed anew with the current one, while others read and write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, RowMapping, func, select, update

from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.tables import metadata
from plugin.store.vault import Vault, VaultError


@dataclass(frozen=True)
class Resealed:
    """`left` values stand under another key still: written meanwhile, or never to be opened. At 0 old keys may go."""

    done: int
    left: int


def reseal(database: Database, vault: Vault) -> Resealed:
    """Seal anew what isn't sealed with the current key. It may be stopped at any point and run again."""
    columns = [column for table in metadata.sorted_tables for column in table.columns if "owner" in column.info]
    done = sum(_swap(database, vault, column, row) for column in columns for row in _stale(database, vault, column))
    return Resealed(done, sum(1 for column in columns for _ in _stale(database, vault, column)))


def _stale(database: Database, vault: Vault, column: Column[Any]) -> Iterator[RowMapping]:
    """The rows whose value stands under another key, each read when its turn comes."""
    [key] = column.table.primary_key
    under_another = func.substr(column, 1, len(vault.mark), type_=LargeBinary) != vault.mark
    rows = select(column.table).where(under_another).order_by(key).limit(1)
    last = ""
    while True:
        with database.read() as connection:
            row = connection.execute(rows.where(key > last)).mappings().one_or_none()
        if row is None:
            return
        yield row
        last = row[key]


def _swap(database: Database, vault: Vault, column: Column[Any], row: RowMapping) -> int:
    """1, or 0 where the value can't be opened or is no longer the one that was read."""
    [key] = column.table.primary_key
    try:
        new = vault.seal(vault.open(row[column], place(column, row)), place(column, row))
    except VaultError:
        return 0
    with database.begin() as connection:
        swap = update(column.table).where(key == row[key], column == row[column]).values({column: new})
        return connection.execute(swap).rowcount
