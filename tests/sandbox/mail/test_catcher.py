"""The stand-in from Python; how it treats a mail is shown in tests/plugin/test_mail.py."""

import smtplib
import socket

import pytest

from sandbox.mail import MailCatcher


def test_mails_come_newest_first_and_can_be_forgotten(catcher, send) -> None:
    send("one")
    send("two")
    assert [mail.subject for mail in catcher.mails] == ["two", "one"]
    catcher.forget()
    assert not catcher.mails
    send("three")
    assert [(mail.number, mail.subject) for mail in catcher.mails] == [(3, "three")]


def test_a_fault_spoils_as_many_mails_as_it_says(catcher, send) -> None:
    catcher.faults["busy"] = 2
    for subject in ("one", "two"):
        with pytest.raises(Exception, match="recipient 451"):
            send(subject)
    send("three")
    assert [mail.subject for mail in catcher.mails] == ["three"]


def test_it_listens_on_loopback_only(catcher) -> None:
    for port in (catcher.smtp_port, int(catcher.url.rpartition(":")[2])):
        with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=1):
            pass


def test_stopping_ends_the_conversations_too() -> None:
    with MailCatcher() as catcher:
        smtp = smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=20)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp.noop()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", catcher.smtp_port))


def test_a_taken_port_is_an_error(catcher) -> None:
    with pytest.raises(OSError, match="in use"):
        MailCatcher(smtp_port=catcher.smtp_port)
    with pytest.raises(OSError, match="in use"):
        MailCatcher(int(catcher.url.rpartition(":")[2]))
