"""Mails to families on both databases: once a release, whoever does it how often, and the release knows of each."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy

from plugin.store import tables
from plugin.store.credentials import CredentialSets
from plugin.store.database import Database
from plugin.store.found_reports import FoundReport
from plugin.store.mail_record import Mail, State
from plugin.store.mails import Mails, Notice, Recipient
from plugin.store.refusals import Refusals
from plugin.store.releases import Release, Telling
from plugin.store.searched import Outcome
from plugin.store.searches import Searches
from plugin.store.searches import State as SearchState
from plugin.store.tellings import LONGEST_WAIT, Tellings
from plugin.store.vault import Vault
from tests.households import to_families

LEA, OTHER = "19999990000000", "19999990099999"
ADA, BEN = Recipient("ada@family.example", "es"), Recipient("ben@family.example", "en")
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def mails(database: Database, vault: Vault) -> Mails:
    return Mails(database, vault)


@pytest.fixture
def tellings(database: Database) -> Tellings:
    return Tellings(database)


@pytest.fixture
def waiting(database: Database, tellings: Tellings, now: datetime.datetime) -> list[Release]:
    """Three releases that a search found, the third student's release aside of another LEA."""
    find(database, LEA, [101, 102], now)
    find(database, OTHER, [201], now)
    return [*tellings.waiting(LEA, 0, 10), *tellings.waiting(OTHER, 0, 10)]


def find(database: Database, lea_cds: str, dcids: Sequence[int], now: datetime.datetime) -> None:
    searches = Searches(database)
    searches.begin(lea_cds, dcids, by="ada", now=now)
    found = [FoundReport(dcid, frozenset({"01"}), "caaspp", "2025-26", "ENG") for dcid in dcids]
    searches.keep(searches.latest(lea_cds), [Outcome(one.dcid, "ok", [one]) for one in found], now)
    searches.change(searches.latest(lea_cds).id, SearchState.DONE, now)


def tell(mails: Mails, release: Release, now: datetime.datetime, *recipients: Recipient) -> bool:
    return mails.tell_family(release, "released", recipients, now, blocked=False, domain="sidecar.example")


def take(mails: Mails, now: datetime.datetime, lea_cds: str = LEA, a_minute: int = 1000) -> Mail | None:
    return mails.attempts.take_for_family(lea_cds, now, a_minute=a_minute)


def drain(mails: Mails, now: datetime.datetime, a_minute: int = 1000) -> list[Mail]:
    return list(iter(lambda: take(mails, now, a_minute=a_minute), None))


def row(database: Database, release: Release) -> sqlalchemy.RowMapping:
    this = sqlalchemy.select(tables.releases).where(tables.releases.c.id == release.id)
    with database.read() as connection:
        return connection.execute(this).mappings().one()


def told(database: Database, release: Release) -> tuple[str, bool]:
    """How far its telling is, and whether a moment of it is known."""
    kept = row(database, release)
    return kept["telling"], kept["told_at"] is not None


def test_a_family_is_told_once_of_a_release(mails, database, waiting, now):
    assert tell(mails, waiting[0], now, ADA, BEN)
    assert not tell(mails, waiting[0], now, ADA, BEN)
    kept = to_families(mails)
    assert sorted((one.recipient, one.language, one.kind) for one in kept) == [
        ("ada@family.example", "es", "released"),
        ("ben@family.example", "en", "released"),
    ]
    assert told(database, waiting[0]) == (Telling.SENDING, False)


