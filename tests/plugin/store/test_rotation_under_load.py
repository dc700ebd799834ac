"""Twenty people read while the keys of a thousand rows are exchanged, in every table in which something is sealed."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import structlog.testing
from sqlalchemy import Column, Connection, Table, insert, select

from plugin.store.columns import place
from plugin.store.database import Database
from plugin.store.rotation import Resealed, reseal
from plugin.store.tables import drafts, mails, metadata
from plugin.store.vault import Vault, VaultError

KEYS = {"old": os.urandom(32), "new": os.urandom(32)}
BEFORE, DURING, AFTER = Vault({"old": KEYS["old"]}, "old"), Vault(KEYS, "new"), Vault({"new": KEYS["new"]}, "new")

SEALED = [column for table in metadata.sorted_tables for column in table.columns if "owner" in column.info]
TABLES = {column.table for column in SEALED}
ROWS = range(1, 1 + 1000 // len(TABLES) + 1)
READERS = 20


@dataclass(frozen=True)
class Value:
    """One sealed value: where it stands, and what it says."""

    column: Column[Any]
    number: int

    @property
    def plain(self) -> str:
        return f"{self.column} {self.number}"

    def read(self, database: Database, vault: Vault) -> str:
        [key] = self.column.table.primary_key
        this = select(self.column.table).where(key == ordinary(key, self.number))
        with database.read() as connection:
            row = connection.execute(this).mappings().one()
        return vault.open(row[self.column.name], place(self.column, row))


VALUES = [Value(column, number) for number in ROWS for column in SEALED]


def ordinary(column: Column[Any], number: int) -> object:
    """Something of the column's type, another for each number."""
    now = datetime.datetime(2026, 11, 22, 17, 0, tzinfo=datetime.UTC)
    kinds = {str: f"{column.name} {number}", int: number, float: 1.0, bool: False, object: []}
    kinds |= {datetime.datetime: now, datetime.date: now.date()}
    return kinds[getattr(column.type, "impl", column.type).python_type]


def fill(connection: Connection, vault: Vault) -> None:
    for table in metadata.sorted_tables:
        connection.execute(insert(table), [row(table, vault, number) for number in ROWS])


def row(table: Table, vault: Vault, number: int) -> dict[str, object]:
    sealed = [column for column in SEALED if column.table is table]
    given = [column for column in table.columns if column not in sealed and not column.computed]
    plain = {column.name: ordinary(column, number) for column in given}
    return plain | {one.name: vault.seal(Value(one, number).plain, place(one, plain)) for one in sealed}


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as connection:
        fill(connection, BEFORE)
    return database


def opened(database: Database, vault: Vault) -> Iterator[str]:
    """All that this vault opens."""
    for column in SEALED:
        with database.read() as connection:
            rows = connection.execute(select(column.table)).mappings().all()
        for one in rows:
            with contextlib.suppress(VaultError):
                yield vault.open(one[column.name], place(column, one))


def test_a_thousand_rows_hold_what_is_typed_and_whom_mails_go_to_as_well() -> None:
    assert len(TABLES) * len(ROWS) >= 1000
    assert {drafts.c.user_name, drafts.c.secret, mails.c.recipient} <= set(SEALED)


@pytest.mark.parametrize("url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_readers_notice_nothing_and_the_old_key_opens_nothing_afterwards(
    connect: Callable[..., Database], filled: Database
) -> None:
    shared, over = connect(READERS), threading.Event()

    def read(reader: int) -> Counter[str]:
        """As a person does, with a moment between two pages: else all wait for the processor, not for each other."""
        seen: Counter[str] = Counter()
        for value in itertools.islice(itertools.cycle(VALUES), reader * len(VALUES) // READERS, None):
            assert value.read(shared, DURING) == value.plain
            seen[value.column.table.name] += 1
            if over.wait(0.25):
                return seen

    with ThreadPoolExecutor(READERS) as threads:
        reading = [threads.submit(read, reader) for reader in range(READERS)]
        resealed = reseal(filled, DURING)
        over.set()
    assert resealed == Resealed(done=len(VALUES), left=0)
    assert all(one.result() for one in reading)

    with structlog.testing.capture_logs() as refused:
        assert list(opened(filled, BEFORE)) == []
    assert len(refused) == len(VALUES)
    assert Counter(opened(filled, AFTER)) == Counter(value.plain for value in VALUES)
