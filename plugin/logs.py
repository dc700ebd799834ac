"""Logs: one JSON object a line on standard error, with the number of the request. Nothing else is ever bound to it."""

from __future__ import annotations

import logging
import sys

import structlog


def begin(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Standard error as it is by then: a command's own may be closed, as in tests.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
