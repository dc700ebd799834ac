"""What staff do to a search by hand, on the page or on the command line. Each is put on record before it is done."""

from __future__ import annotations

import enum

from plugin.errors import SchoolSystemUnavailable
from plugin.model import Lea
from plugin.reports.detection import searching
from plugin.reports.detection.plan import plan_of
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.audit import Event, Facts
from plugin.store.searches import Search, State


class Verb(enum.StrEnum):
    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


BECOMES = {Verb.PAUSE: State.PAUSED, Verb.RESUME: State.SEARCHING, Verb.STOP: State.STOPPED}


def verbs(search: Search | None) -> tuple[Verb, ...]:
    """What can be done now, where this is the LEA's newest search."""
    if search is None or search.ended_at:
        return (Verb.BEGIN,)
    return (Verb.RESUME if search.state is State.PAUSED else Verb.PAUSE, Verb.STOP)


def change(services: Services, operator: Operator, lea: Lea, verb: Verb) -> bool:
    """Do it; False, with nothing done, where it can't be done: somebody else was faster, say.

    Raises SchoolSystemUnavailable, with nothing begun, and AuditUnavailable.
    """
    search = services.searches.latest(lea.cds)
    if verb not in verbs(search):
        return False
    facts: Facts = {**operator.facts, "lea_cds": lea.cds}
    told: Facts = {**facts, "change": {"search": verb}}
    services.audit.record(Event.SEARCH_CHANGED, services.now(), **told)
    try:
        return _do(services, operator, lea, verb, search)
    except SchoolSystemUnavailable as failure:
        services.audit.record(Event.REFUSED, services.now(), outcome=failure.cause, **facts)
        raise


def _do(services: Services, operator: Operator, lea: Lea, verb: Verb, search: Search | None) -> bool:
    if search is None or verb is Verb.BEGIN:
        plan = plan_of(services, lea.cds)
        return searching.begin(services, lea, operator.name, plan) is not None
    return services.searches.change(search.id, BECOMES[verb], services.now())
