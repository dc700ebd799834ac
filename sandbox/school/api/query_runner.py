"""Runs the installed named queries as PowerSchool's "PowerQueries" page says."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from sandbox.school.api.answers import Refused
from sandbox.school.database import Database, Row
from sandbox.school.installed.archive import Archive
from sandbox.school.installed.named_query import NamedQuery
from sandbox.school.switches import Switches

#: Rows on a page when nobody says how many; 0 asks for all.
PAGE_SIZE = 100


class QueryRunner:
    """`disabled` names the queries that this database can't run: PowerSchool does not enable those."""

    def __init__(self, archive: Archive, database: Database, switches: Switches) -> None:
        self._archive = archive
        self._database = database
        self._switches = switches
        self.disabled = {name for name, query in archive.queries.items() if not self._runs(query)}

    def run(self, name: str, arguments: Mapping[str, Any], page: int, page_size: int) -> dict[str, Any]:
        """One page of rows. Raises Refused."""
        query, rows = self._rows(name, arguments)
        start = (page - 1) * page_size if page_size else 0
        records = [_record(query, row) for row in rows[start : start + page_size if page_size else None]]
        return {"name": query.core_table, **({"record": records} if records else {}), "@extensions": ""}

    def count(self, name: str, arguments: Mapping[str, Any]) -> dict[str, int]:
        """Raises Refused."""
        _, rows = self._rows(name, arguments)
        return {"count": len(rows)}

    def _rows(self, name: str, arguments: Mapping[str, Any]) -> tuple[NamedQuery, list[Row]]:
        query = self._archive.queries.get(name)
        if query is None or name in self.disabled:
            raise Refused(404, "The query does not exist or is not enabled.")
        refused = query.fields - self._archive.manifest.fields | query.fields & self._switches.refused_columns
        if refused:
            raise Refused(403, "The plugin may not read these fields.", refused)
        return query, self._database.rows(query.sql, _bound(query, arguments))

    def _runs(self, query: NamedQuery) -> bool:
        try:
            self._database.rows(f"explain {query.sql}", {argument.name: None for argument in query.arguments})
        except sqlite3.Error:
            return False
        return True


def _bound(query: NamedQuery, arguments: Mapping[str, Any]) -> dict[str, str | int | None]:
    """The values for the query's arguments: nothing unknown, nothing required missing."""
    known = {argument.name for argument in query.arguments}
    unknown = arguments.keys() - known
    missing = {argument.name for argument in query.arguments if argument.required} - arguments.keys()
    ill_typed = {name for name in arguments.keys() & known if not _is_value(arguments[name])}
    if wrong := sorted(unknown | missing | ill_typed):
        raise Refused(400, f"Arguments unknown, missing or of a wrong type: {', '.join(wrong)}")
    return {name: arguments.get(name) for name in known}


def _is_value(value: Any) -> bool:
    """Text, or a whole number, that a database can hold."""
    if isinstance(value, str):
        return not re.search("[\ud800-\udfff]", value)
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _record(query: NamedQuery, row: Row) -> dict[str, str]:
    """Text under the aliases, by place. A null is left out, and so is '', which Oracle takes for one."""
    aliases = (alias.lower() for _, alias in query.columns)
    return {alias: str(value) for alias, value in zip(aliases, row, strict=True) if value not in (None, "")}
