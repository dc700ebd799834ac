"""Whom to write to about each new release: PowerSchool is asked, and the mails are put on their way."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import structlog

from plugin.errors import SchoolSystemUnavailable
from plugin.reports.notices.built_in import BLOCKED, RELEASED
from plugin.reports.notices.recipients import recipients
from plugin.reports.notices.settings import settings_of
from plugin.reports.release import Blocks
from plugin.reports.services import Services
from plugin.store.mails import Recipient
from plugin.store.releases import Release

log = structlog.get_logger()

#: Releases that are addressed together, and students whom PowerSchool is asked for at a time.
BATCH, ASKED_AT_ONCE = 100, 4
#: Rights may be unreadable while somebody enables the plugin anew. After so long it is to be seen to by hand.
UNCERTAIN = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Family:
    """`blocked` is whether the school hands the report over in another way.

    Not `certain` where nobody is named because PowerSchool doesn't let us read who holds rights.
    """

    recipients: list[Recipient]
    blocked: bool
    certain: bool


def address(services: Services, goes_on: Callable[[], bool]) -> None:
    """Address what waits, while `goes_on`. Where an LEA sends no notices, nobody is told of what was found meanwhile.

    The releases of students whom PowerSchool doesn't tell about wait on. Any number may do so at once.
    """
    for lea_cds in services.tellings.to_address():
        if settings_of(services, lea_cds).enabled:
            _address_all(services, lea_cds, goes_on)
        else:
            services.tellings.leave(lea_cds, services.now())


def _address_all(services: Services, lea_cds: str, goes_on: Callable[[], bool]) -> None:
    try:
        blocks = Blocks(services.roster)
    except SchoolSystemUnavailable as failure:
        log.warning("notices.unaddressed", lea=lea_cds, cause=failure.cause)
        return
    refused, after = services.refusals.addresses(), 0
    ask = partial(_family, services, blocks, refused)
    while goes_on() and (batch := services.tellings.waiting(lea_cds, after, BATCH)):
        families = _families(ask, {one.student_dcid for one in batch})
        if not families:
            log.warning("notices.unaddressed", lea=lea_cds, cause=SchoolSystemUnavailable.cause)
            return
        for one in batch:
            family = families.get(one.student_dcid)
            if family and (family.certain or services.now() - one.found_at >= UNCERTAIN):
                _tell(services, one, family)
        after = batch[-1].id


def _tell(services: Services, one: Release, family: Family) -> None:
    kind, now = BLOCKED if family.blocked else RELEASED, services.now()
    services.mails.tell_family(one, kind, family.recipients, now, blocked=family.blocked, domain=services.domain)


def _families(ask: Callable[[int], Family | None], dcids: Iterable[int]) -> Mapping[int, Family]:
    """Of those students whom PowerSchool tells about."""
    asked = list(dcids)
    with ThreadPoolExecutor(ASKED_AT_ONCE) as threads:
        return {dcid: told for dcid, told in zip(asked, threads.map(ask, asked), strict=True) if told}


def _family(services: Services, blocks: Blocks, refused: frozenset[str], dcid: int) -> Family | None:
    try:
        found = recipients(services.roster, dcid, services.today(), refused)
        certain = bool(found) or services.roster.rights(dcid) is not None
        return Family(found, blocks.hold(dcid), certain)
    except SchoolSystemUnavailable:
        return None
