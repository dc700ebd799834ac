"""The mail server as the product meets it: over real SMTP, with and without TLS, and with all that goes wrong."""

from __future__ import annotations

import logging
import socket
import ssl
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest
import trustme

from plugin.config import from_environ
from plugin.mail import PATIENCE, WHOLE, Delayed, Mailer, NotSent, Refused, Unclear, mailer
from plugin.store.attempts import LONGEST_EXCHANGE
from sandbox.mail import MailCatcher
from sandbox.ports import Ports
from sandbox.sidecar import environment
from tests.living import wait_until

SENDER, RECIPIENT, PASSWORD = "reports@district.example", "casey.coordinator@district.example", "hidden-password-1"
ACCOUNT = ("mail-user", PASSWORD)
FAST = {"patience": 0.4, "whole": 1.0}

Catch = Callable[..., MailCatcher]


def test_a_mail_arrives_as_it_was_written(catcher: MailCatcher) -> None:
    mail_to(catcher).send(letter(), RECIPIENT)
    [caught] = catcher.mails
    assert (caught.sender, caught.recipients) == (SENDER, (RECIPIENT,))
    assert caught.subject == "Vencerá pronto – 14 days"
    assert caught.text.splitlines() == ["Los datos vencerán.", ".", "..two dots", "x" * 2000]
    assert caught.html == "<p>Los datos vencerán.</p>\n"
    assert caught.message_id == "<1@district.example>"


def test_what_goes_over_the_wire_is_plain_ascii_in_short_lines(catcher: MailCatcher) -> None:
    mail_to(catcher).send(letter(), RECIPIENT)
    assert catcher.mails[0].raw.isascii()
    assert max(map(len, catcher.mails[0].raw.split(b"\r\n"))) < 998


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_over_tls_one_signs_in(catch: Catch, security: str) -> None:
    catcher = catch(account=ACCOUNT, **{security: certified("127.0.0.1")})
    mail_to(catcher, security, ACCOUNT).send(letter(), RECIPIENT)
    assert len(catcher.mails) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["another host", "unknown authority"])
def test_who_can_not_prove_who_he_is_gets_nothing(catch: Catch, security: str, fault: str) -> None:
    foreign = certified("mail.example") if fault == "another host" else certified("127.0.0.1", trustme.CA())
    catcher = catch(account=ACCOUNT, **{security: foreign})
    assert told(Delayed, mail_to(catcher, security, ACCOUNT)) == "TLS"
    assert not catcher.mails


def test_tls_older_than_1_2_is_not_spoken(catch: Catch) -> None:
    assert told(Delayed, mail_to(catch(starttls=aged(certified("127.0.0.1"))), "starttls")) == "TLS"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_without_tls_gets_neither_mail_nor_password(catch: Catch, security: str) -> None:
    catcher = catch(account=ACCOUNT)
    assert told(Delayed, mail_to(catcher, security, ACCOUNT, **FAST)) == "TLS"


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("refuse", Refused, "recipient 550 5.1.1"),
        ("busy", Delayed, "recipient 451 4.3.2"),
        ("drop", Delayed, "recipient"),
        ("hang", Delayed, "recipient"),
        ("refuse_text", Refused, "text 554 5.6.0"),
        ("drop_after_text", Unclear, "text"),
        ("hang_after_text", Unclear, "text"),
    ],
)
def test_each_fault_is_told_apart(catcher: MailCatcher, fault: str, kind: type[NotSent], words: str) -> None:
    catcher.faults[fault] = 1
    assert told(kind, mail_to(catcher, **FAST)) == words
    mail_to(catcher).send(letter(), RECIPIENT)
    assert len(catcher.mails) == (2 if kind is Unclear else 1)


def test_a_wrong_password_is_told_without_being_repeated(catch: Catch) -> None:
    catcher = catch(account=ACCOUNT)
    assert told(Delayed, mail_to(catcher, account=("mail-user", "hidden-password-2"))) == "sign-in 535 5.7.8"


def test_a_sign_in_that_the_server_wants_and_did_not_get_delays(catch: Catch) -> None:
    assert told(Delayed, mail_to(catch(account=ACCOUNT))) == "sender 530 5.7.0"


def test_where_nobody_listens_the_mail_waits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert told(Delayed, Mailer("127.0.0.1", port, "none", SENDER)) == "connection"


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"421 too busy\r\n", b"", b"not SMTP at all\r\n"])
def test_a_greeting_that_is_none_delays(say: Callable[[bytes], int], greeting: bytes) -> None:
    assert told(Delayed, Mailer("127.0.0.1", say(greeting), "none", SENDER)).startswith("greeting")


def test_who_speaks_a_byte_at_a_time_without_end_is_left(say: Callable[[bytes, float], int]) -> None:
    port = say(b"220-" + b"x" * 2000, 0.05)
    assert told(Delayed, Mailer("127.0.0.1", port, "none", SENDER, **FAST)) == "greeting"


