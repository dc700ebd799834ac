"""Saving what an LEA's office chose: on record before it holds, and never over what somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.model import Lea
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.audit import Event, Facts
from plugin.store.versions import SavedMeanwhile


def save(
    services: Services, operator: Operator, lea: Lea, kind: str, choice: Any, change: Mapping[str, str], *, seen: int
) -> None:
    """Save a choice in the place of the version `seen`; `change` says on record what becomes what.

    Raises SavedMeanwhile and AuditUnavailable: then nothing is changed.
    """
    if services.choices.of(lea.cds, kind).version != seen:
        raise SavedMeanwhile
    facts: Facts = {**operator.facts, "lea_cds": lea.cds}
    changed: Facts = {**facts, "change": change}
    services.audit.record(Event.CHOICE_CHANGED, services.now(), **changed)
    try:
        services.choices.save(lea.cds, kind, choice, replaces=seen, by=operator.name, now=services.now())
    except SavedMeanwhile:
        services.audit.record(Event.REFUSED, services.now(), outcome="choice_changed_meanwhile", **facts)
        raise
