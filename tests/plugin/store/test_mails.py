"""Mails on their way, on both databases: each notice once, each mail taken by one, doubts kept."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy

from plugin.store.credentials import CredentialSets
from plugin.store.database import Database
from plugin.store.mail_record import Mail, State
from plugin.store.mails import Mails, Notice
from plugin.store.tables import mails as table
from plugin.store.vault import Vault

LEA, OTHER = "19999990000000", "19999990099999"
ADDRESSES = ["ada@poppyvalley.example", "grace@poppyvalley.example"]
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


@pytest.fixture
def notice(now: datetime.datetime) -> Notice:
    return Notice(LEA, 1, "due-14", now)


@pytest.fixture
def mails(database: Database, vault: Vault, notice: Notice, now: datetime.datetime) -> Mails:
    """With one notice that was told to two addresses."""
    mails = Mails(database, vault)
    assert mails.tell(notice, ADDRESSES, now, domain="sidecar.example")
    return mails


def drain(mails: Mails, now: datetime.datetime) -> list[Mail]:
    return list(iter(lambda: mails.attempts.take(now), None))


def test_a_notice_is_told_once(mails, notice, now):
    assert mails.told(LEA, 1) == {notice}
    assert not mails.tell(notice, ADDRESSES, now + DAY, domain="sidecar.example")
    assert len(mails.of(LEA)) == 2


def test_nobody_is_told_of_another_leas_or_versions_notices(mails):
    assert mails.told(OTHER, 1) == mails.told(LEA, 2) == set()
    assert mails.of(OTHER) == []


def test_a_mail_is_taken_once(mails, now):
    assert sorted(mail.recipient for mail in drain(mails, now)) == ADDRESSES


def test_of_many_who_take_at_once_each_gets_another_mail(connect, mails, vault, notice, now):
    for number in range(20):
        mails.tell(Notice(LEA, 1, f"kind-{number}", now), ADDRESSES, now, domain="sidecar.example")
    workers = [Mails(connect(1), vault) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        taken = [mail for some in threads.map(drain, workers, [now] * 4) for mail in some]
    assert len(taken) == 42 == len({mail.message_id for mail in taken})


def test_nothing_is_taken_before_it_is_due(mails, now):
    assert mails.attempts.take(now - MINUTE) is None


def test_what_is_put_off_comes_again_with_the_same_id(mails, now):
    first = drain(mails, now)
    for mail in first:
        mails.attempts.settle(mail.message_id, State.WAITING, "busy", due_at=now + 5 * MINUTE)
    assert drain(mails, now + 4 * MINUTE) == []
    again = drain(mails, now + 5 * MINUTE)
    assert {mail.message_id for mail in again} == {mail.message_id for mail in first}
    assert {mail.attempts for mail in again} == {2}


def test_what_is_settled_stays_settled(mails, now):
    [first, second] = drain(mails, now)
    mails.attempts.settle(first.message_id, State.SENT)
    mails.attempts.settle(first.message_id, State.REFUSED, "too late")
    mails.attempts.settle(second.message_id, State.REFUSED, "550")
    mails.attempts.tidy(now + DAY)
    assert drain(mails, now + 10 * DAY) == []
    assert {mail.message_id: (mail.state, mail.outcome) for mail in mails.of(LEA)} == {
        first.message_id: (State.SENT, ""),
        second.message_id: (State.REFUSED, "550"),
    }


def test_what_nobody_settles_is_unknown_and_comes_once_more_a_day_later(mails, now):
    drain(mails, now)
    mails.attempts.tidy(now + 4 * MINUTE)
    assert {mail.state for mail in mails.of(LEA)} == {State.SENDING}
    mails.attempts.tidy(now + 5 * MINUTE)
    assert {(mail.state, mail.doubts) for mail in mails.of(LEA)} == {(State.UNKNOWN, 1)}
    assert drain(mails, now + DAY - MINUTE) == []
    assert len(drain(mails, now + DAY)) == 2
    mails.attempts.tidy(now + 2 * DAY)
    assert {(mail.state, mail.doubts, mail.due_at) for mail in mails.of(LEA)} == {(State.UNKNOWN, 2, None)}
    assert drain(mails, now + 10 * DAY) == []


def test_nothing_goes_about_a_set_that_is_not_the_newest(database, mails, vault, now):
    sets, kept = CredentialSets(database, vault), {"expires_on": now.date(), "saved_by": "somebody", "now": now}
    sets.save(LEA, "user", "secret", **kept)
    assert mails.attempts.take(now) is not None
    sets.save(LEA, "user", "secret", **kept, replaces=1)
    assert mails.attempts.take(now) is None
    mails.attempts.tidy(now + DAY)
    assert sorted((mail.state, mail.due_at) for mail in mails.of(LEA)) == [
        (State.UNKNOWN, None),
        (State.WITHDRAWN, None),
    ]


def test_withdrawing_takes_back_one_kind_of_one_lea(mails, now):
    for lea in (LEA, OTHER):
        mails.tell(Notice(lea, 1, "refused", now), ADDRESSES[:1], now, domain="sidecar.example")
    mails.withdraw(LEA, "refused")
    assert sorted((mail.lea_cds, mail.kind) for mail in drain(mails, now)) == [
        (LEA, "due-14"),
        (LEA, "due-14"),
        (OTHER, "refused"),
    ]


def test_an_address_is_sealed_and_bound_to_its_mail(database, mails, now):
    with database.read() as connection:
        kept = connection.execute(sqlalchemy.select(table.c.recipient)).scalars().all()
    assert not any(address.encode() in one for one in kept for address in ADDRESSES)
    with database.begin() as connection:
        connection.execute(sqlalchemy.update(table).values(recipient=kept[0]))
    assert sorted(mail.recipient != "" for mail in mails.of(LEA)) == [False, True]


def test_a_message_id_is_never_the_same_and_names_our_host(mails):
    ids = [mail.message_id for mail in mails.of(LEA)]
    assert len(set(ids)) == 2
    assert all(one.startswith("<") and one.endswith("@sidecar.example>") for one in ids)


def test_nobodys_address_stands_in_a_mails_repr(mails):
    assert "poppyvalley" not in repr(mails.of(LEA))


def test_what_is_not_finished_is_told_with_the_next_one_first(mails, now):
    assert [mail.state for mail in mails.unfinished()] == [State.WAITING] * 2
    sent, unclear = mails.attempts.take(now), mails.attempts.take(now)
    mails.attempts.settle(sent.message_id, State.SENT)
    mails.attempts.settle(unclear.message_id, State.UNKNOWN, due_at=now + DAY)
    mails.tell(Notice(OTHER, 1, "due-7", now), ADDRESSES[:1], now, domain="sidecar.example")
    told = [(mail.lea_cds, mail.state, mail.due_at) for mail in mails.unfinished()]
    assert told == [(OTHER, State.WAITING, now), (LEA, State.UNKNOWN, now + DAY)]
