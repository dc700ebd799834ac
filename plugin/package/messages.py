"""The message files: one Java properties file for each language, all with the same keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from plugin.package.problems import Problem

#: The languages that every district's archive speaks.
NEEDED = tuple(f"MessageKeys/ca_score_reports.{language}.properties" for language in ("US_en", "US_es"))

#: They mean something to HTML, to PSHTML, or to Java, which takes a \ away where no uXXXX follows it.
_MISREAD = set("<>&'\"~\\")


def keys(text: str) -> set[str]:
    return {key for _, key, _ in _entries(text)}


def faults(files: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong in the files (path → text): one missing, a line without text, a key said twice, a text misread."""
    yield from (Problem(path, 0, "this file of messages is missing") for path in NEEDED if path not in files)
    for path, text in files.items():
        seen: set[str] = set()
        for line, key, value in _entries(text):
            yield from (Problem(path, line, what) for what in _line_faults(key, value, seen))
            seen.add(key)


def _entries(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Each line that is no comment, as its number, key and value; None where it has no `=`."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            key, equals, value = line.partition("=")
            yield number, key.strip(), value.strip() if equals else None


def _line_faults(key: str, value: str | None, seen: set[str]) -> Iterator[str]:
    if not re.fullmatch(r"[\w.]+", key, re.ASCII):
        yield f"{key} is no key of letters, digits, _ and dots, so Java may end it elsewhere"
    if not value:
        yield f"{key} has no text"
    elif not value.isascii():
        yield f"the text of {key} has letters that a properties file holds as \\uXXXX only"
    elif misread := _MISREAD & set(re.sub(r"\\u([0-9A-Fa-f]{4})", lambda code: chr(int(code[1], 16)), value)):
        yield f"the text of {key} has {' '.join(sorted(misread))}, and nobody knows what PowerSchool makes of that"
    if key in seen:
        yield f"{key} stands here for the second time"
