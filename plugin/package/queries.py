"""The named queries: what PowerSchool asks of their file, and what both databases ask of their SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plugin.package.elements import Element
from plugin.package.problems import Problem
from plugin.package.shapes import Child, Shape, Text, misfits
from plugin.package.sql import Sql

_COLUMN = r"[A-Za-z]\w{0,29}\.[A-Za-z]\w{0,29}"
_WORD = r"[a-z]\w{0,29}"

ARG = Shape(
    {
        "name": Text(True, 1, form=_WORD, said="one word in small letters"),
        "column": Text(True, 1, form=_COLUMN, said="TABLE.FIELD"),
        "required": Text(True, choices=("true",)),
        "description": Text(),
        "type": Text(choices=("primitive", "array")),
    }
)
COLUMN = Shape(
    {"column": Text(True, 1, form=_COLUMN, said="TABLE.FIELD")},
    text=Text(least=1, form=_WORD, said="one word in small letters"),
)
QUERY = Shape(
    {
        "name": Text(True, 1, 200, form=r"(?!com\.powerschool)\w+(\.\w+){4}", said="five dotted parts of our own"),
        "coreTable": Text(True, 1),
        "flattened": Text(True, choices=("true",)),
        "tags": Text(),
    },
    {
        "summary": Child(Shape(text=Text(least=1, most=50)), least=1),
        "description": Child(Shape(text=Text())),
        "args": Child(Shape(children={"arg": Child(ARG, 1, None)})),
        "columns": Child(Shape(children={"column": Child(COLUMN, 1, None)}), least=1),
        "sql": Child(Shape(text=Text(least=1)), least=1),
    },
)
QUERIES = Shape(children={"query": Child(QUERY, 1, None)})


def faults(files: Mapping[str, Element]) -> Iterator[Problem]:
    """What is wrong in the queries' files, given by path, and between them: their names are one namespace."""
    seen: dict[str, str] = {}
    for path, root in files.items():
        yield from misfits(path, root, "queries", QUERIES)
        for query in root.each("query"):
            yield from _repeated(path, query, "name", [query], seen)
            yield from _repeated(path, query, "column", _parts(query, "columns", "column"), {})
            yield from _statement(path, query)


def names(files: Mapping[str, Element]) -> set[str]:
    return {query.attributes.get("name", "") for root in files.values() for query in root.each("query")}


def read(root: Element) -> Iterator[tuple[str, int]]:
    """The columns that a file's queries declare to hand out or to select by, as TABLE.FIELD in capitals, with the line.

    PowerSchool compares these, and not the SQL, with the manifest's access_request.
    """
    for query in root.each("query"):
        for part in (*_parts(query, "args", "arg"), *_parts(query, "columns", "column")):
            yield part.attributes.get("column", "").upper(), part.line


def _parts(query: Element, group: str, tag: str) -> list[Element]:
    return [part for holder in query.each(group) for part in holder.each(tag)]


def _repeated(path: str, query: Element, what: str, parts: list[Element], seen: dict[str, str]) -> Iterator[Problem]:
    for part in parts:
        name = part.attributes.get("name", "") if what == "name" else part.text.strip()
        same = name.lower()
        if same in seen:
            yield Problem(path, part.line, f"{what} {name} stands {seen[same]} too")
        seen[same] = f"at {path} line {part.line}"


def _statement(path: str, query: Element) -> Iterator[Problem]:
    element = query.first("sql")
    if element is None:
        return
    sql = Sql.of(element.text)
    for line, what in sql.faults():
        yield Problem(path, element.line + line, what)
    for argument in sorted(
        {part.attributes.get("name", "") for part in _parts(query, "args", "arg")} ^ sql.arguments()
    ):
        yield Problem(path, element.line, f"argument {argument} is declared or used, but not both")
    yield from _columns(path, _parts(query, "columns", "column"), element.line, sql)


def _columns(path: str, columns: list[Element], line: int, sql: Sql) -> Iterator[Problem]:
    items = sql.items()
    if items and len(items) != len(columns):
        yield Problem(path, line, f"the SQL selects {len(items)} columns, but {len(columns)} are declared")
        return
    for column, item in zip(columns, items, strict=False):
        declared, selected = column.attributes.get("column", "").upper(), sql.column(item)
        if selected and selected != declared:
            yield Problem(path, column.line, f"the column is declared as {declared}, but the SQL selects {selected}")
