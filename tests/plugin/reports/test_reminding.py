"""Reminders and alerts about credentials: each once, to everybody, late rather than never, none after renewal."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plugin.mail import Delayed, Refused, Unclear
from plugin.reports.reminding import next_reminder, reminders
from plugin.store.credentials import CredentialsRecord
from plugin.store.mail_record import State
from plugin.store.trials import NO_SET
from tests.office import ADDRESS, LEA, Office, pacific

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Its set was saved on 1 September 2026 for 90 days: until 30 November."""
    office = Office(tmp_path, pacific(2026, 9, 1, 10))
    office.save(days=90)
    office.write_to(ADDRESS)
    yield office
    office.close()


def subjects(office: Office, *moment: int) -> list[str]:
    office.now = pacific(*moment)
    return [message["Subject"] for message in office.tell()]


def states(office: Office) -> list[State]:
    return [mail.state for mail in office.services.mails.of(LEA)]


def refuse(office: Office, times: int) -> None:
    [record] = office.services.credentials.describe()
    for _ in range(times):
        office.services.trials.refused(LEA, record.version, office.now)


def test_they_go_two_weeks_one_week_three_days_and_one_day_before_and_on_the_day(office):
    told, office.now = {}, pacific(2026, 11, 14)
    while office.now < pacific(2026, 12, 3):
        office.now += HOUR
        for message in office.tell():
            told[office.now.strftime("%m-%d %H")] = message["Subject"]
    assert told == {
        "11-16 07": f"State credentials of {LEA} expire in 14 days",
        "11-23 07": f"State credentials of {LEA} expire in 7 days",
        "11-27 07": f"State credentials of {LEA} expire in 3 days",
        "11-29 07": f"State credentials of {LEA} expire tomorrow",
        "11-30 07": f"State credentials of {LEA} expire today",
    }


def test_nothing_goes_before_seven_in_the_morning(office):
    assert subjects(office, 2026, 11, 16, 6, 59) == []
    assert len(subjects(office, 2026, 11, 16, 7, 0)) == 1


def test_seven_in_the_morning_is_seven_on_the_day_the_clocks_change():
    saved = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    record = CredentialsRecord(LEA, saved, "somebody", datetime.date(2026, 3, 9), 1)
    assert [due_at.astimezone(datetime.UTC).hour for _kind, due_at in reminders(record)] == [15, 15, 15, 14, 14]


def test_a_set_saved_after_a_reminders_day_is_not_reminded_of_it(office):
    office.now = pacific(2026, 10, 1, 12)
    office.save(days=7)
    assert subjects(office, 2026, 10, 1, 13) == []
    assert subjects(office, 2026, 10, 5, 8) == [f"State credentials of {LEA} expire in 3 days"]


def test_after_downtime_what_was_missed_goes_late_and_says_so(office):
    office.now = pacific(2026, 11, 24, 9)
    messages = office.tell()
    assert [message["Subject"] for message in messages] == [f"State credentials of {LEA} expire in 6 days"] * 2
    assert "This reminder was due on Monday, November 16, 2026, 7:00 AM Pacific time" in text(messages[0])


def test_a_reminder_in_time_does_not_say_that_it_is_late(office):
    office.now = pacific(2026, 11, 16, 9)
    [message] = office.tell()
    assert "could not be sent earlier" not in text(message)


def test_after_renewal_nothing_goes_about_the_older_set(office):
    office.postbox.refuse(Delayed("busy"))
    assert subjects(office, 2026, 11, 16, 8) == []
    office.save(days=90)
    office.postbox.refuse(None)
    assert subjects(office, 2026, 11, 30, 8) == []
    assert states(office) == [State.WITHDRAWN]


def test_a_later_last_day_is_a_renewal_too(office):
    [record] = office.services.credentials.describe()
    day = datetime.date(2027, 9, 1)
    office.services.credentials.change_day(LEA, day, saved_by="somebody", now=office.now, replaces=record.version)
    assert subjects(office, 2026, 11, 30, 8) == []


def test_every_address_gets_one_of_its_own(office):
    office.write_to("one@poppyvalley.example", "two@poppyvalley.example")
    subjects(office, 2026, 11, 16, 8)
    subjects(office, 2026, 11, 16, 9)
    assert sorted(recipient for recipient, _ in office.postbox.posted) == [
        "one@poppyvalley.example",
        "two@poppyvalley.example",
    ]


