"""Column types that SQLite and PostgreSQL treat alike, and columns that only the vault can read."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, TEXT, Column, DateTime, Dialect, LargeBinary, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from plugin.store.vault import Place

#: Unicode's control characters, invisible formatting (text direction included), halves of pairs, line separators.
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Moment(TypeDecorator[datetime.datetime]):
    """A moment, in UTC on the way in and out. A time without a zone is a ValueError: nobody knows when it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a time without a zone")
        return value.astimezone(datetime.UTC)

    def process_result_value(self, value: datetime.datetime | None, dialect: Dialect) -> datetime.datetime | None:
        if value is None or value.tzinfo:
            return value and value.astimezone(datetime.UTC)
        return value.replace(tzinfo=datetime.UTC)  # SQLite keeps no zone


class PlainText(TypeDecorator[str]):
    """Text that any database takes and that no log line or terminal trips over: see `printable`.

    With a `limit`, longer text is cut.
    """

    impl = Text
    cache_ok = True

    def __init__(self, limit: int | None = None) -> None:
        super().__init__()
        self.limit = limit

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else printable(value)[: self.limit]


class OrderedText(PlainText):
    """The same in the order of its characters' numbers, on PostgreSQL too: all that begins alike stands together."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return TEXT(collation="C" if dialect.name == "postgresql" else None)


class PlainJson(TypeDecorator[Any]):
    """Small facts as JSON; every text in them as in `PlainText`."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return printable(value)


def printable(value: Any) -> Any:
    """A text, or all texts inside JSON's lists and objects, with unprintable characters written as escapes."""
    match value:
        case str() if value.isprintable():
            return value
        case str():
            return "".join(_escape(c) if unicodedata.category(c) in UNPRINTABLE else c for c in value)
        case Mapping():
            return {printable(key): printable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [printable(inner) for inner in value]
        case _:
            return value


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def sealed(*, owner: str) -> Column[bytes]:
    """A column that the vault seals. `owner` names the column of the same table that says whose value it is."""
    return Column(LargeBinary, info={"owner": owner})


def place(column: Column[Any], row: Mapping[Any, Any]) -> Place:
    """Where a sealed column's value stands. `row` has, by name, at least the table's key and the owner."""
    [key] = column.table.primary_key
    return Place(column.table.name, column.name, str(row[key.name]), str(row[column.info["owner"]]))
