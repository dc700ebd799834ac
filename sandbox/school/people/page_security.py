"""Page-level security: per security group and admin page, no access, read or full.

Source: PowerSchool's help, "Page-level permissions". It covers the admin portal only, and a page is open to every
group until somebody says otherwise.
"""

from __future__ import annotations

import enum


class Level(enum.StrEnum):
    NONE = "none"
    READ = "read"
    FULL = "full"


class PageSecurity:
    def __init__(self) -> None:
        self._levels: dict[tuple[int, str], Level] = {}

    def set(self, group: int, page: str, level: Level) -> None:
        """`page` is its address without query, from the leading slash."""
        self._levels[group, page] = level

    def level(self, group: int, page: str) -> Level:
        return self._levels.get((group, page), Level.FULL)