def test_of_many_workers_who_tell_the_same_families_each_family_is_told_by_one(connect, mails, vault, waiting, now):
    workers = [Mails(connect(1), vault) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        did = list(threads.map(lambda worker: [tell(worker, one, now, ADA, BEN) for one in waiting], workers))
    assert Counter(number for one in did for number, done in enumerate(one) if done) == {0: 1, 1: 1, 2: 1}
    assert Counter(one.release_id for one in to_families(mails)) == {one.id: 2 for one in waiting}


def test_where_there_is_nobody_to_tell_that_is_on_record(mails, database, waiting, now):
    assert tell(mails, waiting[0], now)
    assert told(database, waiting[0]) == (Telling.NOBODY, False)
    assert not tell(mails, waiting[0], now, ADA)


def test_a_blocked_release_is_known_as_such(mails, database, waiting, now):
    mails.tell_family(waiting[0], "blocked", [ADA], now, blocked=True, domain="sidecar.example")
    assert (row(database, waiting[0])["blocked"], take(mails, now).kind) == (True, "blocked")


def test_an_lea_without_notices_tells_nobody_of_what_was_found_meanwhile(mails, tellings, database, waiting, now):
    assert tellings.leave(LEA, now) == 2
    assert [told(database, one)[0] for one in waiting] == [Telling.OFF, Telling.OFF, Telling.WAITING]
    assert not tell(mails, waiting[0], now, ADA)


def test_what_waits_is_listed_by_lea_and_from_a_number_on(tellings, waiting):
    assert tellings.to_address() == [OTHER, LEA]  # the one with fewer first
    assert tellings.waiting(LEA, 0, 1) == [waiting[0]]
    assert tellings.waiting(LEA, waiting[0].id, 10) == [waiting[1]]


def test_staffs_mails_are_found_past_those_to_families(mails, waiting, now):
    tell(mails, waiting[0], now - HOUR, ADA)
    mails.tell(Notice(LEA, 1, "due-14", now), ["coordinator@lea.example"], now, domain="sidecar.example")
    assert [mail.recipient for mail in iter(lambda: mails.attempts.take(now), None)] == ["coordinator@lea.example"]
    assert [mail.recipient for mail in drain(mails, now)] == [ADA.address]


def test_a_family_is_written_to_by_its_own_lea_only(mails, tellings, waiting, now):
    tell(mails, waiting[0], now, ADA)
    assert take(mails, now, OTHER) is None


def test_the_leas_whose_mails_are_due_are_listed_with_the_fewest_first(mails, tellings, database, vault, waiting, now):
    kept = {"expires_on": now.date(), "saved_by": "somebody", "now": now}
    tell(mails, waiting[0], now, ADA, BEN)
    tell(mails, waiting[2], now + MINUTE, ADA)
    assert tellings.to_send(now + MINUTE) == []  # without credentials nothing goes
    for lea_cds in (LEA, OTHER):
        CredentialSets(database, vault).save(lea_cds, "user", "secret", **kept)
    assert [tellings.to_send(now + wait) for wait in (-MINUTE, 0 * MINUTE, MINUTE)] == [[], [LEA], [OTHER, LEA]]


def test_of_an_lea_so_many_go_in_a_minute_whoever_sends_them(connect, mails, vault, waiting, now):
    tell(mails, waiting[0], now, *(Recipient(f"{number}@family.example") for number in range(9)))
    other = Mails(connect(1), vault)
    moment = now.replace(second=10)
    assert [len(drain(worker, moment, a_minute=4)) for worker in (mails, other)] == [4, 0]
    assert drain(mails, moment.replace(second=59), a_minute=4) == []
    assert len(drain(other, moment + MINUTE, a_minute=4)) == 4


def test_new_credentials_take_no_familys_mail_back(mails, database, vault, waiting, now):
    tell(mails, waiting[0], now, ADA)
    sets, kept = CredentialSets(database, vault), {"expires_on": now.date(), "saved_by": "somebody", "now": now}
    sets.save(LEA, "user", "secret", **kept)
    sets.save(LEA, "user", "secret", **kept, replaces=1)
    mails.attempts.tidy(now)
    assert take(mails, now).version is None


def test_how_far_a_telling_is_follows_from_how_its_mails_ended(mails, tellings, database, now):
    table = [
        ([State.SENT, State.REFUSED], (Telling.TOLD, True)),
        ([State.SENT, State.WAITING], (Telling.TOLD, True)),
        ([State.UNKNOWN, State.SENT], (Telling.TOLD, True)),
        ([State.REFUSED, State.WAITING], (Telling.SENDING, False)),
        ([State.UNKNOWN, State.WAITING], (Telling.SENDING, False)),
        ([State.UNKNOWN, State.REFUSED], (Telling.UNKNOWN, False)),
        ([State.REFUSED, State.REFUSED], (Telling.REFUSED, False)),
    ]
    find(database, LEA, range(len(table)), now)
    releases = tellings.waiting(LEA, 0, len(table))
    for one, (ends, _) in zip(releases, table, strict=True):
        tell(mails, one, now, ADA, BEN)
        for mail, end in zip(drain(mails, now), ends, strict=True):
            if end is State.REFUSED:
                mails.attempts.refuse(mail.message_id, "recipient 550", now, for_good=True)
            else:
                mails.attempts.settle(mail.message_id, end, due_at=now + DAY if end is State.WAITING else None)
    assert [told(database, one) for one in releases] == [expected for _, expected in table]


def test_two_who_end_two_mails_of_one_family_at_once_see_each_others(connect, database, vault, mails, now):
    find(database, LEA, range(1, 21), now)
    releases = Tellings(database).waiting(LEA, 0, 100)
    for one in releases:
        tell(mails, one, now, ADA, BEN)
    pairs = {one.id: [] for one in releases}
    for mail in drain(mails, now):
        pairs[mail.release_id].append(mail.message_id)
    workers = [Mails(connect(1), vault) for _ in range(2)]

    def refuse(number: int) -> None:
        for one in releases:
            workers[number].attempts.refuse(pairs[one.id][number], "recipient 550", now, for_good=False)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(refuse, range(2)))
    assert {told(database, one)[0] for one in releases} == {Telling.REFUSED}


def test_what_a_killed_worker_was_sending_to_a_family_is_unknown_and_tried_once_more_a_day_later(
    mails, database, waiting, now
):
    tell(mails, waiting[0], now, ADA)
    drain(mails, now)
    mails.attempts.tidy(now + 5 * MINUTE)
    assert told(database, waiting[0]) == (Telling.UNKNOWN, False)
    assert drain(mails, now + DAY - MINUTE) == []
    [again] = drain(mails, now + DAY)
    mails.attempts.settle(again.message_id, State.SENT)
    assert told(database, waiting[0]) == (Telling.TOLD, True)


