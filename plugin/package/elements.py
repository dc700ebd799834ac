"""XML as elements that know their line. The standard reader is expat, and it keeps lines; nothing else here does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from plugin.package.problems import PackageError, Problem


@dataclass
class Element:
    """`tag` and attribute names are as written, prefix included. `text` is what stands directly inside, CDATA too.
    `line` is where the start tag begins, `lines` where each attribute stands."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def each(self, tag: str) -> Iterator[Element]:
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        return next(self.each(tag), None)


def parse(path: str, text: str) -> Element:
    """Read a document. A document type is refused, and with it every entity but XML's own five."""
    reader = _Reader(path, text.encode())
    try:
        reader.parser.Parse(text, True)
        # Names are kept as they are written; whether their prefixes are bound, only a reader of namespaces tells.
        expat.ParserCreate(namespace_separator=" ").Parse(text, True)
    except expat.ExpatError as fault:
        what = f"this is not well-formed XML: {expat.ErrorString(fault.code)}"
        raise PackageError([Problem(path, fault.lineno, what)]) from fault
    return reader.root


class _Reader:
    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source = path, source
        self.parser = expat.ParserCreate()
        self.parser.XmlDeclHandler = self.declaration
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.open: list[Element] = []

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        said = f"XML {version} in {encoding or 'UTF-8'}"
        if said.upper() != "XML 1.0 IN UTF-8":
            self.refuse(f"this is said to be {said}; the archive's files are XML 1.0 in UTF-8")

    def doctype(self, *_: object) -> None:
        self.refuse("a document type and entities have no place here")

    def refuse(self, what: str) -> None:
        raise PackageError([Problem(self.path, self.parser.CurrentLineNumber, what)])

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        lines = {name: self.line_of(name) for name in attributes}
        element = Element(tag, self.parser.CurrentLineNumber, attributes, lines)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def line_of(self, attribute: str) -> int:
        """The reader tells where a tag begins; the attribute's name is looked for from there."""
        begin = self.parser.CurrentByteIndex
        found = re.compile(rb"\s" + re.escape(attribute.encode()) + rb"\s*=").search(self.source, begin)
        return self.source.count(b"\n", 0, found.end() if found else begin) + 1

    def end(self, tag: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        self.open[-1].text += text
