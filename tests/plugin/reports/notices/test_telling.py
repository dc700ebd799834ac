"""Rounds of telling: each adult once, whatever dies at whatever step, and nobody forgotten."""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import fields, replace

import pytest
from sqlalchemy import Connection

from plugin.mail import Delayed, Refused, Unclear
from plugin.model import Lea
from plugin.reports.mailing import GIVEN_UP, PUT_OFF, TOO_MANY
from plugin.reports.notices.flow import NO_RELAY, NO_SERVER, outlook
from plugin.reports.notices.telling import AT_A_TIME, tell
from plugin.reports.services import Services
from plugin.store.database import Database
from plugin.store.mail_record import State
from plugin.store.releases import Telling
from tests.households import Households
from tests.office import LEA as CDS

LEA = Lea(CDS, "Poppy Valley Unified")
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)
ADDRESSES = [f"{name}@family.example" for name in ("ada", "ben", "cleo")]


class Killed(BaseException):
    """Nothing of ours catches it."""


@pytest.fixture
def found(households: Households) -> Households:
    """Three students were found: one of two parents, one of one, one of nobody who has an address."""
    households.enrol(1, "ada@family.example", "ben@family.example")
    households.enrol(2, "cleo@family.example", language="KOR")
    households.enrol(3, "")
    households.find(1, 2, 3)
    return households


def test_everybody_who_may_be_told_gets_one_mail(found):
    found.round()
    assert found.posted() == ADDRESSES
    assert found.told == {Telling.TOLD: 2, Telling.NOBODY: 1}


def test_a_second_round_tells_nobody_again(found):
    for _ in range(3):
        found.round()
        found.now += DAY
    assert found.posted() == ADDRESSES


def test_a_later_search_that_finds_more_of_the_same_release_tells_nobody_again(found):
    found.round()
    found.find(1, 2, 3)
    found.round()
    assert found.posted() == ADDRESSES


def test_of_several_workers_each_mail_is_sent_by_one(found):
    found.enrol(4, *(f"{number}@family.example" for number in range(20)))
    found.find(4)
    workers = [found.worker() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(found.round, workers))
    assert Counter(found.posted()) == Counter([*ADDRESSES, *(f"{number}@family.example" for number in range(20))])


def test_who_may_not_be_told_any_more_gets_no_mail_that_waited_for_hours(found):
    found.postbox.refuse(Delayed("connection"))
    found.round()
    found.enrol(1, "ben@family.example")
    found.school.contacts[2] = []
    found.postbox.refuse(None)
    found.now += 3 * HOUR
    found.round()
    assert found.posted() == ["ben@family.example"]
    assert found.told == {Telling.TOLD: 1, Telling.NOBODY: 2}


@pytest.mark.parametrize("query", ["roster.student.contacts", "district.educational_rights.value"])
def test_a_mail_that_waited_waits_on_while_powerschool_does_not_say_who_may_be_told(found, query):
    found.postbox.refuse(Delayed("connection"))
    found.round()
    found.postbox.refuse(None)
    found.school.mute = {query}
    found.now += 3 * HOUR
    found.round()
    assert found.posted() == []
    found.school.mute = set()
    found.now += 3 * HOUR
    found.round()
    assert found.posted() == ADDRESSES


def test_while_notices_are_off_nobody_is_told_and_nobody_is_later(found):
    found.choose(enabled=False)
    found.round()
    assert found.told == {Telling.OFF: 3}
    found.choose(enabled=True)
    found.round()
    assert found.posted() == []


def test_notices_that_are_switched_off_hold_back_what_is_on_its_way(found):
    found.postbox.refuse(Delayed("connection"))
    found.round()
    found.postbox.refuse(None)
    found.choose(enabled=False)
    found.now += HOUR
    found.round()
    assert found.posted() == []
    found.choose(enabled=True)
    found.round()
    assert found.posted() == ADDRESSES


def test_without_a_mail_server_it_is_known_whom_to_write_to_and_mails_wait(found):
    tell(found.services, None)
    assert found.told == {Telling.SENDING: 2, Telling.NOBODY: 1}
    found.round()
    assert found.posted() == ADDRESSES


def test_while_powerschool_is_away_they_wait(found):
    found.school.away = True
    found.round()
    assert found.told == {Telling.WAITING: 3}
    found.school.away = False
    found.round()
    assert found.posted() == ADDRESSES


def test_a_student_whom_powerschool_does_not_tell_about_keeps_nobody_else_waiting(found):
    usual, roster = found.school.query, found.services.roster

    def query(name: str, **arguments: object) -> object:
        found.school.away = arguments.get("student_dcid") == 1
        return usual(name, **arguments)

    found.school.query = query
    found.round(replace(found.services, roster=roster))
    assert found.told == {Telling.WAITING: 1, Telling.TOLD: 1, Telling.NOBODY: 1}


