"""Whom an LEA's reminders go to, and which other systems share its credentials."""

from __future__ import annotations

import email.errors
import re
from collections.abc import Iterator
from email.headerregistry import Address

from plugin.model import Lea
from plugin.reports.entering import Faulty
from plugin.reports.pasting import Found
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.audit import Event, Facts
from plugin.store.credentials import SavedMeanwhile

MOST = 20
#: Characters of an address (RFC 5321, 4.5.3.1.3), and of the note about other systems.
LONGEST, LONGEST_NOTE = 254, 500

NO_ADDRESS = "This is not an e-mail address: %(typed)s. Write it like name@district.example, with nothing around it."
NOT_ASCII = "This address has letters that many mail servers don't take: %(typed)s. Write it with plain ones."
TOO_MANY = "There are more than %(most)s addresses. A mailing list of your own needs only one."
NOTE_TOO_LONG = "The note is longer than %(longest)s characters."


def change(services: Services, operator: Operator, lea: Lea, addresses: str, note: str, *, seen: int) -> None:
    """Save the addresses, one on a line, and the note, in the place of the version `seen`.

    Raises Faulty, SavedMeanwhile and AuditUnavailable: then nothing is changed.
    """
    lines, note = _lines(addresses), " ".join(note.split())
    found = (*_faults(lines), *_too_long(note))
    if found:
        raise Faulty(found)
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


def _lines(typed: str) -> list[str]:
    """Each address once, whatever its letters' case. Address books put commas or semicolons between them."""
    parts = (part.strip() for part in re.split(r"[\r\n,;]", typed))
    return list({part.casefold(): part for part in parts if part}.values())


def _faults(lines: list[str]) -> Iterator[Found]:
    if len(lines) > MOST:
        yield Found("addresses", TOO_MANY, {"most": MOST})
    for line in lines:
        if not line.isascii():
            yield Found("addresses", NOT_ASCII, {"typed": line})
        elif not _is_address(line):
            yield Found("addresses", NO_ADDRESS, {"typed": line})


def _is_address(text: str) -> bool:
    """As the standard library reads it, with nothing left over, and with a domain that has a dot in it."""
    try:
        read = Address(addr_spec=text)
    except (email.errors.MessageError, ValueError, IndexError):  # the last for "a@"
        return False
    return read.addr_spec == text and len(text) <= LONGEST and bool(re.fullmatch(r"[\w-]+(\.[\w-]+)+", read.domain))


def _too_long(note: str) -> Iterator[Found]:
    if len(note) > LONGEST_NOTE:
        yield Found("other_systems", NOTE_TOO_LONG, {"longest": LONGEST_NOTE})
