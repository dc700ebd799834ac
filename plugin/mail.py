"""The way to the district's mail server."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class NotSent(Exception):
    """A mail that did not go. The text is for administrators: what the mail server said, without any address."""


class Delayed(NotSent):
    """Nothing was accepted, and the same mail may be taken later: no answer, a busy server, a wrong password."""


class Refused(NotSent):
    """The mail server will not have this mail, or not for this address; trying again changes nothing."""


class Unclear(NotSent):
    """The exchange broke off after the mail's text was given: it may or may not be on its way."""


class Mailer(Protocol):
    """What sends mails. `sender` is the address that they come from."""

    sender: str

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand over one mail for one address, or raise NotSent."""
