"""The pages: are the PSHTML tags closed, is what they insert safe, does what they name exist?

PSHTML is PowerSchool's template language: `~[…]` and `~(…)` are replaced while the page is served, and a block runs
from `~[if.…]` over an optional `[else]` to `[/if]`; a name after `#` tells nested blocks apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugin.package.problems import Problem

#: One tag, whole or not, in capitals too. Inside of `~[…]` another may stand; nothing of ours goes deeper.
TAG = re.compile(
    r"~\[(?P<square>(?P<block>if(?:#\w+)?(?=\.))?(?:[^\[\]\n]|~\[[^\[\]\n]*\])*)\]|~\((?P<round>[^()\n]*)\)"
    r"|\[(?P<else>else(?:#\w+)?)\]|\[/(?P<end>\w+(?:#\w+)?)\]|(?P<open>~[\[(]|\[else|\[/if)",
    re.IGNORECASE,
)

#: Numbers that the server itself makes; any other value must pass an escaper.
OWN_NUMBERS = ("studentfrn", "curstudid")

_MESSAGE = re.compile(r"~\[text:([^\]]*)\]", re.IGNORECASE)

#: Where a fragment, which stands in a page of PowerSchool's, names one of ours: it leads there, or asks who may go.
_OURS = re.compile(r'(?:\bhref="|security\.page\w+=)([^"?\]]*)')


@dataclass
class _Block:
    name: str
    line: int
    has_else: bool = False


def faults(pages: Mapping[str, str], messages: Mapping[str, set[str]]) -> Iterator[Problem]:
    """What is wrong in `pages` (path → text). `messages` has the keys of each message file, by its path."""
    for path, text in pages.items():
        yield from _blocks(path, text)
        for tag in TAG.finditer(text):
            yield from (Problem(path, _line(text, tag), what) for what in _unsafe(tag))
        for found in _MESSAGE.finditer(text):
            yield from missing(path, _line(text, found), found[1], messages)
        for found in _OURS.finditer(text) if path.endswith(".txt") else ():
            if f"web_root{found[1]}" not in pages:
                yield Problem(path, _line(text, found), f"{found[1]} is named, but the archive has no such page")


def missing(path: str, line: int, key: str, messages: Mapping[str, set[str]]) -> Iterator[Problem]:
    """One problem for each message file that lacks `key`."""
    return (
        Problem(path, line, f"message {key} is not in {file}") for file, keys in messages.items() if key not in keys
    )


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _unsafe(tag: re.Match[str]) -> Iterator[str]:
    value = tag["round"]
    if value is not None and value not in OWN_NUMBERS and not value.endswith(";encodehtml"):
        yield f"~({value}) is inserted as it is; end it with ;encodehtml"
    if (tag["square"] or "").lower().startswith("tlist_sql"):
        yield "~[tlist_sql] reads past the restrictions on rows; ask through a named query"


def _blocks(path: str, text: str) -> Iterator[Problem]:
    """Every tag that is not closed, and every [else] and [/if] that belongs to no ~[if]."""
    blocks: list[_Block] = []
    for tag in TAG.finditer(text):
        if tag["block"]:
            blocks.append(_Block(tag["block"], _line(text, tag)))
        elif tag["open"]:
            yield Problem(path, _line(text, tag), f"{tag[0]} is not closed on its line")
        elif (tag["end"] or tag["else"]) and not _belongs(tag, blocks):
            yield Problem(path, _line(text, tag), f"{tag[0]} belongs to no block that is open and waits for it")
    yield from (Problem(path, one.line, f"~[{one.name}] is not closed by [/{one.name}]") for one in blocks)


def _belongs(tag: re.Match[str], blocks: list[_Block]) -> bool:
    """Whether an [else] or [/if] is that of the innermost block, which [else] parts once and [/if] takes away."""
    name = tag["end"] or tag["else"].replace("else", "if")
    if not blocks or blocks[-1].name != name:
        return False
    if tag["end"]:
        blocks.pop()
        return True
    parted, blocks[-1].has_else = blocks[-1].has_else, True
    return not parted