def test_without_an_address_they_wait_for_one(office):
    office.write_to()
    assert subjects(office, 2026, 11, 16, 8) == []
    office.write_to(ADDRESS)
    assert len(subjects(office, 2026, 11, 17, 8)) == 1


def test_several_workers_at_once_send_each_once(office):
    office.write_to(*(f"{number}@poppyvalley.example" for number in range(10)))
    office.now = pacific(2026, 11, 30, 8)
    workers = [office.worker() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(office.tell, workers))
    assert len(office.postbox.posted) == 50
    assert len({message["Message-ID"] for _recipient, message in office.postbox.posted}) == 50


def test_the_first_refusal_is_told_to_nobody_and_the_second_at_once(office):
    office.now = pacific(2026, 10, 1, 12)
    refuse(office, 1)
    assert subjects(office, 2026, 10, 1, 12) == []
    refuse(office, 1)
    assert subjects(office, 2026, 10, 1, 12, 1) == [
        f"The state refuses the credentials of {LEA}: score reports are closed"
    ]
    refuse(office, 20)
    assert subjects(office, 2026, 10, 1, 12, 2) == []


def test_a_set_that_worked_and_is_refused_in_mid_life_is_told_as_replaced(office):
    [record] = office.services.credentials.describe()
    office.services.trials.worked(LEA, record.version, office.now)
    refuse(office, 2)
    [message] = office.tell()
    assert message["Subject"] == f"State credentials of {LEA} were replaced: score reports are closed"
    assert "a newer set, perhaps for another system" in " ".join(text(message).split())


def test_an_alert_that_is_no_longer_true_is_withdrawn(office):
    refuse(office, 2)
    office.postbox.refuse(Delayed("busy"))
    office.tell()
    office.services.trials.worked(LEA, 1, office.now)
    office.postbox.refuse(None)
    assert subjects(office, 2026, 9, 1, 14) == []
    assert states(office) == [State.WITHDRAWN]


def test_a_set_that_fails_anew_is_told_anew(office):
    refuse(office, 2)
    office.tell()
    office.now += DAY
    office.services.trials.worked(LEA, 1, office.now)
    office.tell()
    office.now += DAY
    refuse(office, 2)
    assert len(office.tell()) == 1


def test_a_set_that_cant_be_opened_any_more_is_told_at_once_and_once(office):
    office.now = pacific(2026, 10, 1, 12)
    office.lose_key()
    [message] = office.tell()
    assert message["Subject"] == f"State credentials of {LEA} can't be opened: score reports are closed"
    assert "It was noticed on Thursday, October 1, 2026, 12:00 PM Pacific time" in text(message)
    assert subjects(office, 2026, 10, 2, 12) == []
    office.save(days=90)
    assert subjects(office, 2026, 10, 3, 12) == []


def test_that_it_cant_be_opened_is_withdrawn_when_the_key_is_back(office):
    with_the_key = office.services
    office.lose_key()
    office.postbox.refuse(Delayed("busy"))
    office.tell()
    office.services = with_the_key
    office.postbox.refuse(None)
    assert subjects(office, 2026, 9, 1, 14) == []
    assert states(office) == [State.WITHDRAWN]


def test_what_was_withdrawn_before_anybody_read_it_is_told_when_it_is_true_again(office):
    with_the_key = office.services
    office.lose_key()
    without = office.services
    office.postbox.refuse(Delayed("busy"))
    office.tell()
    assert office.tell(with_the_key) == []
    office.postbox.refuse(None)
    [message] = office.tell(without)
    assert "can't be opened" in message["Subject"]
    assert office.tell(with_the_key) == office.tell(without) == []


def test_that_families_ask_for_reports_of_an_lea_without_a_set_is_told_once(office):
    charter, contacts = "19999990999003", office.services.contacts
    contacts.save(charter, [ADDRESS], "", replaces=0, by="somebody", now=office.now)
    assert subjects(office, 2026, 10, 1, 12) == []
    for _ in range(3):
        office.services.trials.refused(charter, NO_SET, office.now)
    [message] = office.tell()
    assert message["Subject"] == f"No state credentials of {charter} are saved: its score reports are closed"
    assert "The first one asked on Thursday, October 1, 2026, 12:00 PM Pacific time" in text(message)
    assert subjects(office, 2026, 10, 2, 12) == []


