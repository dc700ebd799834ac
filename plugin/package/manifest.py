"""The manifest, plugin.xml, and whether it asks to read exactly what the queries read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plugin.package import queries
from plugin.package.elements import Element
from plugin.package.limits import PLUGIN
from plugin.package.problems import Problem
from plugin.package.shapes import misfits

PATH = "plugin.xml"


def faults(plugin: Element, version: str) -> Iterator[Problem]:
    """What PowerSchool, or we, would refuse in the manifest; `version` is the one that it should have."""
    yield from misfits(PATH, plugin, "plugin", PLUGIN)
    if plugin.attributes.get("version") != version:
        line = plugin.lines.get("version", plugin.line)
        yield Problem(PATH, line, f"version is not {version}, as pyproject.toml and the district's revision make it")
    personas = [(one.text.strip(), one.line) for oauth in plugin.each("oauth") for one in oauth.each("allow-persona")]
    for named in (personas, list(requested(plugin))):
        yield from (Problem(PATH, line, f"{what} is named twice") for what, line in _again(named))


def _again(named: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(what, line) for place, (what, line) in enumerate(named) if what in dict(named[:place])]


def requested(plugin: Element) -> Iterator[tuple[str, int]]:
    """The columns that the manifest asks to read, each as TABLE.FIELD in capitals, with its line."""
    for request in plugin.each("access_request"):
        for field in request.each("field"):
            yield f"{field.attributes.get('table')}.{field.attributes.get('field')}".upper(), field.line


def disagreement(plugin: Element, files: Mapping[str, Element]) -> Iterator[Problem]:
    """Columns that the queries (files by path) read and the manifest does not ask for, and the other way round."""
    asked = dict(requested(plugin))
    read = {column: (path, line) for path, root in files.items() for column, line in queries.read(root)}
    for column in read.keys() - asked.keys():
        yield Problem(*read[column], f"{column} is not named in the access_request of {PATH}")
    for column in asked.keys() - read.keys():
        yield Problem(PATH, asked[column], f"{column} is requested, but no query reads it")
