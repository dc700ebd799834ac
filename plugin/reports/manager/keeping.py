"""Keeps the releases up to date: who looked, as the access record has it, and what PowerSchool says of the students."""

from __future__ import annotations

from plugin.reports.services import Services


def keep_up(services: Services) -> None:
    """One round. Any number of workers may do this at any time, and be killed at any point of it."""
    look_up(services)


def look_up(services: Services) -> None:
    """Write into the releases who has opened a report since the last time."""
