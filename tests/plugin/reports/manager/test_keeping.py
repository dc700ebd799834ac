"""A round of keeping up: the releases say of their students what PowerSchool says, and change when it does."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from plugin.reports.manager import checking
from plugin.reports.manager.keeping import keep_up
from plugin.store.choices import Chosen
from plugin.store.new_releases import NEW
from sandbox.district import Pupil
from sandbox.school.switches import Switch
from sandbox.stage import Stage
from tests.releases import Kept, releases_on

#: What a release has before PowerSchool was asked.
UNKNOWN = {**NEW, "checked_at": None, "due_on": None}
HOUR = datetime.timedelta(hours=1)


class Keeper:
    """A worker with a clock of ours, and the releases that it keeps."""

    def __init__(self, stage: Stage, kept: Kept) -> None:
        self.stage, self.kept = stage, kept
        self.now = datetime.datetime.now(datetime.UTC)
        self.services = stage.services(now=lambda: self.now)
        self.services.marks.forget("checked")

    def found(self, name: str, **facts: object) -> int:
        """A new release of this pupil's."""
        return self.kept.keep(self.pupil(name), **UNKNOWN | {"found_at": self.now} | facts)

    def pupil(self, name: str) -> Pupil:
        return next(one for one in self.stage.district.pupils if f"{one.first} {one.last}" == name)

    def row(self, number: int) -> dict[str, object]:
        return self.kept.found(number)


@pytest.fixture
def keeper(stage: Stage) -> Iterator[Keeper]:
    with releases_on(stage) as kept:
        yield Keeper(stage, kept)


def test_a_new_release_gets_its_students_name_school_and_grade(keeper: Keeper) -> None:
    number, ines = keeper.found("Inés Ejemplo"), keeper.pupil("Inés Ejemplo")
    keep_up(keeper.services)
    row = keeper.row(number)
    assert (row["name"], row["last_first"], row["first_last"]) == ("Ejemplo, Inés", "ejemplo ines", "ines ejemplo")
    assert (row["school_number"], row["grade"], row["language"]) == (ines.school_number, 3, "SPA")
    assert (row["has_left"], row["blocked"], row["checked_at"]) == (False, False, keeper.now)


@pytest.mark.parametrize("name", ["Haneul Yesi", "Nūr Mithāl"])
def test_a_field_of_the_districts_blocks(keeper: Keeper, name: str) -> None:
    number = keeper.found(name)
    keep_up(keeper.services)
    assert keeper.row(number)["blocked"]