def test_a_mail_that_comes_back_is_refused_and_its_release_is_told_to_nobody(mails, database, waiting, now):
    tell(mails, waiting[0], now, ADA)
    [mail] = drain(mails, now)
    mails.attempts.settle(mail.message_id, State.SENT)
    assert told(database, waiting[0]) == (Telling.TOLD, True)
    assert mails.attempts.refuse(mail.message_id, "bounced 5.1.1", now + HOUR, for_good=True)
    assert told(database, waiting[0]) == (Telling.REFUSED, False)
    assert [(one.state, one.outcome) for one in to_families(mails)] == [(State.REFUSED, "bounced 5.1.1")]


def test_where_one_of_two_mails_comes_back_the_family_is_told(mails, database, waiting, now):
    tell(mails, waiting[0], now, ADA, BEN)
    first, second = drain(mails, now)
    for mail in (first, second):
        mails.attempts.settle(mail.message_id, State.SENT)
    mails.attempts.refuse(first.message_id, "bounced 5.1.1", now, for_good=True)
    assert told(database, waiting[0]) == (Telling.TOLD, True)


def test_of_a_mail_that_is_not_ours_or_never_went_nothing_comes_back(mails, waiting, now):
    tell(mails, waiting[0], now, ADA)
    [mail] = to_families(mails)
    assert not mails.attempts.refuse(mail.message_id, "bounced 5.1.1", now, for_good=True)
    assert not mails.attempts.refuse("<another@mail.example>", "bounced 5.1.1", now, for_good=True)


def test_an_address_that_is_refused_for_good_is_kept_sealed(mails, database, vault, waiting, now):
    tell(mails, waiting[0], now, Recipient("Ada@Family.example"), BEN)
    mail, other = sorted(drain(mails, now), key=lambda mail: mail.recipient)
    mails.attempts.refuse(mail.message_id, "recipient 550", now, for_good=True)
    mails.attempts.refuse(other.message_id, "text 554", now, for_good=False)
    refusals = Refusals(database, vault)
    assert refusals.addresses() == {"ada@family.example"}
    with database.read() as connection:
        [kept] = connection.execute(sqlalchemy.select(tables.refusals)).mappings().all()
    assert "family" not in str(dict(kept)).casefold()
    assert Refusals(database, Vault({"other": bytes(range(1, 33))}, "other")).addresses() == frozenset()
    assert (refusals.forget(), refusals.addresses()) == (1, frozenset())


def test_a_search_is_summed_up_once_its_families_are_told(mails, tellings, database, waiting, now):
    search = waiting[0].search_id
    assert tellings.to_sum_up(now) == []
    for one in waiting[:2]:
        tell(mails, one, now, ADA)
    drain(mails, now)
    assert search not in {one.search_id for one in tellings.to_sum_up(now)}
    mails.attempts.tidy(now + HOUR)  # unknown is an end, too
    [ended] = tellings.to_sum_up(now)
    assert (ended.search_id, ended.lea_cds) == (search, LEA)
    assert mails.sum_up(search, LEA, ["office@lea.example"], now, domain="sidecar.example")
    assert not mails.sum_up(search, LEA, ["office@lea.example"], now, domain="sidecar.example")
    assert [(mail.kind, mail.search_id, mail.recipient) for mail in iter(lambda: mails.attempts.take(now), None)] == [
        ("summary", search, "office@lea.example")
    ]
    assert tellings.to_sum_up(now) == []


def test_a_search_whose_families_cannot_be_told_is_summed_up_after_half_a_day(tellings, waiting, now):
    assert tellings.to_sum_up(now + LONGEST_WAIT - MINUTE) == []
    assert len(tellings.to_sum_up(now + LONGEST_WAIT)) == 2


def test_a_search_that_goes_on_is_not_summed_up(tellings, database, now):
    Searches(database).begin(LEA, [], by="ada", now=now)
    assert tellings.to_sum_up(now + DAY) == []


def test_what_became_of_a_searchs_releases_is_counted(mails, tellings, waiting, now):
    tell(mails, waiting[0], now, ADA)
    mails.tell_family(waiting[1], "blocked", [], now, blocked=True, domain="sidecar.example")
    assert tellings.of_search(waiting[0].search_id) == {(Telling.SENDING, False): 1, (Telling.NOBODY, True): 1}
    assert tellings.left(LEA) == (0, 1)
    assert tellings.left(OTHER) == (1, 0)


def test_a_mail_knows_its_release_and_keeps_its_address_out_of_its_repr(mails, tellings, waiting, now):
    tell(mails, waiting[0], now, ADA)
    mail = take(mails, now)
    assert tellings.release_of(mail.message_id) == waiting[0]
    assert "family.example" not in repr(mail) + repr(ADA)
