"""Who may open what, as it was saved."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.store.database import Database
from plugin.store.grants import Grants, GrantsChanged, LastChange

FIRST = {("setup", "group:9"): "full", ("setup", "group:10"): "none"}
SECOND = {("setup", "group:9"): "view", ("access", "account:a.name"): "full"}


@pytest.fixture
def grants(database: Database) -> Grants:
    return Grants(database)


def save(grants: Grants, new, replaces, now: datetime.datetime, by: str = "ada") -> None:
    grants.save(new, replaces=replaces, saved_by=by, now=now)


def test_nothing_is_there_until_somebody_saves(grants):
    assert grants.load() == {}
    assert grants.last_change() is None


def test_what_was_saved_comes_back_none_included(grants, now):
    save(grants, FIRST, {}, now)
    assert grants.load() == FIRST


def test_a_request_asks_for_its_own_grantees_only(grants, now):
    save(grants, FIRST | SECOND, {}, now)
    assert grants.of({"group:10", "account:a.name", "group:77"}) == {
        ("setup", "group:10"): "none",
        ("access", "account:a.name"): "full",
    }


def test_what_is_saved_next_changes_what_it_names_and_leaves_the_rest(grants, now):
    save(grants, FIRST, {}, now)
    save(grants, SECOND, FIRST, now)
    assert grants.load() == FIRST | SECOND


@pytest.mark.parametrize("replaces", [{}, SECOND, FIRST | SECOND])
def test_who_looked_at_something_else_overwrites_nothing(grants, now, replaces):
    save(grants, FIRST, {}, now)
    with pytest.raises(GrantsChanged):
        save(grants, SECOND, replaces, now)
    assert grants.load() == FIRST


@pytest.mark.parametrize("before", [{}, FIRST])
def test_of_eight_who_save_at_once_one_does(connect, database, now, before):
    """Each adds a row of its own, so that no row of one stands in the way of another."""
    if before:
        save(Grants(database), before, {}, now)
    everybody = Grants(connect(8))

    def attempt(number: int) -> bool:
        try:
            save(everybody, {("setup", f"group:{number}"): "view"}, before, now)
        except GrantsChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(20, 28))) == 1
    assert len(everybody.load()) == len(before) + 1


def test_the_last_change_says_when_and_by_whom(grants, now):
    save(grants, FIRST, {}, now)
    later = now + datetime.timedelta(hours=1)
    save(grants, FIRST | {("setup", "group:10"): "view"}, FIRST, later, by="bo")
    assert grants.last_change() == LastChange(later, "bo")


def test_what_is_forgotten_is_as_if_it_was_never_saved(grants, now):
    save(grants, FIRST, {}, now)
    grants.forget()
    assert grants.load() == {}
