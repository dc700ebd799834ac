"""What saved grants mean, and what a save may not do, without a browser."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.district import District
from plugin.model import Lea, Persona, Viewer
from plugin.reports import access, granting
from plugin.reports.access import PERSONAS, SAVED, Level, Page
from plugin.reports.granting import NobodyLeft, SavedMeanwhile, ShutsYouOut, Wish
from plugin.reports.services import Asking, Services
from plugin.store.audit import Audit
from plugin.store.database import Database
from plugin.store.grants import Grants

NOW = datetime.datetime(2026, 11, 22, 17, 0, tzinfo=datetime.UTC)
DISTRICT = District(
    Lea("19999010000000", "Poppy Valley Unified"),
    full_groups=frozenset({"9"}),
    full_accounts=frozenset({"a.name"}),
    view_groups=frozenset({"9", "10"}),
)
ASKING = Asking("127.0.0.1", "request")


class Groups:
    """A roster in which everybody of the staff is in group 9."""

    def staff_groups(self, account: str) -> set[str]:
        return {"9"}

    def all_groups(self) -> dict[str, int]:
        return {"9": 1, "10": 3, "13": 0}


class Overtaken(Grants):
    """Somebody else saves after everything was looked at, and before it is written."""

    def save(self, new, *, replaces, saved_by, now):
        super().save({("setup", "group:13"): "view"}, replaces=replaces, saved_by="somebody else", now=now)
        super().save(new, replaces=replaces, saved_by=saved_by, now=now)


@pytest.fixture
def services(tmp_path: Path) -> Services:
    database = Database(f"sqlite:///{tmp_path}/grants.sqlite3")
    database.migrate()
    nothing = dict.fromkeys((field.name for field in dataclasses.fields(Services)), None)
    known = {"grants": Grants(database), "audit": Audit(database), "district": DISTRICT, "now": lambda: NOW}
    return Services(**{**nothing, **known, "roster": Groups()})


def viewer(persona: Persona = Persona.STAFF, username: str = "b.name") -> Viewer:
    return Viewer("subject", persona, "7", username, "B. Name")


@pytest.fixture
def change(services: Services) -> Callable[..., None]:
    """Save the page as it is now with some cells changed."""

    def change(wanted, services: Services = services, *, confirmed: bool = False) -> None:
        now = access.standing(services.grants.load(), DISTRICT)
        seen = {cell: now.get(cell, Level.NONE) for cell in now.keys() | wanted.keys()}
        granting.change(services, viewer(), Wish(seen, seen | wanted, confirmed), ASKING)

    return change


def test_full_includes_view_and_wins_over_view(services):
    assert set(access.granted(services, viewer())) == {(page, level) for page in Page for level in list(Level)[1:]}


def test_a_named_account_counts_for_staff_only(services):
    class Alone(Groups):
        def staff_groups(self, account: str) -> None:
            return None

    services = dataclasses.replace(services, roster=Alone())
    assert (Page.ACCESS, Level.FULL) in set(access.granted(services, viewer(username="a.name")))
    assert not set(access.granted(services, viewer()))
    for persona in (Persona.TEACHER, Persona.PARENT, Persona.STUDENT):
        opened = set(access.granted(services, viewer(persona, "a.name")))
        assert opened == {(Page.SCORE_REPORTS, Level.VIEW)}


def test_a_page_that_nobody_has_saved_yet_starts_with_what_the_district_named(services, change):
    change({(Page.SETUP, "group:10"): Level.NONE})
    saved = {cell: level for cell, level in services.grants.load().items() if cell[0] != Page.GRADE_NAMES}
    now = access.standing(saved, DISTRICT)
    assert (Page.SETUP, "group:10") not in {cell for cell, level in now.items() if level is not Level.NONE}
    assert now[Page.GRADE_NAMES, "group:10"] is Level.VIEW


def test_once_saved_the_district_file_counts_no_longer(services, change):
    change({(Page.SETUP, "group:10"): Level.NONE})
    other = dataclasses.replace(DISTRICT, full_groups=frozenset({"13"}))
    assert not {grantee for _page, grantee in access.standing(services.grants.load(), other)} & {"group:13"}


@pytest.mark.parametrize(
    "row",
    [
        {("setup", "persona:parent"): "full"},
        {("score_reports", "persona:parent"): "full"},
        {("score_reports", "persona:staff"): "view"},
        {("a_page_of_a_later_version", "group:9"): "full"},
        {("setup", "group:9"): "everything"},
        {("setup", "group:9 "): "full"},
    ],
)
def test_a_row_that_makes_no_sense_opens_nothing(row):
    [(page, _)] = row
    assert access.standing({**row, (page, SAVED): "none"}, DISTRICT).keys().isdisjoint(row)


def test_who_is_overtaken_at_the_last_moment_changes_nothing_and_is_told(services, change):
    overtaken = dataclasses.replace(services, grants=Overtaken(services.grants.database))
    with pytest.raises(SavedMeanwhile) as told:
        change({(Page.SETUP, "group:10"): Level.FULL}, overtaken)
    assert services.grants.load() == {("setup", "group:13"): "view"}
    assert told.value.again.seen[Page.SETUP, "group:13"] is Level.VIEW
    assert told.value.again.wanted[Page.SETUP, "group:10"] is Level.FULL


GRANTEES = ["group:9", "group:10", "group:13", "account:a.name"]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(GRANTEES), st.sampled_from(Level)), st.booleans())
def test_whatever_is_saved_somebody_can_change_the_page_afterwards(levels, confirmed):
    now = access.standing({}, DISTRICT)
    seen = {(Page.ACCESS, one): now.get((Page.ACCESS, one), Level.NONE) for one in GRANTEES}
    wish = Wish(seen, seen | {(Page.ACCESS, one): level for one, level in levels.items()}, confirmed)
    full = {grantee for (_page, grantee), level in wish.wanted.items() if level is Level.FULL}
    try:
        granting.check(Groups(), viewer(), wish)
    except NobodyLeft:
        assert not full & {"group:9", "group:10", "account:a.name"}
    except ShutsYouOut:
        assert "group:9" not in full
        assert not confirmed
    else:
        assert full & {"group:9", "group:10", "account:a.name"}
        assert confirmed or "group:9" in full


def test_columns_go_from_accounts_over_groups_by_number_to_personas():
    assert granting.columns({"10": 1, "9": 1}, {(Page.SETUP, "account:a"): Level.VIEW}) == [
        "account:a",
        "group:9",
        "group:10",
        *PERSONAS,
    ]
