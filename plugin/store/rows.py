"""Many rows, handed to the database as one value that it takes apart itself.

Binding each value of each row takes Python longer. And SQLite lets other threads go first before each row: a search,
whose calls are threads, waited longer for its turn than for the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    Cast,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Table,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class _Elements(GenericFunction[Any]):
    """PostgreSQL's name for it."""

    name = "json_array_elements"
    inherit_cache = True


@compiles(_Elements, "sqlite")
def _sqlites_name(elements: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each{compiler.function_argspec(elements, **options)}"


#: Lists, all of one length, that are bound as `rows`. Texts have to be printable (columns.py), as they are to stay.
BOUND = bindparam("rows", type_=JSON)
ROWS = _Elements(BOUND).table_valued(column("value", JSON), name="given")


def given(number: int, to: Column[Any]) -> Cast[Any]:
    """What stands in the rows at this place, for this column."""
    return cast(ROWS.c.value[number].as_string(), to.type)


def given_rows(*columns: Column[Any]) -> CTE:
    """The rows as a table with the names of these columns, to be read once, before another one that it is joined with.

    SQLite would otherwise go through the other one, and through the rows for each of its rows. PostgreSQL would do so
    too, guessing that there are a hundred rows, but for the limit, which says how many there are.
    """
    rows = select(*(given(place, one).label(one.name) for place, one in enumerate(columns))).select_from(ROWS)
    counted = rows.limit(func.json_array_length(BOUND))
    return counted.cte("given_rows").prefix_with("MATERIALIZED")


class NewRows:
    """To insert the rows, but none whose key is there already.

    `each` are the columns of the rows; the columns `same` are bound by their names, for all; `fixed` never change.
    Who waits for whom, when several insert at once, follows from the order of the rows: sort them.
    """

    def __init__(
        self,
        table: Table[Any],
        each: Sequence[Column[Any]],
        same: Sequence[Column[Any]],
        fixed: Mapping[str, object] | None = None,
        *,
        key: Sequence[Column[Any]],
    ) -> None:
        values: dict[str, ColumnElement[Any]] = {one.name: given(place, one) for place, one in enumerate(each)}
        values |= {one.name: bindparam(one.name, type_=one.type) for one in same}
        values |= {name: literal(value, table.c[name].type) for name, value in (fixed or {}).items()}
        # SQLite would take ON CONFLICT for a join's ON if there were no WHERE before it.
        rows = select(*values.values()).select_from(ROWS).where(true())
        self._by_dialect: dict[str, Any] = {
            name: dialect.insert(table).from_select(list(values), rows).on_conflict_do_nothing().returning(*key)
            for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
        }

    def insert(self, connection: Connection, rows: Sequence[Sequence[Any]], **same: Any) -> set[tuple[Any, ...]]:
        """The keys of those that were new."""
        insert: Insert = self._by_dialect[connection.dialect.name]
        return set(map(tuple, connection.execute(insert, {"rows": rows, **same}).all()))
