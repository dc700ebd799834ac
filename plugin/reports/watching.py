"""Trying each LEA's set now and then, so that a set which fails is noticed before a family notices it."""

from __future__ import annotations

import datetime

import structlog

from plugin.errors import StateFailure
from plugin.model import Lea
from plugin.reports.asking_state import ask_state, standing_of
from plugin.reports.services import Services
from plugin.reports.standing import UNUSABLE, Standing

log = structlog.get_logger()

#: A set of which nobody has heard for so long is tried.
EVERY = datetime.timedelta(minutes=4)
#: A first refusal is tried again soon: only the second one in a row is told to anybody.
CONFIRM = datetime.timedelta(seconds=20)


def watch(services: Services) -> None:
    """Try the sets whose turn it is. Several workers may watch at once: each set is tried by one of them."""
    for record in services.credentials.describe():
        if _is_its_turn(services, standing_of(services, record)):
            try:
                ask_state(services, Lea(record.lea_cds, record.lea_cds), services.state.check)
            except StateFailure as failure:
                log.warning("credentials.tried", lea=record.lea_cds, cause=failure.cause)


def _is_its_turn(services: Services, now: Standing) -> bool:
    if now.record is None or now.word in UNUSABLE:
        return False
    if now.trial is None or now.stopped:  # stopped: the way to the state lets the probe through, and nobody else
        return True
    moment = services.now()
    last = moment - (CONFIRM if now.trial.refusals else EVERY)
    return services.trials.claim(now.record.lea_cds, now.record.version, unless_since=last, now=moment)
