"""The banner that administrators see on every page while credentials are about to end, or don't work."""

from __future__ import annotations

from collections.abc import Sequence

import flask
import structlog

from plugin import identity
from plugin.errors import Failure
from plugin.model import Persona
from plugin.reports import cards
from plugin.reports.access import Level, Page
from plugin.reports.cards import Alarm
from plugin.reports.services import Services
from plugin.security import may

log = structlog.get_logger()


def sound(app: flask.Flask, services: Services) -> None:
    """Give every page its alarms."""
    app.context_processor(lambda: {"alarms": _alarms(services)})


def _alarms(services: Services) -> Sequence[Alarm]:
    """For whom the set-up page is open. Failures' pages show it too, so what fails here is only logged."""
    viewer = identity.somebody()
    if viewer is None or viewer.persona is not Persona.STAFF or "identity" not in flask.g:
        return ()
    try:
        return cards.alarms(services) if may(Page.SETUP, Level.VIEW) else ()
    except Failure as failure:
        log.warning("alarms.unknown", cause=failure.cause)
        return ()
