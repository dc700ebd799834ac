"""JSON as we accept it from the state: one object, without anything that readers understand in different ways."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

Document = dict[str, Any]


class Unreadable(Exception):
    """An answer that does not keep the contract. The text says what is wrong in our words, never in theirs."""


def document(body: bytes) -> Document:
    """Read an object, whatever content type it came with; a byte order mark is tolerated.

    Refused: doubled keys, NaN, deep nesting, endless numbers, anything that is not UTF-8.
    """
    try:
        content = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(content, dict):
        raise Unreadable("not a JSON object")
    return content


def _unique(pairs: Sequence[tuple[str, Any]]) -> Document:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key stands twice")
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
