"""Sending what is on its way, a mail at a time, and keeping how each ended."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from email.message import EmailMessage

import structlog

from plugin.mail import Delayed, Mailer, NotSent, Unclear
from plugin.store.mails import ONCE_MORE, Mail, Mails, State

log = structlog.get_logger()

#: What one round sends at most, so that a round ends.
ROUND = 200
#: A mail that the mail server puts off is tried again after so long, then after twice that, and so on up to an hour.
FIRST_DELAY, LONGEST_DELAY = datetime.timedelta(minutes=5), datetime.timedelta(hours=1)


def deliver(
    mails: Mails,
    mailer: Mailer,
    write: Callable[[Mail], EmailMessage],
    now: Callable[[], datetime.datetime],
) -> int:
    """Send what is due; how many mails were sent. A mail server that can't be reached ends the round."""
    mails.tidy(now())
    sent = 0
    for _ in range(ROUND):
        mail = mails.take(now())
        if mail is None:
            break
        try:
            mailer.send(write(mail), mail.recipient)
        except NotSent as fault:
            _settle(mails, mail, fault, now())
            if isinstance(fault, Delayed):
                break
        else:
            mails.settle(mail.message_id, State.SENT)
            sent += 1
    return sent


def _settle(mails: Mails, mail: Mail, fault: NotSent, now: datetime.datetime) -> None:
    log.warning("mail.not_sent", kind=mail.kind, lea=mail.lea_cds, fault=type(fault).__name__, attempts=mail.attempts)
    if isinstance(fault, Delayed):
        delay = min(FIRST_DELAY * 2 ** min(mail.attempts - 1, 10), LONGEST_DELAY)
        mails.settle(mail.message_id, State.WAITING, str(fault), due_at=now + delay)
    elif isinstance(fault, Unclear):
        mails.settle(mail.message_id, State.UNKNOWN, str(fault), due_at=None if mail.doubts else now + ONCE_MORE)
    else:
        mails.settle(mail.message_id, State.REFUSED, str(fault))
