"""Moves a fragment to the place that its insertion metadata names.

PowerSchool does this in the browser with jQuery. Here the page is cut open on the server, for plain selectors only:
a tag, an #id, or both. A selector that matches nothing leaves the fragment where the insertion point is.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?:#(?P<id>[\w-]+))?")
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_PLACES = {"before": "outer_start", "insert": "inner_start", "append": "inner_end", "after": "outer_end"}


def inject(page: str, fragment: str, location: str, how: str) -> str | None:
    """The page with the fragment before, after, at the start (`insert`) or at the end (`append`) of the first match.

    None where nothing matches. Raises ValueError for a selector or a manner that is not known.
    """
    selector = _SELECTOR.fullmatch(location)
    if not location or selector is None:
        raise ValueError(f"this stand-in reads only plain selectors: {location}")
    if how not in _PLACES:
        raise ValueError(f"this stand-in does not know how to inject: {how}")
    finder = _Finder(page, selector["tag"], selector["id"])
    finder.feed(page)
    if finder.inner_end is None:
        return None
    at = getattr(finder, _PLACES[how])
    return page[:at] + fragment + page[at:]


class _Finder(HTMLParser):
    """Finds where the first matching element begins and ends, as places in the text."""

    def __init__(self, page: str, tag: str | None, element_id: str | None) -> None:
        super().__init__(convert_charrefs=False)
        self.outer_start = self.inner_start = self.outer_end = 0
        self.inner_end: int | None = None
        self._tag, self._id = tag, element_id
        self._lines = [0, *(found.end() for found in re.finditer("\n", page))]
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID or self.inner_end is not None:
            return
        if self._depth:
            self._depth += 1
        elif self._tag in (None, tag) and self._id in (None, dict(attrs).get("id")):
            self._depth = 1
            self.outer_start = self._place()
            self.inner_start = self.outer_start + len(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._depth:
            return
        self._depth -= 1
        if not self._depth:
            self.inner_end = self._place()
            self.outer_end = self.inner_end + len(f"</{tag}>")

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
