"""What was typed and not saved: kept for minutes, for one person and one LEA, and sealed."""

from __future__ import annotations

import datetime

import pytest
import sqlalchemy

from plugin.store.database import Database
from plugin.store.drafts import Draft, Drafts
from plugin.store.tables import drafts as table
from plugin.store.vault import Vault

LEA, OTHER = "19999990000000", "19999990099999"
TYPED = Draft("sis-user", "k3y-that-nobody-sees", "2027-01-31")


@pytest.fixture
def drafts(database: Database, vault: Vault, now: datetime.datetime) -> Drafts:
    drafts = Drafts(database, vault)
    drafts.keep("ada", LEA, TYPED, now)
    return drafts


def test_it_is_found_again_by_who_typed_it_for_ten_minutes(drafts, now):
    assert drafts.find("ada", LEA, now + datetime.timedelta(minutes=9, seconds=59)) == TYPED
    assert drafts.find("ada", LEA, now + datetime.timedelta(minutes=10)) is None


@pytest.mark.parametrize(("subject", "lea"), [("grace", LEA), ("ada", OTHER), ("", LEA), ("ada ", LEA)])
def test_nobody_else_and_no_other_lea_finds_it(drafts, now, subject, lea):
    assert drafts.find(subject, lea, now) is None


def test_what_is_typed_later_takes_its_place(drafts, now):
    drafts.keep("ada", LEA, Draft("other", "other", ""), now)
    assert drafts.find("ada", LEA, now) == Draft("other", "other", "")


def test_it_can_be_forgotten(drafts, now):
    drafts.forget("ada", LEA)
    drafts.forget("ada", LEA)
    assert drafts.find("ada", LEA, now) is None


def test_nothing_of_it_stands_there_in_the_clear(database, drafts):
    with database.read() as connection:
        [row] = connection.execute(sqlalchemy.select(table))
    assert b"k3y" not in row.secret
    assert b"sis" not in row.user_name
    assert "k3y" not in repr(TYPED)


def test_one_whose_key_is_gone_has_to_be_typed_again(database, drafts, now):
    assert Drafts(database, Vault({"new": bytes(range(1, 33))}, "new")).find("ada", LEA, now) is None
