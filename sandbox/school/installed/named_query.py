"""Named queries as the archive describes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.school.installed.xml_file import read_xml


@dataclass(frozen=True)
class Argument:
    name: str
    column: str
    required: bool


@dataclass(frozen=True)
class NamedQuery:
    """`columns` are (TABLE.FIELD in capitals, alias) in the order of the select list."""

    name: str
    core_table: str
    arguments: tuple[Argument, ...]
    columns: tuple[tuple[str, str], ...]
    sql: str

    @property
    def fields(self) -> frozenset[str]:
        """Every column that the query tells or asks by; PowerSchool checks these against access_request."""
        told = {column for column, _ in self.columns}
        return frozenset(told | {argument.column for argument in self.arguments})


def read_queries(text: bytes) -> Iterator[NamedQuery]:
    """The queries of one named_queries.xml. Raises ElementTree.ParseError, or KeyError for a missing attribute."""
    for query in read_xml(text).iter("query"):
        yield NamedQuery(
            name=query.attrib["name"],
            core_table=query.attrib["coreTable"].lower(),
            arguments=tuple(
                Argument(arg.attrib["name"], arg.attrib["column"].upper(), arg.get("required") == "true")
                for arg in query.iter("arg")
            ),
            columns=tuple(
                (column.attrib["column"].upper(), (column.text or "").strip()) for column in query.iter("column")
            ),
            sql=(query.findtext("sql") or "").strip(),
        )
