"""Sending what is on its way, a mail at a time, and keeping how each ended."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

import structlog

from plugin.mail import Delayed, Mailer, NotSent, Refused, Unclear
from plugin.store.attempts import ONCE_MORE, Attempts
from plugin.store.mail_record import Mail, State

log = structlog.get_logger()

#: What one round sends at most, so that a round ends.
ROUND = 200
#: A mail that the mail server puts off is tried again after so long, then after twice that, and so on up to an hour.
FIRST_DELAY, LONGEST_DELAY = datetime.timedelta(minutes=5), datetime.timedelta(hours=1)
#: A mail server that refused so many families in a row refuses all of them: it won't relay for us, or not to outside.
#: Then none is its fault, and what was not refused yet waits.
TOO_MANY = 10
#: A mail to a family that is put off for so long, and so often, is given up: the office has to know that nobody was
#: told. So often, since one that waited for something else has days behind it when it is put off for the first time.
GIVEN_UP, PUT_OFF = datetime.timedelta(days=3), 6

#: What is on record of an address that a mail server refuses for good.
ADDRESS = re.compile(r"recipient 5..( 5\.[0-9.]+)?")
#: Of those, what says that there is no such mailbox (RFC 3463: 5.1.x), or doesn't say why.
NO_MAILBOX = re.compile(r"recipient 5..( 5\.1\.[0-9]+)?")


class NoRelay(Delayed):
    """The mail server refuses every family's address."""


@dataclass(frozen=True)
class Sending:
    """`write` makes the letter that a mail is."""

    attempts: Attempts
    mailer: Mailer
    write: Callable[[Mail], EmailMessage]
    now: Callable[[], datetime.datetime]

    def send(self, mail: Mail) -> NotSent | None:
        """Send one that was taken and keep how that ended; what went wrong, if anything did."""
        try:
            self.mailer.send(self.write(mail), mail.recipient)
        except NotSent as fault:
            judged = self._judged(mail, fault)
            self._not_sent(mail, judged)
            return judged
        self.attempts.settle(mail.message_id, State.SENT)
        return None

    def _judged(self, mail: Mail, fault: NotSent) -> NotSent:
        """Whose fault it is: the address's, or that of a mail server which refuses every one."""
        refused = mail.release_id is not None and ADDRESS.fullmatch(str(fault))
        return NoRelay(str(fault)) if refused and refuses_everybody(self.attempts, mail.lea_cds) else fault

    def _not_sent(self, mail: Mail, fault: NotSent) -> None:
        named = {"kind": mail.kind, "lea": mail.lea_cds, "attempts": mail.attempts}
        log.warning("mail.not_sent", fault=type(fault).__name__, outcome=str(fault), **named)
        message_id, outcome, now = mail.message_id, str(fault), self.now()
        if isinstance(fault, Delayed) and not _is_given_up(mail, fault, now):
            delay = min(FIRST_DELAY * 2 ** min(mail.attempts - 1, 10), LONGEST_DELAY)
            self.attempts.settle(message_id, State.WAITING, outcome, due_at=now + delay)
        elif isinstance(fault, Unclear):
            self.attempts.settle(message_id, State.UNKNOWN, outcome, due_at=None if mail.doubts else now + ONCE_MORE)
        else:
            # Of the text a mail server may think otherwise the next time. An address won't get better.
            for_good = isinstance(fault, Refused) and bool(NO_MAILBOX.fullmatch(outcome))
            self.attempts.refuse(message_id, outcome, now, for_good=for_good)


def deliver(
    attempts: Attempts,
    mailer: Mailer,
    write: Callable[[Mail], EmailMessage],
    now: Callable[[], datetime.datetime],
) -> int:
    """Send what is due to staff; how many mails were sent. A mail server that puts one off ends the round."""
    attempts.tidy(now())
    sending, sent = Sending(attempts, mailer, write, now), 0
    for _ in range(ROUND):
        mail = attempts.take(now())
        if mail is None:
            break
        fault = sending.send(mail)
        if isinstance(fault, Delayed):
            break
        sent += fault is None
    return sent


def is_about_this_mail(fault: NotSent | None) -> bool:
    """Whether others may fare better: the mail server was there, and spoke of an address or a text.

    One that breaks off where it has a text may do so with each, and all would be unknown.
    """
    return fault is None or (not isinstance(fault, NoRelay | Unclear) and str(fault).startswith(("recipient", "text")))


def refuses_everybody(attempts: Attempts, lea_cds: str) -> bool:
    """Whether an LEA's families are refused one and all, as far as anybody knows."""
    last = attempts.lately(lea_cds, TOO_MANY)
    return len(last) == TOO_MANY and all(ADDRESS.fullmatch(outcome) for outcome in last)


def _is_given_up(mail: Mail, fault: Delayed, now: datetime.datetime) -> bool:
    about_it = is_about_this_mail(fault) or isinstance(fault, NoRelay)
    long = now - mail.made_at >= GIVEN_UP and mail.attempts >= PUT_OFF
    return mail.release_id is not None and about_it and long
