"""Mails on their way to a real mail server, with everything that it can answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.mail import Mailer
from plugin.reports.mailing import deliver
from plugin.reports.reminding import remind
from plugin.store.mail_record import Mail, State
from sandbox.mail import MailCatcher
from tests.office import ADDRESS, LEA, Office, pacific

DAY = datetime.timedelta(days=1)


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    with MailCatcher() as catcher:
        yield catcher


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The first reminder of its set is due."""
    office = Office(tmp_path, pacific(2026, 9, 1, 10))
    office.save(days=90)
    office.write_to(ADDRESS)
    office.now = pacific(2026, 11, 16, 8)
    yield office
    office.close()


def send_what_is_due(office: Office, catcher: MailCatcher) -> Mail:
    """The one mail, as it stands on record afterwards."""
    mailer = Mailer("127.0.0.1", catcher.smtp_port, "none", office.postbox.sender)
    remind(office.services)
    deliver(office.services.mails.attempts, mailer, office.letter, lambda: office.now)
    [mail] = office.services.mails.of(LEA)
    return mail


def test_a_reminder_arrives_as_text_and_as_html_once(office, catcher):
    send_what_is_due(office, catcher)
    mail = send_what_is_due(office, catcher)
    [caught] = catcher.mails
    assert (mail.state, mail.outcome) == (State.SENT, "")
    assert (caught.sender, caught.recipients) == (office.postbox.sender, (ADDRESS,))
    assert (caught.subject, caught.message_id) == (f"State credentials of {LEA} expire in 14 days", mail.message_id)
    assert "Electronic Reporting Communication Setup" in caught.text
    assert "Electronic Reporting Communication Setup" in caught.html


def test_what_broke_off_after_the_text_is_tried_once_more_a_day_later_with_the_same_id(office, catcher):
    catcher.faults["drop_after_text"] = None
    assert send_what_is_due(office, catcher).state is State.UNKNOWN
    office.now += DAY / 2
    assert send_what_is_due(office, catcher).attempts == 1
    for _ in range(3):
        office.now += DAY
        mail = send_what_is_due(office, catcher)
    assert (mail.state, mail.outcome, mail.attempts) == (State.UNKNOWN, "text", 2)
    assert [caught.message_id for caught in catcher.mails] == [mail.message_id] * 2


@pytest.mark.parametrize(("fault", "outcome"), [("busy", "recipient 451 4.3.2"), ("drop", "recipient")])
def test_what_was_put_off_goes_later(office, catcher, fault, outcome):
    catcher.faults[fault] = 1
    mail = send_what_is_due(office, catcher)
    assert (mail.state, mail.outcome) == (State.WAITING, outcome)
    office.now += datetime.timedelta(minutes=5)
    assert send_what_is_due(office, catcher).state is State.SENT
    assert len(catcher.mails) == 1


@pytest.mark.parametrize(("fault", "outcome"), [("refuse", "recipient 550 5.1.1"), ("refuse_text", "text 554 5.6.0")])
def test_what_was_refused_is_not_tried_again(office, catcher, fault, outcome):
    catcher.faults[fault] = 1
    mail = send_what_is_due(office, catcher)
    assert (mail.state, mail.outcome) == (State.REFUSED, outcome)
    office.now += DAY
    assert send_what_is_due(office, catcher).attempts == 1
    assert not catcher.mails