def test_once_a_set_is_saved_nobody_is_told_that_there_was_none(office):
    charter, contacts, day = "19999990999003", office.services.contacts, datetime.date(2027, 9, 1)
    contacts.save(charter, [ADDRESS], "", replaces=0, by="somebody", now=office.now)
    office.services.trials.refused(charter, NO_SET, office.now)
    office.postbox.refuse(Delayed("busy"))
    office.tell()
    office.services.credentials.save(charter, "user", "secret", expires_on=day, saved_by="somebody", now=office.now)
    office.postbox.refuse(None)
    assert subjects(office, 2026, 9, 1, 14) == []
    assert [mail.state for mail in office.services.mails.of(charter)] == [State.WITHDRAWN]


def test_a_mail_server_that_puts_off_is_asked_again_ever_more_rarely(office):
    office.postbox.refuse(Delayed("busy"))
    tried, office.now = [], pacific(2026, 11, 16, 7)
    for minute in range(300):
        attempts = [mail.attempts for mail in office.services.mails.of(LEA)]
        office.tell()
        tried += [minute] * ([mail.attempts for mail in office.services.mails.of(LEA)] != attempts)
        office.now += datetime.timedelta(minutes=1)
    assert tried == [0, 5, 15, 35, 75, 135, 195, 255]
    office.postbox.refuse(None)
    office.now += HOUR
    assert len(office.tell()) == 1


def test_a_refused_address_is_not_tried_again_and_the_others_are_sent(office):
    office.write_to("gone@poppyvalley.example", ADDRESS)
    refusals = iter([Refused("550")])

    def refuse_the_first() -> None:
        if fault := next(refusals, None):
            raise fault

    office.postbox.answer = refuse_the_first
    assert len(subjects(office, 2026, 11, 16, 8)) == 1
    assert subjects(office, 2026, 11, 20, 8) == []
    assert sorted(states(office)) == [State.REFUSED, State.SENT]


def test_an_unclear_outcome_is_tried_once_more_a_day_later_with_the_same_id(office):
    seen = []
    office.postbox.refuse(Unclear("the line broke"))
    letter = office.letter
    office.letter = lambda mail: seen.append((office.now, mail.message_id)) or letter(mail)
    begin = office.now = pacific(2026, 11, 16, 8)
    while office.now < pacific(2026, 11, 20, 8):
        office.tell()
        office.now += HOUR
    assert [(moment - begin, message_id) for moment, message_id in seen] == [
        (datetime.timedelta(0), seen[0][1]),
        (DAY, seen[0][1]),
    ]
    assert states(office) == [State.UNKNOWN]


def test_what_a_killed_worker_was_sending_is_unknown_and_tried_once_more_a_day_later(office):
    office.now = killed = pacific(2026, 11, 16, 8)
    office.postbox.answer = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        office.tell()
    office.postbox.refuse(None)
    office.now = killed + datetime.timedelta(minutes=6)
    assert office.tell() == []
    assert states(office) == [State.UNKNOWN]
    office.now = killed + DAY - datetime.timedelta(minutes=1)
    assert office.tell() == []
    office.now = killed + DAY + datetime.timedelta(minutes=6)
    assert len(office.tell()) == 1
    assert states(office) == [State.SENT]


def test_the_page_can_say_when_the_next_one_goes(office):
    [record] = office.services.credentials.describe()
    assert next_reminder(record, pacific(2026, 11, 20)) == pacific(2026, 11, 23, 7)
    assert next_reminder(record, pacific(2026, 11, 30, 8)) is None


def test_a_letter_says_what_to_do_and_neither_secret_nor_user_name(office):
    office.now = pacific(2026, 11, 16, 8)
    [message] = office.tell()
    plain, html = text(message), message.get_body(("html",)).get_content()
    for body in (plain, html):
        words = " ".join(body.split())
        assert "Regenerate Credentials" in words
        assert "http://localhost:8000/launch/setup" in words
        assert "SEIS" in words
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == ADDRESS


def test_what_the_office_typed_about_other_systems_is_text_in_a_letter(office):
    contacts = office.services.contacts
    contacts.save(LEA, [ADDRESS], "<b>SEIS</b> & CERS", replaces=1, by="somebody", now=office.now)
    office.now = pacific(2026, 11, 16, 8)
    [message] = office.tell()
    assert "<b>SEIS</b> & CERS" in text(message)
    assert "&lt;b&gt;SEIS&lt;/b&gt; &amp; CERS" in message.get_body(("html",)).get_content()


def text(message) -> str:
    return message.get_body(("plain",)).get_content()
