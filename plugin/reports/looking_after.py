"""What has to be done again and again so that nothing fails silently: one round of it."""

from __future__ import annotations

from email.message import EmailMessage
from functools import partial

from plugin.mail import Mailer
from plugin.reports.letters import letter
from plugin.reports.mailing import deliver
from plugin.reports.notices.summary import summary_letter
from plugin.reports.reminding import remind
from plugin.reports.services import Services
from plugin.reports.watching import watch
from plugin.store.mail_record import Mail
from plugin.store.mails import SUMMARY


def look_after(services: Services, mailer: Mailer | None) -> None:
    """Try the sets whose turn it is, put the mails that are due on their way, and send those to staff.

    Any number of workers may do this at any time, and be killed at any point of it. Without a mail server the mails
    wait. Families are told by rounds of their own (notices/telling.py), so that no reminder waits for them.
    """
    watch(services)
    remind(services)
    if mailer:
        deliver(services.mails.attempts, mailer, partial(_letter, services, mailer), services.now)


def _letter(services: Services, mailer: Mailer, mail: Mail) -> EmailMessage:
    write = summary_letter if mail.kind == SUMMARY else letter
    return write(services, mail, mailer.sender)