@pytest.mark.parametrize("mute", [set(), {"district.release_block.all"}])
def test_the_family_of_a_blocked_student_is_told_that_the_school_hands_it_over(found, mute):
    found.school.blocked, found.school.mute = {2}, mute
    found.round()
    assert {mail.recipient: mail.kind for mail in found.mails} == {
        "ada@family.example": "released",
        "ben@family.example": "released",
        "cleo@family.example": "blocked",
    }
    assert found.services.tellings.of_search(1)[Telling.TOLD, True] == 1


def test_a_mail_that_waited_for_days_says_what_holds_of_the_block_by_now(found):
    found.school.blocked = {2}
    found.postbox.refuse(Delayed("busy"))
    found.round()
    assert [mail.kind for mail in found.mails] == ["released", "released", "blocked"]
    found.school.blocked = {1}
    found.postbox.refuse(None)
    found.now += 2 * DAY
    found.round()
    said = {recipient: message.get_body(("plain",)).get_content() for recipient, message in found.postbox.posted}
    assert sorted(said) == ADDRESSES
    assert ["not shown in the PowerSchool portal" in said[one] for one in ADDRESSES] == [True, True, False]
    assert [mail.kind for mail in found.mails] == ["blocked", "blocked", "released"]


def test_a_block_that_cannot_be_read_counts_as_one(found):
    found.school.mute = {"district.hidden_contact.all", "district.hidden_contact.value"}
    found.round()
    assert {mail.kind for mail in found.mails} == {"blocked"}


def test_where_rights_cannot_be_read_the_release_is_one_to_follow_up(found):
    found.school.mute = {"district.educational_rights.value"}
    found.round()
    assert found.told == {Telling.WAITING: 3}
    found.now += DAY
    found.round()
    assert found.told == {Telling.NOBODY: 3}


def test_rights_that_can_be_read_again_the_same_day_keep_nobody_from_being_told(found):
    found.school.mute = {"district.educational_rights.value"}
    found.round()
    found.school.mute = set()
    found.now += HOUR
    found.round()
    assert found.posted() == ADDRESSES


def test_an_address_is_not_blamed_for_a_mail_server_that_has_enough_for_today(found):
    found.postbox.refuse(Refused("recipient 550 5.4.5"))
    found.round()
    assert found.told == {Telling.REFUSED: 2, Telling.NOBODY: 1}
    assert found.services.refusals.addresses() == frozenset()


def test_an_address_that_is_refused_is_written_to_no_more(found):
    found.postbox.refuse(Refused("recipient 550"))
    found.round()
    assert found.told == {Telling.REFUSED: 2, Telling.NOBODY: 1}
    found.postbox.refuse(None)
    found.enrol(5, "Ada@family.example")
    found.enrol(6, "other@family.example")
    found.find(5, 6)
    found.round()
    assert found.posted() == ["other@family.example"]


def test_a_text_that_is_refused_says_nothing_about_the_address(found):
    found.postbox.refuse(Refused("text 554"))
    found.round()
    assert found.services.refusals.addresses() == frozenset()


def test_an_unclear_outcome_is_tried_once_more_a_day_later_with_the_same_id(found):
    found.postbox.refuse(Unclear("text"))
    for _ in ADDRESSES:
        found.round()
    ids = {mail.message_id for mail in found.mails}
    assert found.told == {Telling.UNKNOWN: 2, Telling.NOBODY: 1}
    found.postbox.refuse(None)
    found.now += DAY - MINUTE
    found.round()
    assert found.posted() == []
    found.now += MINUTE
    found.round()
    assert found.posted() == ADDRESSES
    assert {message["Message-ID"] for _, message in found.postbox.posted} == ids
    assert found.told == {Telling.TOLD: 2, Telling.NOBODY: 1}


def test_a_mail_server_that_cannot_be_reached_ends_the_round_and_loses_nobody(found):
    found.postbox.refuse(Delayed("connection"))
    found.round()
    assert sum(mail.attempts for mail in found.mails) <= 4  # one for each that was being tried
    found.postbox.refuse(None)
    found.now += HOUR
    found.round()
    assert found.posted() == ADDRESSES


def test_a_busy_mailbox_keeps_no_other_family_waiting_and_is_given_up_after_three_days(found):
    def busy(message: object, recipient: str) -> None:
        if recipient == "cleo@family.example":
            raise Delayed("recipient 452")
        found.postbox.posted.append((recipient, message))

    found.postbox.send = busy
    found.round()
    assert found.posted() == ["ada@family.example", "ben@family.example"]
    for _ in range(PUT_OFF - 1):
        assert found.told == {Telling.TOLD: 1, Telling.SENDING: 1, Telling.NOBODY: 1}
        found.now += GIVEN_UP / (PUT_OFF - 1)
        found.round()
    assert found.told == {Telling.TOLD: 1, Telling.REFUSED: 1, Telling.NOBODY: 1}
    assert found.services.refusals.addresses() == frozenset()


