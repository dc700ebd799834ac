"""Reads PSHTML: exactly the tags that our pages use, so that no page can lean on one that nobody has checked.

Source: PowerSchool's PS-HTML guide. A tag is `~[…]` or `~(…)`; `~[if.…]…[else]…[/if]` chooses. Here choices don't nest.
"""

from __future__ import annotations

import re
from typing import Protocol

_PIECE = re.compile(r"~\[[^\[\]]*\]|~\([^()]*\)|\[else\]|\[/if\]|~\[|~\(")
#: The fragments of PowerSchool's own that our pages take in.
WILDCARDS = (
    "commonscripts",
    *(f"admin_{part}_css" for part in ("header", "navigation", "footer")),
    *(f"admin_{part}_frame_css" for part in ("header", "navigation", "footer")),
    *(f"title_student_{part}_css" for part in ("begin", "end")),
    *(f"teachers_{part}_fr_css" for part in ("header", "footer")),
    *(f"guardian_{part}" for part in ("header", "footer")),
)
_VALUES = {
    "wildcard": re.compile(rf"~\[wc:({'|'.join(WILDCARDS)})\]"),
    "message": re.compile(r"~\[text:([\w.]+)\]"),
    "teacher_pages": re.compile(r"~\[x:teacherpages\]"),
    "parameter": re.compile(r"~\(gpv\.(\w+);encodehtml\)"),
    "student_frn": re.compile(r"~\(studentfrn\)"),
    "current_student_id": re.compile(r"~\(curstudid\)"),
}
_CONDITIONS = {
    "is_guardian": re.compile(r"~\[if\.isguardian\]"),
    "in_district_office": re.compile(r"~\[if\.district\.office\]"),
    "may_not_open": re.compile(r"~\[if\.security\.pagenone=(/[\w./-]+)\]"),
}
#: Every tag, by the name of its meaning.
TAGS = _VALUES | _CONDITIONS


class PshtmlError(Exception):
    """A page that can't be read: what is wrong, with which tag, on which line."""

    def __init__(self, complaint: str, tag: str, line: int) -> None:
        super().__init__(f"{complaint}: {tag} (line {line})")
        self.tag = tag
        self.line = line


class UnknownTag(PshtmlError):
    """A tag that PowerSchool may know, and this stand-in does not."""


class Meanings(Protocol):
    """What the tags mean on one page for one person. What comes back is HTML and goes into the page as it is."""

    def wildcard(self, name: str) -> str: ...
    def message(self, key: str) -> str: ...
    def teacher_pages(self) -> str: ...
    def parameter(self, name: str) -> str: ...
    def student_frn(self) -> str: ...
    def current_student_id(self) -> str: ...
    def is_guardian(self) -> bool: ...
    def in_district_office(self) -> bool: ...
    def may_not_open(self, page: str) -> bool: ...


def render(source: str, meanings: Meanings) -> str:
    """The page. Raises UnknownTag, or PshtmlError for a choice that is nested or not closed."""
    reader = _Reader(source, meanings)
    end = 0
    for piece in _PIECE.finditer(source):
        reader.text(source[end : piece.start()])
        reader.tag(piece)
        end = piece.end()
    reader.text(source[end:])
    return reader.page(len(source))


def check(source: str) -> None:
    """Raise UnknownTag for the first tag that `render` would stumble over, whoever looks at the page."""
    for piece in _PIECE.finditer(source):
        if piece[0].startswith("~"):
            _known(piece)


class _Reader:
    """Reads a page piece by piece. `_shown` is None outside of a choice."""

    def __init__(self, source: str, meanings: Meanings) -> None:
        self._source = source
        self._meanings = meanings
        self._shown: bool | None = None
        self._parts: list[str] = []

    def text(self, text: str) -> None:
        if self._shown is not False:
            self._parts.append(text)

    def tag(self, piece: re.Match[str]) -> None:
        if piece[0].startswith("~"):
            name, parts = _known(piece)
            meaning = getattr(self._meanings, name)
            if name in _CONDITIONS:
                self._choose(piece, meaning(*parts))
            elif self._shown is not False:
                self._parts.append(meaning(*parts))
        elif self._shown is None:
            raise PshtmlError("there is no choice to divide or to end", piece[0], _line(self._source, piece.start()))
        else:
            self._shown = None if piece[0] == "[/if]" else not self._shown

    def _choose(self, piece: re.Match[str], holds: bool) -> None:
        if self._shown is not None:
            raise PshtmlError("a choice within a choice", piece[0], _line(self._source, piece.start()))
        self._shown = holds

    def page(self, end: int) -> str:
        if self._shown is not None:
            raise PshtmlError("a choice is not closed", "[/if]", _line(self._source, end))
        return "".join(self._parts)


def _known(piece: re.Match[str]) -> tuple[str, tuple[str, ...]]:
    """The name of a tag's meaning, and what it is asked with."""
    for name, pattern in TAGS.items():
        if found := pattern.fullmatch(piece[0]):
            return name, found.groups()
    raise UnknownTag("this stand-in does not know the tag", piece[0], _line(piece.string, piece.start()))


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1
