"""Whom a family's mail goes to, as a table of contact records."""

from __future__ import annotations

import datetime

import pytest

from plugin.powerschool.client import Row
from plugin.reports.notices.recipients import recipients
from plugin.store.mails import Recipient
from tests.households import School

TODAY = datetime.date(2026, 10, 1)
GUARDIAN = {
    "personid": "7",
    "contact_detail_id": "70",
    "email": "mother@family.example",
    "language": "SPA",
    "has_data_access": "1",
    "isactive": "1",
    "legalguardian": "1",
}


def told(*rows: Row, rights: dict[str, str] | None = None, refused: frozenset[str] = frozenset()) -> list[str]:
    school = School()
    school.contacts[1], school.rights = list(rows), rights or {}
    return [one.address for one in recipients(school.roster(), 1, TODAY, refused)]


def test_a_legal_guardian_with_data_access_is_told_in_the_familys_language():
    school = School()
    school.contacts[1] = [GUARDIAN]
    assert recipients(school.roster(), 1, TODAY, frozenset()) == [Recipient("mother@family.example", "es")]


@pytest.mark.parametrize(
    ("facts", "is_told"),
    [
        ({"has_data_access": "0"}, False),
        ({"isactive": "0"}, False),
        ({"startdate": "2026-10-01", "enddate": "2026-10-01"}, True),
        ({"startdate": "2026-10-02"}, False),
        ({"enddate": "2026-09-30"}, False),
        ({"legalguardian": "0"}, False),
        ({"email": ""}, False),
        ({"email": "at the office"}, False),
        ({"email": "mother@localhost"}, False),
        ({"email": "mother@family.example, father@family.example"}, False),
        ({"email": "mother@family.example\r\nBcc: all@family.example"}, False),
        ({"email": "mütter@family.example"}, False),
        ({"email": " mother@family.example "}, True),
    ],
)
def test_who_may_see_the_report_and_has_an_address_is_told(facts, is_told):
    assert bool(told(GUARDIAN | facts)) == is_told


def test_who_is_not_known_to_be_a_guardian_is_not_guessed_to_be_one():
    assert told({name: value for name, value in GUARDIAN.items() if name != "legalguardian"}) == []


@pytest.mark.parametrize(
    ("guardian", "says", "is_told"),
    [
        ("1", "Y", True),
        ("0", "Y", True),
        ("1", "N", False),
        ("1", "by order of the court", False),
        ("1", " ", True),
        ("0", " ", False),
    ],
)
def test_the_districts_own_field_of_rights_comes_before_guardianship(guardian, says, is_told):
    assert bool(told(GUARDIAN | {"legalguardian": guardian}, rights={"70": says})) == is_told


def test_who_is_denied_rights_by_a_record_of_today_is_not_told_by_another_one():
    assert told(GUARDIAN, GUARDIAN | {"contact_detail_id": "71"}, rights={"71": "N"}) == []


def test_a_denial_that_is_over_denies_nothing():
    over = GUARDIAN | {"contact_detail_id": "71", "enddate": "2026-06-30"}
    assert told(GUARDIAN, over, rights={"71": "N"}) == ["mother@family.example"]


def test_where_rights_cannot_be_read_nobody_is_told():
    school = School()
    school.contacts[1], school.mute = [GUARDIAN], {"district.educational_rights.value"}
    assert recipients(school.roster(), 1, TODAY, frozenset()) == []


def test_an_address_that_two_share_is_written_to_once():
    father = GUARDIAN | {"personid": "8", "contact_detail_id": "80", "email": "Mother@Family.example"}
    assert told(GUARDIAN, father) == ["mother@family.example"]


def test_an_address_that_was_refused_is_left_out_however_it_is_written():
    father = GUARDIAN | {"personid": "8", "contact_detail_id": "80", "email": "Father@family.example"}
    assert told(GUARDIAN, father, refused=frozenset({"father@family.example"})) == ["mother@family.example"]


@pytest.mark.parametrize(
    ("code", "tag"), [("CMN", "zh-Hant"), ("01", "es"), ("ARA", "ar"), ("HMN", "en"), ("XXX", "en"), ("", "en")]
)
def test_what_our_pages_do_not_speak_is_written_in_english(code, tag):
    school = School()
    school.contacts[1] = [GUARDIAN | {"language": code}]
    assert [one.language for one in recipients(school.roster(), 1, TODAY, frozenset())] == [tag]
