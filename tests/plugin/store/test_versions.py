"""Rows with a version: written over only by who has seen what they write over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plugin.store.database import Database
from plugin.store.tables import choices
from plugin.store.versions import SavedMeanwhile, put

#: LEA and kind, which are a choice's key together.
ONE, SAME_LEA, SAME_KIND = ("19999990000000", "search"), ("19999990000000", "notices"), ("19999990099999", "search")


@pytest.fixture
def save(database: Database, now) -> Callable[..., None]:
    def save(key: tuple[str, str], choice: str, *, replaces: int) -> None:
        row = {"lea_cds": key[0], "kind": key[1], "choice": choice, "changed_at": now, "changed_by": "ada"}
        put(database, choices, row, replaces=replaces)

    return save


@pytest.fixture
def saved(database: Database) -> Callable[[], dict[tuple[str, str], tuple[str, int]]]:
    def saved() -> dict[tuple[str, str], tuple[str, int]]:
        with database.read() as connection:
            rows = connection.execute(choices.select()).mappings().all()
        return {(row["lea_cds"], row["kind"]): (row["choice"], row["version"]) for row in rows}

    return saved


def test_a_row_takes_the_place_of_its_own_version_and_of_no_other_row(save, saved):
    for key in (ONE, SAME_LEA, SAME_KIND):
        save(key, "first", replaces=0)
    save(ONE, "second", replaces=1)
    assert saved() == {ONE: ("second", 2), SAME_LEA: ("first", 1), SAME_KIND: ("first", 1)}


@pytest.mark.parametrize("replaces", [0, 1, 3])
def test_whoever_has_seen_another_version_is_told_and_changes_nothing(save, saved, replaces):
    save(ONE, "first", replaces=0)
    save(ONE, "second", replaces=1)
    with pytest.raises(SavedMeanwhile):
        save(ONE, "third", replaces=replaces)
    assert saved() == {ONE: ("second", 2)}


def test_nothing_takes_the_place_of_a_version_that_never_was(save, saved):
    with pytest.raises(SavedMeanwhile):
        save(ONE, "first", replaces=1)
    assert saved() == {}
