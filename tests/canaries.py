"""A secret that can be found again wherever it goes: every secret key of the made-up state is one in our tests.

All of one process's share a part that occurs nowhere else, so that looking for it in twenty ways costs next to nothing.
"""

from __future__ import annotations

import base64
import html
import secrets
from pathlib import Path
from urllib.parse import quote, quote_plus

#: Beside what cannot be guessed, every kind of sign that addresses, pages, scripts or mails write in another way.
MARK = f"{secrets.token_hex(3)}+/=&{secrets.token_hex(2)}"


def secret_key() -> str:
    """Another one each time, as long as those that the state issues."""
    return MARK + secrets.token_hex(3)


def shapes(text: str) -> dict[str, bytes]:
    """How a text may stand in a file, an answer, a mail or a log, by name; in base64 within something longer."""
    plain, escaped = text.encode(), quote(text, safe="").encode()
    written = {
        "plain": plain,
        "UTF-16 LE": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "percent": escaped,
        "percent, small": _small(escaped),
        "percent in a path": quote(text).encode(),
        "percent in a form": quote_plus(text, safe="/").encode(),
        "percent twice": quote(escaped).encode(),
        "HTML": html.escape(text).encode(),
        "script": text.replace("&", "\\u0026").encode(),
        "JSON": text.replace("/", "\\/").encode(),
        "mail": text.replace("=", "=3D").encode(),
    }
    for offset in range(3):
        inner = base64.b64encode(b"\0" * offset + plain)[4 if offset else 0 : -4]
        written[f"base64 at {offset}"] = inner
        written[f"base64 in an address at {offset}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return written


def _small(escaped: bytes) -> bytes:
    first, *others = escaped.split(b"%")
    return b"%".join([first, *(other[:2].lower() + other[2:] for other in others)])


SHAPES = shapes(MARK)


def sightings(content: bytes) -> list[str]:
    """The shapes in which a canary stands there."""
    return [name for name, shape in SHAPES.items() if shape in content]


def sightings_below(folder: Path) -> dict[str, list[str]]:
    """The files with a canary in them: databases with their logs, of jobs too, and whatever else was left there."""
    found = {str(path): sightings(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
    return {path: names for path, names in found.items() if names}
