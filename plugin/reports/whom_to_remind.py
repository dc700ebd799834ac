"""Whom an LEA's reminders go to, and which other systems share its credentials."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.model import Lea
from plugin.reports import addresses
from plugin.reports.faults import Fault, Faulty
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.audit import Event, Facts
from plugin.store.versions import SavedMeanwhile

#: Characters of the note about other systems.
LONGEST_NOTE = 500

NOTE_TOO_LONG = "The note is longer than %(longest)s characters."


def change(services: Services, operator: Operator, lea: Lea, typed: str, note: str, *, seen: int) -> None:
    """Save the addresses, one on a line, and the note, in the place of the version `seen`.

    Raises Faulty, SavedMeanwhile and AuditUnavailable: then nothing is changed.
    """
    lines, note = addresses.listed(typed), " ".join(note.split())
    if faults := (*addresses.faults(lines, "addresses"), *_too_long(note)):
        raise Faulty(faults)
    saved = services.contacts.of(lea.cds)
    if (lines, note) == (list(saved.addresses), saved.other_systems):
        return
    if saved.version != seen:
        raise SavedMeanwhile
    other = "changed" if note != saved.other_systems else "as before"
    numbers = {"addresses": f"{len(saved.addresses)} → {len(lines)}", "other systems": other}
    facts: Facts = {**operator.facts, "lea_cds": lea.cds}
    changed: Facts = {**facts, "change": numbers}
    services.audit.record(Event.CONTACTS_CHANGED, services.now(), **changed)
    try:
        services.contacts.save(lea.cds, lines, note, replaces=seen, by=operator.name, now=services.now())
    except SavedMeanwhile:
        services.audit.record(Event.REFUSED, services.now(), outcome="contacts_changed_meanwhile", **facts)
        raise


def _too_long(note: str) -> Iterator[Fault]:
    if len(note) > LONGEST_NOTE:
        yield Fault("other_systems", NOTE_TOO_LONG, {"longest": LONGEST_NOTE})