@pytest.mark.parametrize(
    "recipient",
    ["", "café@district.example", "a@b.example\r\nRCPT TO:<c@d.example>", "casey", "x" * 600 + "@b.example"],
)
def test_what_is_no_address_is_refused(catcher: MailCatcher, recipient: str) -> None:
    with pytest.raises(Refused) as fault:
        mail_to(catcher).send(letter(), recipient)
    assert str(fault.value).split()[0] == "recipient"
    assert not catcher.mails


def test_a_server_that_says_nothing_to_tls_is_left(say: Callable[[bytes, float], int]) -> None:
    port = say(b"\x16\x03\x03\x40\x00" + bytes(2000), 0.05)  # a handshake's first bytes, one at a time
    assert told(Delayed, Mailer("127.0.0.1", port, "tls", SENDER, **FAST)) == "TLS"


def test_whatever_a_mail_server_does_its_time_ends_before_a_worker_counts_as_dead() -> None:
    assert PATIENCE + WHOLE < LONGEST_EXCHANGE.total_seconds() / 2


def test_nothing_private_is_logged(
    catcher: MailCatcher, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("mail.log"), "disabled", True)  # the stand-in's own tells everything
    with caplog.at_level(logging.DEBUG):
        catcher.faults["refuse"] = 1
        told(Refused, mail_to(catcher))
        mail_to(catcher).send(letter(), RECIPIENT)
    assert "casey" not in caplog.text


def test_no_password_stands_in_the_mailers_repr() -> None:
    assert PASSWORD not in repr(Mailer("mail.example", 587, "starttls", SENDER, *ACCOUNT))


def test_without_a_mail_server_there_is_no_mailer(tmp_path: Path) -> None:
    assert mailer(from_environ(environment(Ports(), tmp_path) | {"SMTP_HOST": ""})) is None


def test_the_settings_make_a_mailer(tmp_path: Path) -> None:
    mail = {"SMTP_HOST": "mail.example", "SMTP_PORT": "465", "SMTP_SECURITY": "tls", "MAIL_FROM": SENDER}
    sign_in = {"SMTP_USER": "mail-user", "SMTP_PASSWORD": PASSWORD}
    settings = from_environ(environment(Ports(), tmp_path) | mail | sign_in)
    assert mailer(settings) == Mailer("mail.example", 465, "tls", SENDER, "mail-user", PASSWORD)


def mail_to(catcher: MailCatcher, security: str = "none", account: tuple[str, str] = ("", ""), **time: float) -> Mailer:
    return Mailer("127.0.0.1", catcher.smtp_port, security, SENDER, *account, **time)


def told(kind: type[NotSent], mailer: Mailer) -> str:
    """What a mail that does not go is told as, having looked that it says nothing private."""
    with pytest.raises(NotSent) as fault:
        mailer.send(letter(), RECIPIENT)
    assert type(fault.value) is kind
    whole = "".join(traceback.format_exception(fault.value)) + repr(fault.value)
    assert not any(word in whole for word in ("district.example", "casey", "hidden", "mailbox", "127.0.0.1"))
    return str(fault.value)


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Vencerá pronto – 14 days"
    message["From"], message["To"], message["Message-ID"] = SENDER, RECIPIENT, "<1@district.example>"
    message.set_content("\n".join(["Los datos vencerán.", ".", "..two dots", "x" * 2000]))
    message.add_alternative("<p>Los datos vencerán.</p>\n", subtype="html")
    return message


AUTHORITY = trustme.CA()


def certified(host: str, authority: trustme.CA = AUTHORITY) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def aged(context: ssl.SSLContext) -> ssl.SSLContext:
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.fixture(autouse=True)
def trusted(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the authority of these tests."""
    bundle = tmp_path_factory.mktemp("authority") / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))


@pytest.fixture
def catch() -> Iterator[Catch]:
    """Starts mail catchers that end with the test."""
    with ExitStack() as started:
        yield lambda **options: started.enter_context(MailCatcher(**options))


@pytest.fixture
def catcher(catch: Catch) -> MailCatcher:
    return catch()


@pytest.fixture
def say() -> Iterator[Callable[..., int]]:
    """The port of a server that says this to whoever comes first, so many seconds a byte."""
    talks = []

    def begin(words: bytes, pace: float = 0) -> int:
        listening = socket.create_server(("127.0.0.1", 0))
        talks.append(Thread(target=speak, args=(listening, words, pace)))
        talks[-1].start()
        return listening.getsockname()[1]

    yield begin
    wait_until(lambda: not any(talk.is_alive() for talk in talks))


def speak(listening: socket.socket, words: bytes, pace: float) -> None:
    with listening, suppress(OSError):
        guest, _ = listening.accept()
        with guest:
            for at in range(len(words)):
                guest.sendall(words[at : at + 1])
                time.sleep(pace)
