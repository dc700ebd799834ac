"""The parts of docs/performance.md that a verb of its own writes: each keeps what the others wrote.

A part stands between two comments that name the verb.
"""

from __future__ import annotations

import re
from pathlib import Path


def put(document: Path, verb: str, text: str) -> None:
    """Write a verb's part in the place of its last one, or at the end."""
    written = document.read_text(encoding="utf-8")
    part = f"{_begin(verb)}\n{text.strip()}\n{_end(verb)}\n"
    found = _part(written, verb)
    written = written.replace(found, part) if found else f"{written.rstrip()}\n\n{part}"
    document.write_text(written, encoding="utf-8")


def kept(document: Path) -> str:
    """All parts that verbs have written, to stand below a new document."""
    written = document.read_text(encoding="utf-8") if document.exists() else ""
    verbs = re.findall(r"^<!-- python -m bench (\w+) -->$", written, re.MULTILINE)
    return "".join(f"\n{_part(written, verb)}" for verb in verbs)


def _part(written: str, verb: str) -> str:
    found = re.search(f"^{re.escape(_begin(verb))}\n.*?^{re.escape(_end(verb))}\n", written, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def _begin(verb: str) -> str:
    return f"<!-- python -m bench {verb} -->"


def _end(verb: str) -> str:
    return f"<!-- end of {verb} -->"
