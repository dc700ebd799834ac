"""The way to the district's mail server."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from plugin.config import Settings
from plugin.deadline import Deadline, broken_after

#: Seconds for a connection, and for each answer before the text is given.
PATIENCE = 20.0
#: Seconds for a whole exchange, well below LONGEST_EXCHANGE in plugin/store/attempts.py. The answer to the text may
#: take what is left of them, for mail servers look for viruses first. Once they are over no text is given.
WHOLE = 120.0

#: Plain ASCII on the wire, whatever the mail server knows beyond it.
_WIRE = SMTP.clone(cte_type="7bit")


class NotSent(Exception):
    """A mail that did not go. The text is for administrators: the step, and the mail server's codes if it gave any.

    Never an address, a name or the mail server's own words, which may repeat them.
    """


class Delayed(NotSent):
    """Nothing was accepted, and the same mail may be taken later: no answer, a busy server, a wrong password."""


class Refused(NotSent):
    """The mail server will not have this mail, or not for this address; trying again changes nothing."""


class Unclear(NotSent):
    """The exchange broke off after the mail's text was given: it may or may not be on its way."""


@dataclass(frozen=True)
class Mailer:
    """Sends mails, each over a connection of its own. `sender` is the address that they come from.

    `security` is starttls, tls or none. `patience` and `whole` are seconds, as above.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    patience: float = PATIENCE
    whole: float = WHOLE

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand over one mail for one address, or raise NotSent."""
        deadline = Deadline.after(self.whole)
        with self._exchange(deadline) as exchange:
            with _step("sender"):
                _accepted(exchange.mail(self.sender))
            with _step("recipient", refused=Refused):
                _accepted(exchange.rcpt(_address(recipient)))
            with _step("text", refused=Refused, broken=Unclear):
                _wait_at_most(exchange, deadline)
                _accepted(exchange.data(message.as_bytes(policy=_WIRE)))
            with suppress(OSError):
                exchange.quit()

    @contextmanager
    def _exchange(self, deadline: Deadline) -> Iterator[smtplib.SMTP]:
        """A conversation that has come as far as the first mail."""
        with _step("connection"):
            connection = socket.create_connection((self.host, self.port), self.patience)
        with connection, broken_after(deadline, connection), closing(self._talk(connection)) as exchange:
            with _step("TLS"):
                if self.security == "starttls":
                    exchange.starttls(context=_verifying())
            with _step("sign-in"):
                exchange.ehlo_or_helo_if_needed()
                if self.user:
                    exchange.login(self.user, self.password)
            yield exchange

    def _talk(self, connection: socket.socket) -> smtplib.SMTP:
        with _step("TLS"):
            if self.security == "tls":
                connection = _verifying().wrap_socket(connection, server_hostname=self.host)
        with _step("greeting"):
            return _Conversation(connection, self.host, self.sender.rpartition("@")[2])


def mailer(settings: Settings) -> Mailer | None:
    """What sends this service's mails; None where no mail server is set up."""
    if not settings.smtp_host:
        return None
    return Mailer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.mail_from,
        settings.smtp_user,
        settings.smtp_password,
    )


class _Conversation(smtplib.SMTP):
    """smtplib's, over a connection that was made before: so its end can be enforced from the first byte on."""

    def __init__(self, connection: socket.socket, host: str, own_name: str) -> None:
        self._connection = connection
        super().__init__(host, local_hostname=own_name)

    def _get_socket(self, *_: object) -> socket.socket:
        """Where smtplib's own variant with TLS changes the connection as well."""
        return self._connection


@contextmanager
def _step(word: str, *, refused: type[NotSent] = Delayed, broken: type[NotSent] = Delayed) -> Iterator[None]:
    """Tell whatever goes wrong here as NotSent: `refused` for a final no, `broken` where no clear answer came."""
    try:
        yield
    except smtplib.SMTPResponseException as answer:
        kinds: dict[int, type[NotSent]] = {4: Delayed, 5: refused}
        raise kinds.get(answer.smtp_code // 100, broken)(f"{word} {answer.smtp_code}{_status(answer)}") from None
    except OSError:
        raise broken(word) from None
    except ValueError:  # what can't be written into a command
        raise refused(word) from None


def _status(answer: smtplib.SMTPResponseException) -> str:
    """The code that says more (RFC 3463), where there is one: figures and dots, and nothing of the words behind it."""
    said = answer.smtp_error if isinstance(answer.smtp_error, bytes) else answer.smtp_error.encode()
    found = re.match(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])", said)
    return f" {found[0].decode()}" if found else ""


def _address(text: str) -> str:
    """Exactly one: smtplib takes the first of what it finds, and nobody where it finds none."""
    if parseaddr(text) != ("", text) or "@" not in text:
        raise ValueError
    return text


def _accepted(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if code // 100 != 2:
        raise smtplib.SMTPResponseException(code, words)


def _wait_at_most(exchange: smtplib.SMTP, deadline: Deadline) -> None:
    left = deadline.left
    if not left or not exchange.sock:
        raise Delayed("no time left")
    exchange.sock.settimeout(left)


def _verifying() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
