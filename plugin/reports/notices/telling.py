"""Telling families that a report is there: one round for every LEA, to be done again and again.

What a round does is on record at every step, so any number of workers may do rounds at any time, and be killed at any
point of it: each adult is told once of each release.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage

import structlog

from plugin.errors import SchoolSystemUnavailable
from plugin.mail import Mailer
from plugin.model import Lea
from plugin.reports import release
from plugin.reports.mailing import NoRelay, Sending, is_about_this_mail
from plugin.reports.notices.addressing import address
from plugin.reports.notices.built_in import BLOCKED, RELEASED
from plugin.reports.notices.flow import flow_of
from plugin.reports.notices.letters import family_letter
from plugin.reports.notices.recipients import recipients
from plugin.reports.notices.summary import sum_up
from plugin.reports.services import Services
from plugin.store.mail_record import Mail, State

log = structlog.get_logger()

#: Seconds of a round, and of those for finding out whom to write to.
ROUND, ADDRESSING = 45.0, 20.0
#: Seconds that are left for sending however long that took: a slow PowerSchool must not hold back mails for hours.
SENDING = 20.0
#: A mail that waited for so long is sent only if its reader may still be told, and says whether the school blocks the
#: report by now: rights end, addresses change, and blocks are set.
ASKED_ANEW = datetime.timedelta(hours=1)
#: Mails at a time. More of them are no faster where the mail server is far away.
AT_A_TIME = 4


def tell(services: Services, mailer: Mailer | None, stop: Callable[[], bool] = lambda: False) -> None:
    """Address what waits, send what may go in this minute, and sum up what is over.

    Without a mail server the mails wait; while PowerSchool is away everything does, for families could not sign in.
    Once `stop` says so no further mail is begun, for who is killed while sending one leaves it unknown.
    """
    begun = time.monotonic()
    services.mails.attempts.tidy(services.now())
    address(services, lambda: time.monotonic() - begun < ADDRESSING and not stop())
    if mailer:
        _send(services, mailer, max(begun + ROUND, time.monotonic() + SENDING), stop)
    sum_up(services)


def _send(services: Services, mailer: Mailer, ends: float, stop: Callable[[], bool]) -> None:
    over = threading.Event()

    def goes_on() -> bool:
        return time.monotonic() < ends and not over.is_set() and not stop()

    with ThreadPoolExecutor(AT_A_TIME) as threads:
        desks = _desks(services, mailer)
        begun = [threads.submit(desk.work, goes_on, over) for desk in desks for _ in range(AT_A_TIME)]
        for one in begun:
            one.result()


def _desks(services: Services, mailer: Mailer) -> Iterator[_Desk]:
    """One for each LEA with mails that may go now."""
    waiting = services.tellings.to_send(services.now())
    leas = _leas(services) if waiting else None
    for lea in [leas.get(cds, Lea(cds, cds)) for cds in waiting] if leas else []:
        flow = flow_of(services, lea)
        if flow.obstacle:
            log.warning("notices.held_back", lea=lea.cds, why=flow.obstacle)
        else:
            yield _Desk(services, mailer, lea, flow.a_minute)


@dataclass(frozen=True)
class _Desk:
    """Sends one LEA's mails, in several threads."""

    services: Services
    mailer: Mailer
    lea: Lea
    a_minute: int

    def work(self, goes_on: Callable[[], bool], over: threading.Event) -> None:
        """Until none is left for this minute. A mail server that can't be spoken to ends the round for everybody.

        One that refuses all of this LEA's addresses ends it for this LEA: those of others may fare better.
        """
        services, attempts = self.services, self.services.mails.attempts
        sending = Sending(attempts, self.mailer, self._letter, services.now)
        while goes_on():
            mail = attempts.take_for_family(self.lea.cds, services.now(), a_minute=self.a_minute)
            if mail is None:
                return
            true = self._as_of_now(mail)
            if true is None:
                continue
            fault = sending.send(true)
            if isinstance(fault, NoRelay):
                return
            if not is_about_this_mail(fault):
                over.set()

    def _as_of_now(self, mail: Mail) -> Mail | None:
        """This mail, of the kind that is true now if it waited; None where it has to be kept back.

        Meanwhile its reader may be one who is not to be told any more. While PowerSchool can't tell, it waits on.
        """
        services, now = self.services, self.services.now()
        if now - mail.made_at < ASKED_ANEW:
            return mail
        dcid = services.tellings.release_of(mail.message_id).student_dcid
        try:
            still = {one.address.casefold() for one in recipients(services.roster, dcid, services.today(), frozenset())}
            certain = bool(still) or services.roster.rights(dcid) is not None
            kind = RELEASED if release.standing(services.roster, dcid) == release.RELEASED else BLOCKED
        except SchoolSystemUnavailable:
            still, certain, kind = set(), False, mail.kind
        if mail.recipient.casefold() in still:
            return mail if mail.kind == kind else services.mails.attempts.change_kind(mail, kind)
        if certain:
            services.mails.attempts.settle(mail.message_id, State.WITHDRAWN)
        else:
            services.mails.attempts.settle(mail.message_id, State.WAITING, mail.outcome, due_at=now + ASKED_ANEW)
        return None

    def _letter(self, mail: Mail) -> EmailMessage:
        return family_letter(self.services, self.lea, mail, self.mailer.sender)


def _leas(services: Services) -> Mapping[str, Lea] | None:
    """By code; None while PowerSchool is away."""
    try:
        return {lea.cds: lea for lea in services.roster.leas()}
    except SchoolSystemUnavailable as failure:
        log.warning("notices.held_back", why=failure.cause)
        return None
