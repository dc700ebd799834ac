"""Keeps the releases up to date: who looked, as the access record has it, and what PowerSchool says of the students."""

from __future__ import annotations

import structlog

from plugin.errors import SchoolSystemUnavailable
from plugin.reports.manager.checking import check
from plugin.reports.manager.looking import look_up
from plugin.reports.services import Services

log = structlog.get_logger()


def keep_up(services: Services) -> None:
    """One round. Any number of workers may do this at any time, and be killed at any point of it."""
    look_up(services)
    try:
        check(services)
    except SchoolSystemUnavailable as failure:
        log.warning("releases.wait", cause=failure.cause)