def test_a_mail_that_waited_for_days_is_not_given_up_when_it_is_put_off_for_the_first_time(found):
    tell(found.services, None)
    found.now += GIVEN_UP
    found.postbox.refuse(Delayed("recipient 451"))
    found.round()
    found.postbox.refuse(None)
    found.now += HOUR
    found.round()
    assert found.posted() == ADDRESSES


def test_a_mail_server_that_breaks_off_leaves_few_mails_unknown(households):
    households.enrol(1, *(f"{number}@family.example" for number in range(40)))
    households.find(1)
    households.postbox.refuse(Unclear("text"))
    households.round()
    assert sum(mail.state is State.UNKNOWN for mail in households.mails) <= AT_A_TIME


def test_who_is_asked_to_stop_begins_no_further_mail(found):
    found.round()
    found.enrol(4, *(f"{number}@family.example" for number in range(9)))
    found.find(4)
    tell(found.services, None)
    tell(found.services, found.postbox, lambda: True)
    assert found.posted() == ADDRESSES
    assert {mail.state for mail in found.mails} == {State.SENT, State.WAITING}


def test_a_slow_powerschool_leaves_time_for_sending(found, monkeypatch):
    monkeypatch.setattr("plugin.reports.notices.telling.ROUND", 0.0)
    found.round()
    assert found.posted() == ADDRESSES


def test_a_mail_server_that_refuses_every_address_is_not_believed_for_long(households):
    """Ours may not relay to addresses outside, which is no family's fault."""
    for dcid in range(1, 41):
        households.enrol(dcid, f"{dcid}@family.example")
    households.find(*range(1, 41))
    households.postbox.refuse(Refused("recipient 550"))
    for _ in range(5):
        households.round()
        households.now += HOUR
    assert len(households.services.refusals.addresses()) < TOO_MANY + AT_A_TIME
    assert outlook(households.services, LEA).obstacle == NO_RELAY
    households.postbox.refuse(None)
    households.round()
    told = households.told
    assert told[Telling.TOLD] + told[Telling.REFUSED] == 40
    assert told[Telling.TOLD] > 40 - TOO_MANY - AT_A_TIME
    assert outlook(households.services, LEA).obstacle == ""


def test_while_the_mail_server_cannot_be_reached_the_pages_say_so(found):
    found.postbox.refuse(Delayed("connection"))
    found.round()
    assert outlook(found.services, LEA).obstacle == NO_SERVER
    found.postbox.refuse(None)
    found.now += HOUR
    found.round()
    assert outlook(found.services, LEA).obstacle == ""


class DyingDatabase:
    """Kills whoever begins the nth writing transaction from now on, before it or after it was committed."""

    def __init__(self, database: Database, steps: int, *, after: bool) -> None:
        self.left, self._begin, self._after = steps, database.begin, after

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        self.left -= 1
        if self.left == 0 and not self._after:
            raise Killed
        with self._begin() as connection:
            yield connection
        if self.left <= 0:
            raise Killed


def dying(services: Services, steps: int, *, after: bool) -> tuple[Services, DyingDatabase]:
    """A worker that is killed at a step; each of its threads is from then on."""
    database = copy(services.mails.database)
    death = DyingDatabase(database, steps, after=after)

    def begin() -> AbstractContextManager[Connection]:
        return death.begin()

    database.begin = begin
    kept = {one.name: getattr(services, one.name) for one in fields(Services)}
    stores = {name: replace(one, database=database) for name, one in kept.items() if hasattr(one, "database")}
    return replace(services, **stores), death


@pytest.mark.parametrize("after", [False, True])
def test_killed_between_any_two_steps_nobody_is_forgotten_and_nobody_told_twice_but_what_stood_as_unknown(
    found, after, monkeypatch
):
    monkeypatch.setattr("plugin.reports.notices.telling.AT_A_TIME", 1)
    student, steps, death = 10, 0, None
    while death is None or death.left <= 0:
        steps += 1
        for dcid in (student, student + 1):
            found.enrol(dcid, f"first-{dcid}@family.example", f"second-{dcid}@family.example")
        found.find(student, student + 1)
        student += 2
        worker, death = dying(found.services, steps, after=after)
        with contextlib.suppress(Killed):
            found.round(worker)
        for wait in (MINUTE, 10 * MINUTE, DAY):
            found.now += wait
            found.round()
    assert steps > 8
    arrived = Counter(message["Message-ID"] for _, message in found.postbox.posted)
    assert Counter(mail.recipient for mail in found.mails if "-" in mail.recipient) == Counter(
        f"{which}-{dcid}@family.example" for dcid in range(10, student) for which in ("first", "second")
    )
    for mail in found.mails:
        assert (mail.state, arrived[mail.message_id]) in {(State.SENT, 1), (State.SENT, 1 + mail.doubts)}
    assert set(found.told) == {Telling.TOLD}
    assert found.services.tellings.left(CDS) == (0, 0)
