"""Mails that came back, as mail servers word it, and everything else that may come down the same pipe."""

from __future__ import annotations

import pytest

from plugin.reports.notices import bounces
from plugin.reports.notices.bounces import KEPT, NOT_ONE, NOT_OURS
from plugin.store.releases import Telling
from tests.households import Households

WHOLE = "Content-Type: message/rfc822\n\nMessage-ID: {id}\nSubject: New score report\n\nDear parent\n"
HEADERS = "Content-Type: text/rfc822-headers\n\nReceived: by mail.example\nMessage-Id: {id}\n"


def notification(original: str, action: str = "failed", status: str = "5.1.1", more: str = "") -> bytes:
    return f"""From: MAILER-DAEMON@mail.example
To: score-reports@poppyvalley.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to say that ada@family.example has no mailbox here.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Thu, 1 Oct 2026 10:00:00 -0700

Final-Recipient: rfc822; ada@family.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} ada@family.example
{more}
--b
{original}
--b--
""".encode()


@pytest.fixture
def told(households: Households) -> str:
    """The Message-ID of a mail that was taken."""
    households.enrol(1, "ada@family.example")
    households.find(1)
    households.round()
    assert households.told == {Telling.TOLD: 1}
    return households.mails[0].message_id


@pytest.mark.parametrize("original", [WHOLE, HEADERS])
def test_a_mail_that_came_back_counts_as_refused_and_its_address_is_kept(households, told, original):
    assert bounces.keep(households.services, notification(original.format(id=told))) == KEPT
    assert households.told == {Telling.REFUSED: 1}
    assert [mail.outcome for mail in households.mails] == ["bounced 5.1.1"]
    assert households.services.refusals.addresses() == {"ada@family.example"}


@pytest.mark.parametrize(
    ("status", "is_kept"),
    [("5.0.0", True), ("5.2.1", True), ("5.2.2", False), ("5.7.1", False), ("5.4.4", False), ("4.4.7", False)],
)
def test_only_what_says_that_nobody_is_there_keeps_the_address(households, told, status, is_kept):
    assert bounces.keep(households.services, notification(WHOLE.format(id=told), status=status)) == KEPT
    assert households.told == {Telling.REFUSED: 1}
    assert bool(households.services.refusals.addresses()) == is_kept


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_is_not_a_failure_changes_nothing(households, told, action):
    assert bounces.keep(households.services, notification(WHOLE.format(id=told), action)) == NOT_ONE
    assert households.told == {Telling.TOLD: 1}


@pytest.mark.parametrize("status", ["2.0.0", "550", "5.1", "5.1.1111", "", "5.1.1; DROP"])
def test_a_status_is_taken_for_one_only_where_it_is_one(status):
    read = bounces.read(notification(WHOLE.format(id="<a@b>"), status=status))
    assert (read.status if read else "") == ("5.1.1" if status.startswith("5.1.1;") else "")


def test_where_a_mail_was_handed_on_and_came_back_from_one_of_two_places_it_arrived(households, told):
    other = "\nFinal-Recipient: rfc822; ben@family.example\nAction: delivered\nStatus: 2.0.0\n"
    assert bounces.keep(households.services, notification(WHOLE.format(id=told), more=other)) == NOT_ONE


def test_the_same_notification_again_changes_nothing(households, told):
    raw = notification(WHOLE.format(id=told))
    assert [bounces.keep(households.services, raw) for _ in range(2)] == [KEPT, NOT_OURS]


def test_a_notification_about_somebody_elses_mail_changes_nothing(households, told):
    assert bounces.keep(households.services, notification(WHOLE.format(id="<other@mail.example>"))) == NOT_OURS
    assert households.told == {Telling.TOLD: 1}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\xff\xfe",
        b"Subject: Thank you\n\nWhen may we come?\n",
        b"Content-Type: multipart/report\n\nno parts",
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n--b--\n",
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n--b--\n",
        notification("Content-Type: text/plain\n\nnothing of it"),
        notification(WHOLE.replace("Message-ID: {id}\n", "")),
    ],
)
def test_whatever_else_comes_is_ignored(households, raw):
    assert bounces.keep(households.services, raw) == NOT_ONE


def test_cut_off_anywhere_a_notification_is_read_or_ignored():
    raw = notification(WHOLE.format(id="<a@b>"))
    assert {bounces.read(raw[:end]) for end in range(0, len(raw), 7)} <= {None, bounces.Bounce("<a@b>", "5.1.1")}
