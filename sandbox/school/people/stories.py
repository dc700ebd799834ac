"""In a sentence, what there is to see with an account. Written from the data, so that it can't go stale."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sandbox.district import TK, Contact, Guardian, Pupil, Staff

_OUTCOMES = {
    "reports": "",
    "no_test_data": "the state has no test data",
    "lea_mismatch": "for the state enrolled in another district",
    "ssid_not_found": "SSID unknown to the state",
    "no_ssid": "without SSID",
    "processing_error": "the state answers with a processing error",
    "internal_error": "the state answers with an internal error",
}
_STATUS = {-1: "joins tomorrow", 2: "has left the school"}


def of_staff(person: Staff) -> str:
    return person.title[0].upper() + person.title[1:]


def of_pupil(pupil: Pupil) -> str:
    return _about(pupil, [*_traits(pupil)])


def of_guardian(guardian: Guardian, pupils: dict[int, Pupil], today: datetime.date) -> str:
    told = [
        f"{pupil.first}: {_about(pupil, [*_bounds(contact, today), *_traits(pupil)])}"
        for contact in guardian.contacts
        for pupil in [pupils[contact.pupil_dcid]]
    ]
    return "; ".join(told)


def _about(pupil: Pupil, facts: list[str]) -> str:
    grade = {TK: "TK", 0: "K"}.get(pupil.grade, str(pupil.grade))
    return ", ".join([f"grade {grade}", pupil.home_language, *facts])


def _traits(pupil: Pupil) -> Iterator[str]:
    facts = {
        _STATUS.get(pupil.enroll_status, ""): True,
        _OUTCOMES[pupil.outcome]: True,
        "release blocked": pupil.release_block,
        "contact details hidden": pupil.hidden_contact,
        "exempted from testing": pupil.exempt,
        f"status {pupil.status}": bool(pupil.status),
    }
    return (words for words, true in facts.items() if words and true)


def _bounds(contact: Contact, today: datetime.date) -> Iterator[str]:
    facts = {
        "no data access": not contact.data_access,
        "access to come": contact.start is not None and contact.start > today,
        "access over": contact.end is not None and contact.end < today,
        "contact not active": not contact.active,
        "not custodial": not contact.custodial,
        "not the legal guardian": not contact.legal_guardian,
    }
    return (words for words, true in facts.items() if true)
