"""How the stand-ins read what a request brings: None for what they don't take, however long or deep it is."""

from __future__ import annotations

import re
from typing import Any

from flask import request


def whole(text: str) -> int | None:
    """A whole number from 0 on, of as many digits as any that the stand-ins count, number or store by."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def json_body(*, whatever_its_type: bool = False) -> Any:
    """The request's JSON."""
    try:
        return request.get_json(force=whatever_its_type, silent=True)
    except RecursionError:
        return None