def test_a_field_that_powerschool_does_not_let_us_read_blocks(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    number = keeper.found("Juniper Sampleton")
    monkeypatch.setattr(keeper.services.roster, "who_say_yes", lambda role: None)
    monkeypatch.setattr(keeper.services.roster, "says_yes", lambda role, dcid: None)
    keep_up(keeper.services)
    assert keeper.row(number)["blocked"]


def test_a_field_that_powerschool_does_not_tell_of_all_is_asked_for_each(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [keeper.found(name) for name in ("Juniper Sampleton", "Haneul Yesi", "Nūr Mithāl")]
    monkeypatch.setattr(keeper.services.roster, "who_say_yes", lambda role: None)
    keep_up(keeper.services)
    assert [keeper.row(number)["blocked"] for number in numbers] == [False, True, True]


def test_too_many_to_be_asked_for_each_hour_are_asked_for_in_several_rounds(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [keeper.found(name) for name in ("Juniper Sampleton", "Rowan Sampleton", "Wren Sampleton")]
    keep_up(keeper.services)
    monkeypatch.setattr(checking, "MOST_SINGLY", 1)
    monkeypatch.setattr(keeper.services.roster, "who_say_yes", lambda role: None)
    monkeypatch.setattr(keeper.services.roster, "says_yes", lambda role, dcid: True)
    keeper.now += HOUR
    for blocked in ([True, False, False], [True, True, False], [True, True, True]):
        keep_up(keeper.services)
        assert [keeper.row(number)["blocked"] for number in numbers] == blocked
    monkeypatch.setattr(keeper.services.roster, "says_yes", lambda role, dcid: False)
    keep_up(keeper.services)
    assert all(keeper.row(number)["blocked"] for number in numbers)  # until the hour is over


def test_who_has_left_is_asked_for_alone_and_stays_by_name(keeper: Keeper) -> None:
    gone = next(one for one in keeper.stage.district.pupils if one.enroll_status > 0)
    number = keeper.found(f"{gone.first} {gone.last}")
    keep_up(keeper.services)
    row = keeper.row(number)
    assert (row["has_left"], row["name"]) == (True, f"{gone.last}, {gone.first}")


def test_whom_powerschool_does_not_know_any_more_has_left(keeper: Keeper) -> None:
    number = keeper.found("Rowan Sampleton")
    keep_up(keeper.services)
    nobody = {"listed": list, "listed_one": lambda dcid: None}
    for name, answer in nobody.items():
        setattr(keeper.services.roster, name, answer)
    keeper.now += HOUR
    keep_up(keeper.services)
    row = keeper.row(number)
    assert (row["has_left"], row["name"]) == (True, "Sampleton, Rowan")


def test_a_change_in_powerschool_shows_within_the_hour_and_not_by_asking_every_minute(keeper: Keeper) -> None:
    number = keeper.found("Juniper Sampleton")
    keep_up(keeper.services)
    before, listed = keeper.row(number), keeper.services.roster.listed
    keeper.services.roster.listed = lambda: [replace(one, last="Renamed") for one in listed()]
    keeper.now += HOUR - datetime.timedelta(minutes=1)
    keep_up(keeper.services)
    assert keeper.row(number) == before
    keeper.now += datetime.timedelta(minutes=1)
    keep_up(keeper.services)
    assert keeper.row(number)["name"] == "Renamed, Juniper"


def test_what_has_not_changed_is_not_written_again(keeper: Keeper) -> None:
    number = keeper.found("Juniper Sampleton")
    keep_up(keeper.services)
    before = keeper.row(number)
    keeper.now += 2 * HOUR
    keep_up(keeper.services)
    assert keeper.row(number) == before


def test_while_powerschool_fails_everything_stays_and_the_next_round_makes_up_for_it(keeper: Keeper) -> None:
    number = keeper.found("Juniper Sampleton")
    before = keeper.row(number)
    keeper.stage.school.switch(Switch.DOWN)
    try:
        keep_up(keeper.services)
    finally:
        keeper.stage.school.switch(Switch.DOWN, 0)
    assert keeper.row(number) == before
    keep_up(keeper.services)
    assert keeper.row(number)["name"] == "Sampleton, Juniper"


def test_too_many_who_are_on_no_list_are_asked_for_in_several_rounds(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MOST_SINGLY", 1)
    gone = [one for one in keeper.stage.district.pupils if one.enroll_status > 0]
    left = [keeper.kept.keep(gone[0], **UNKNOWN | {"year": year}) for year in ("2024-25", "2025-26")]
    numbers = [*left, keeper.kept.keep(keeper.pupil("Wren Sampleton"), **UNKNOWN)]
    monkeypatch.setattr(keeper.services.roster, "listed", list)
    for told in ([True, True, False], [True, True, True]):
        keep_up(keeper.services)
        assert [bool(keeper.row(number)["name"]) for number in numbers] == told


def test_the_initial_elpac_is_due_thirty_days_after_the_first_day_in_the_lea(keeper: Keeper) -> None:
    number = keeper.found("Wren Sampleton", program="initial_elpac", record_types="22")
    wren = keeper.pupil("Wren Sampleton")
    keep_up(keeper.services)
    first = min(one.entry for one in wren.history if one.lea_cds == wren.lea_cds)
    row = keeper.row(number)
    assert row["enrolled_on"] == first
    assert (row["due_on"], row["due_estimated"]) == (first + datetime.timedelta(days=30), False)


def test_a_look_that_came_before_its_release_counts_when_it_is_found(keeper: Keeper) -> None:
    juniper = keeper.pupil("Juniper Sampleton")
    view = {"record_types": ["01"], "year": "2030-31", "program": "CAASPP"}
    who = {"subject": "parent-1", "persona": "parent", "address": "127.0.0.1", "request_id": "1"}
    keeper.services.audit.record(
        "view", keeper.now, lea_cds=juniper.lea_cds, student_dcid=juniper.dcid, report=view, **who
    )
    keep_up(keeper.services)
    number = keeper.found("Juniper Sampleton", year="2030-31")
    keep_up(keeper.services)
    assert keeper.row(number)["looked_at"] == keeper.now


def test_due_dates_are_those_of_the_own_lea(keeper: Keeper) -> None:
    charter = next(one for one in keeper.stage.district.pupils if one.lea_cds != keeper.stage.district.cds)
    received = {(charter.lea_cds, "receipts"): {"caaspp/2025-26": keeper.services.today().isoformat()}}
    keeper.services = replace(
        keeper.services, choices=SimpleNamespace(of=lambda *which: Chosen(received.get(which), 1))
    )
    numbers = [keeper.found("Juniper Sampleton"), keeper.found(f"{charter.first} {charter.last}")]
    keep_up(keeper.services)
    assert [keeper.row(number)["due_estimated"] for number in numbers] == [True, False]
