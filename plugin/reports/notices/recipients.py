"""Whom a family's mail goes to: those who may see the report, and have an address that works. Nobody is guessed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Set

from plugin.powerschool.records import Contact
from plugin.powerschool.roster import Roster
from plugin.reports.addresses import is_address
from plugin.reports.languages import language, of_tag
from plugin.store.mails import Recipient


def recipients(roster: Roster, dcid: int, today: datetime.date, refused: Set[str]) -> list[Recipient]:
    """The adults to tell about a student's report; each address once, however many share it.

    They have data access and a contact record that counts today (docs/decisions/0009-contact-records.md), and hold
    educational rights. `refused` are addresses that take no mails, case-folded. Nobody where PowerSchool refuses to
    tell who holds rights. Raises SchoolSystemUnavailable.
    """
    rights = roster.rights(dcid)
    if rights is None:
        return []
    counting = [one for one in roster.contacts(dcid) if one.sees and one.active and one.days.covers(today)]
    denied = {one.person for one in counting if rights.get(one.id) is False}
    told = [one for one in counting if one.person not in denied and _holds_rights(one, rights)]
    found: dict[str, Recipient] = {}
    for one in told:
        if one.email.isascii() and is_address(one.email) and one.email.casefold() not in refused:
            found.setdefault(one.email.casefold(), Recipient(one.email, _reads(one)))
    return list(found.values())


def _holds_rights(contact: Contact, rights: Mapping[str, bool]) -> bool:
    """What the district's own field says; where it says nothing, a legal guardian holds them."""
    return rights.get(contact.id, contact.legal_guardian is True)


def _reads(contact: Contact) -> str:
    """The tag of the language of our pages that this family reads."""
    return of_tag(language(contact.language).tag).tag
