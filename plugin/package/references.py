"""The files that name a page by its address: permission mappings and the page catalogue. The page must be there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plugin.package.elements import Element
from plugin.package.pages import missing
from plugin.package.problems import Problem
from plugin.package.shapes import Child, Shape, Text, misfits

_CALL = Text(least=1, form=r"/ws/schema/(query|table)/[\w.]+", said="a query or table below /ws/schema")
_VERBS = r"(get|post|put|delete)(,(get|post|put|delete))*"
IMPLIES = Shape({"allow": Text(True, 1, form=_VERBS, said="get, post, put or delete, with commas")}, text=_CALL)
PERMISSION = Shape({"name": Text(True, 1, form=r"/\S+", said="a path")}, {"implies": Child(IMPLIES, 1, None)})
MAPPINGS = Shape(children={"permission": Child(PERMISSION, 1, None)})

#: The fields of a page in the catalogue, and their types; the first six are needed.
CATALOGUED = {
    "htmlID": str,
    "title": str,
    "parentHTMLID": str,
    "sortOrder": int,
    "pageURL": str,
    "version": str,
    "contextType": str,
    "requiredContext": str,
    "districtLevelContext": int,
    "iconName": str,
    "pageDescription": str,
}
NEEDED = tuple(CATALOGUED)[:6]
CHOICES = {"requiredContext": ("student", "none"), "contextType": ("student",), "districtLevelContext": (0, 1, 2)}


def mapping_faults(path: str, root: Element, paths: Mapping[str, str], queries: set[str]) -> Iterator[Problem]:
    """What is wrong in a file of permission mappings; `paths` and the names of `queries` are those of the archive."""
    yield from misfits(path, root, "permission_mappings", MAPPINGS)
    for permission in root.each("permission"):
        page = permission.attributes.get("name", "")
        if f"web_root{page}" not in paths:
            yield Problem(path, permission.line, f"{page} is mapped, but the archive has no such page")
        for implied in permission.each("implies"):
            folder, _, name = implied.text.strip().rpartition("/")
            if folder.endswith("/query") and name not in queries:
                yield Problem(path, implied.line, f"{name} is mapped, but the archive has no such query")


def catalogue_faults(
    path: str, text: str, release: str, paths: Mapping[str, str], messages: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """What is wrong in a page catalogue; every page carries the `release`, so that PowerSchool reads it again."""
    try:
        pages = [dict(page) for page in json.loads(text)["pages"]]
    except json.JSONDecodeError as fault:
        yield Problem(path, fault.lineno, f"this is not JSON: {fault.msg}")
        return
    except (KeyError, TypeError, ValueError, RecursionError):
        yield Problem(path, 1, 'the file holds one object, and in it a list of "pages"')
        return
    seen: set[str] = set()
    for page in pages:
        line = text.count("\n", 0, max(0, text.find(json.dumps(page.get("htmlID"))))) + 1
        yield from (Problem(path, line, what) for what in _page_faults(page, release, paths))
        if str(page.get("htmlID")) in seen:
            yield Problem(path, line, f"htmlID {page.get('htmlID')} stands in this file twice")
        seen.add(str(page.get("htmlID")))
        for key in (page.get("title"), page.get("pageDescription")):
            yield from missing(path, line, key, messages) if key and isinstance(key, str) else ()


def _page_faults(page: dict[str, Any], release: str, paths: Mapping[str, str]) -> Iterator[str]:
    for name, value in page.items():
        kind = CATALOGUED.get(name)
        if kind is None or type(value) is not kind or value not in CHOICES.get(name, (value,)):
            yield f"{name} is {value!r}; a page has no such field or value"
    yield from (f"the page lacks its {name}" for name in NEEDED if name not in page)
    address = str(page.get("pageURL", "")).partition("?")[0]
    if f"web_root{address}" not in paths:
        yield f"{address} is catalogued, but the archive has no such page"
    if page.get("version") != release:
        yield f"the page's version is {page.get('version')}; it must rise with the plugin's, {release}"
