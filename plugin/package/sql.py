"""The SQL of a named query: does it run unchanged on Oracle (PowerSchool) and SQLite (the sandbox)?

This is no parser. It tells what it can tell from words and parentheses, and says nothing where it can't.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DATES = (
    "sysdate|systimestamp|current_date|current_time|current_timestamp|now|date|time|datetime|julianday|strftime|unixepoch"
    "|to_date|to_char|to_timestamp|trunc|add_months|months_between|last_day|next_day|extract|interval"
)
DIALECT = (
    "limit|offset|fetch|rownum|rowid|dual|nvl|nvl2|ifnull|iif|decode|concat|group_concat|listagg|minus|connect|with"
)

#: What may not stand in it: a pattern, and what to say of its match.
FORBIDDEN = (
    (rf"\b(?:{DATES})\b", "reckons with dates; the sidecar does that, in Pacific time"),
    (rf"\b(?:{DIALECT})\b", "is not said alike in Oracle and SQLite"),
    (r"~[\[(]", "is a PSHTML tag; none is replaced in SQL"),
    (r'["`\[\]]', "quotes a name; nothing needs it"),
    (r"\b(?:from|join)\s+\w+\s+as\b", "names a table with AS, which Oracle refuses; leave AS out"),
    (r";", "ends a statement; a query is one, without its end"),
    (r"--|/\*", "begins a comment; say it in the description"),
    (r"\b(?:insert|update|delete|merge|create|drop|alter)\b", "changes the database; a query only reads"),
    (r"\*", "may stand for any number of columns; name them"),
)


@dataclass(frozen=True)
class Sql:
    """`text` without what stands between quotation marks, so that words and signs in it are the language's own."""

    text: str

    @classmethod
    def of(cls, text: str) -> Sql:
        return cls(re.sub(r"'[^']*'", lambda literal: "'" + " " * (len(literal[0]) - 2) + "'", text.lower()))

    def faults(self) -> Iterator[tuple[int, str]]:
        """What keeps it from running on both, each with the line, counted from 0, where it stands."""
        for pattern, what in FORBIDDEN:
            for found in re.finditer(pattern, self.text):
                yield self.text.count("\n", 0, found.start()), f"{found[0]!r} {what}"
        if not re.match(r"\s*select\b", self.text):
            yield 0, "the SQL does not begin with select"
        elif not re.search(r"\border\s+by\b", self.outermost()):
            yield 0, "the SQL has no order by at its end: pages of its answer could overlap"

    def arguments(self) -> set[str]:
        return set(re.findall(r":(\w+)", self.text))

    def outermost(self) -> str:
        """The text outside of all parentheses, with a ? for each pair of them."""
        text, inner = self.text, None
        while inner != text:
            inner, text = text, re.sub(r"\([^()]*\)", " ? ", text)
        return text

    def items(self) -> list[str]:
        """The select list; none where it can't be told."""
        listed = re.match(r"\s*select\s+(?:distinct\s+)?(.*?)\sfrom\s", self.outermost(), re.DOTALL)
        return [" ".join(item.split()) for item in listed[1].split(",")] if listed else []

    def column(self, item: str) -> str | None:
        """TABLE.FIELD in capitals where an item of the select list is a table's own column, else None."""
        tables = {alias or table: table for table, alias in re.findall(_TABLE, self.outermost())}
        table, _, name = item.partition(".")
        return f"{tables[table]}.{name}".upper() if table in tables and name.isidentifier() else None


_TABLE = r"\b(?:from|join)\s+(\w+)(?:\s+(?!on\b|join\b|left\b|inner\b|where\b|order\b|union\b)(\w+))?"
