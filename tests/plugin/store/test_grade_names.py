"""One table of grade names for each LEA, replaced whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.model import SchoolYear
from plugin.store.database import Database
from plugin.store.grade_names import GradeName, GradeNames, NamesChangedMeanwhile, version

DISTRICT, CHARTER = "19647330000000", "19647330123456"
TK = GradeName(-2, SchoolYear(2023), "TK", "TK")
EXPLORERS = GradeName(-2, SchoolYear(2025), "Explorers", "TK")
KINDER = GradeName(0, SchoolYear(2023), "幼稚園 · Kínder", "KN")
NOTHING = version([])


@pytest.fixture
def names(database: Database) -> GradeNames:
    return GradeNames(database)


def test_names_come_back_as_they_were_saved_by_number_and_year(names: GradeNames) -> None:
    names.replace(DISTRICT, [KINDER, EXPLORERS, TK], seen=NOTHING)
    assert names.of(DISTRICT) == (TK, EXPLORERS, KINDER)


def test_an_lea_has_its_own_names_and_no_other_ones(names: GradeNames) -> None:
    names.replace(DISTRICT, [TK], seen=NOTHING)
    names.replace(CHARTER, [EXPLORERS], seen=NOTHING)
    assert (names.of(DISTRICT), names.of(CHARTER), names.of("19999990000000")) == ((TK,), (EXPLORERS,), ())


def test_a_table_is_replaced_whole(names: GradeNames) -> None:
    names.replace(DISTRICT, [TK, KINDER], seen=NOTHING)
    names.replace(DISTRICT, [EXPLORERS], seen=version([KINDER, TK]))
    assert names.of(DISTRICT) == (EXPLORERS,)
    names.replace(DISTRICT, [], seen=version([EXPLORERS]))
    assert names.of(DISTRICT) == ()


@pytest.mark.parametrize("seen", [NOTHING, version([KINDER]), "", "made up"])
def test_who_looked_at_other_names_does_not_overwrite_these(names: GradeNames, seen: str) -> None:
    names.replace(DISTRICT, [TK], seen=NOTHING)
    with pytest.raises(NamesChangedMeanwhile):
        names.replace(DISTRICT, [EXPLORERS], seen=seen)
    assert names.of(DISTRICT) == (TK,)


@pytest.mark.parametrize("before", [[], [TK]])
def test_of_four_who_save_at_once_one_does(connect, database: Database, before: list[GradeName]) -> None:
    names = GradeNames(connect(4))
    names.replace(DISTRICT, before, seen=NOTHING)
    tables = [[GradeName(number, SchoolYear(2024), "A grade", "01")] for number in range(1, 5)]
    with ThreadPoolExecutor(4) as threads:
        tries = [threads.submit(names.replace, DISTRICT, table, seen=version(before)) for table in tables]
    winners = [table for table, one in zip(tables, tries, strict=True) if not one.exception()]
    assert {type(one.exception()) for one in tries} == {NamesChangedMeanwhile, type(None)}
    assert winners == [list(names.of(DISTRICT))]


def test_the_same_names_have_one_version_in_any_order(names: GradeNames) -> None:
    assert version([TK, KINDER]) == version([KINDER, TK])
    assert len({version(table) for table in ([], [TK], [EXPLORERS], [TK, KINDER])}) == 4
