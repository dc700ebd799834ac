"""What has to be done again and again so that nothing fails silently: one round of it."""

from __future__ import annotations

from functools import partial

from plugin.mail import Mailer
from plugin.reports.letters import letter
from plugin.reports.mailing import deliver
from plugin.reports.reminding import remind
from plugin.reports.services import Services
from plugin.reports.watching import watch


def look_after(services: Services, mailer: Mailer | None) -> None:
    """Try the sets whose turn it is, put the mails that are due on their way, and send them.

    Any number of workers may do this at any time, and be killed at any point of it. Without a mail server the mails
    wait.
    """
    watch(services)
    remind(services)
    if mailer:
        deliver(services.mails, mailer, partial(letter, services, sender=mailer.sender), services.now)
