"""An installed plugin archive: its manifest, its files by the address they are served under, and what they add."""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sandbox.school.installed.manifest import Manifest, read_manifest
from sandbox.school.installed.named_query import NamedQuery, read_queries
from sandbox.school.installed.xml_file import read_xml

_INSERTION = "{http://www.powerschool.com}inject"


@dataclass(frozen=True)
class Fragment:
    """A piece of a page that the archive adds. `location` and `how` say where it moves once the page is whole."""

    source: str
    location: str = ""
    how: str = ""


@dataclass(frozen=True)
class Archive:
    """`files` are those of web_root by address; `messages` are texts by locale and key."""

    manifest: Manifest
    files: Mapping[str, bytes]
    queries: Mapping[str, NamedQuery]
    messages: Mapping[str, Mapping[str, str]]
    catalogue: tuple[Mapping[str, Any], ...]

    def page(self, address: str) -> str | None:
        """The source of an .html page of the archive."""
        return self.files[address].decode() if address.endswith(".html") and address in self.files else None

    def fragments(self, page: str, point: str) -> Iterator[Fragment]:
        """What goes to an insertion point of a page (by address) or of a wildcard (by /wildcards/name)."""
        stem = page.removesuffix(".html")
        for address in sorted(self.files):
            if re.fullmatch(rf"{re.escape(stem)}\.\w+\.{re.escape(point)}\.txt", address):
                yield self._fragment(address)

    def _fragment(self, address: str) -> Fragment:
        source = self.files[address].decode()
        rule = self.files.get(address.removesuffix("txt") + "xml")
        inject = read_xml(rule).find(_INSERTION) if rule else None
        return Fragment(source) if inject is None else Fragment(source, inject.attrib["location"], inject.attrib["how"])

    def message(self, locale: str, key: str) -> str:
        """Raises KeyError for a key that has no text in English."""
        return self.messages.get(locale, {}).get(key) or self.messages["US_en"][key]

    def teacher_pages(self) -> list[tuple[str, str]]:
        """Address and title of every page in the backpack's list. `<!--NoLink-->` keeps a page out of it."""
        listed = []
        for address in sorted(self.files):
            source = self.page(address) if PurePosixPath(address).match("/teachers/studentpages/*") else None
            if source and "<!--NoLink-->" not in source:
                listed.append((address, _title(source)))
        return listed


def read_archive(source: Path | bytes) -> Archive:
    """Open a plugin archive. Raises BadZipFile, KeyError without plugin.xml, and what reading its parts raises."""
    with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as file:
        parts = {name: file.read(name) for name in file.namelist() if not name.endswith("/")}

    def under(folder: str) -> Iterator[tuple[str, bytes]]:
        return ((name.removeprefix(folder), parts[name]) for name in parts if name.startswith(folder + "/"))

    return Archive(
        manifest=read_manifest(parts["plugin.xml"]),
        files=dict(under("web_root")),
        queries={query.name: query for _, text in under("queries_root") for query in read_queries(text)},
        messages={_locale(name): _properties(text) for name, text in under("MessageKeys")},
        catalogue=tuple(page for _, text in under("pagecataloging") for page in json.loads(text)["pages"]),
    )


def _locale(name: str) -> str:
    """US_en of /plugin_name.US_en.properties."""
    return name.removesuffix(".properties").rpartition(".")[2]


def _properties(text: bytes) -> dict[str, str]:
    """Java's properties, as far as message keys use them: key=value in ASCII, with \\uXXXX."""
    lines = (line.strip() for line in text.decode("ascii").splitlines())
    pairs = (line.partition("=") for line in lines if line and line[0] not in "#!")
    return {key.strip(): codecs.decode(value.strip(), "unicode_escape") for key, _, value in pairs}


def _title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return found[1].strip() if found else ""
