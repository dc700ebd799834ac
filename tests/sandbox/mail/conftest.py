from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
import requests

from plugin.mail import Mailer
from sandbox.mail import MailCatcher

Send = Callable[..., None]


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    with MailCatcher() as catcher:
        yield catcher


@pytest.fixture
def send(catcher: MailCatcher) -> Send:
    """Sends a mail with this subject, text and, if given, HTML."""
    mailer = Mailer("127.0.0.1", catcher.smtp_port, "none", "reports@district.example")

    def send(subject: str, text: str = "Hello.", html: str = "") -> None:
        message = EmailMessage()
        message["Subject"], message["To"], message["Message-ID"] = (
            subject,
            "casey@district.example",
            "<1@district.example>",
        )
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        mailer.send(message, "casey@district.example")

    return send


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
