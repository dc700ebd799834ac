"""The list of releases: whatever is in the table, each page is what a plain sort of all rows has there."""

from __future__ import annotations

import base64
import datetime
import itertools
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from plugin.names import folded
from plugin.store.database import Database
from plugin.store.new_releases import NEW
from plugin.store.release_list import COUNTED, Filters, Only, ReleaseList, Sort
from plugin.store.releases import Telling
from plugin.store.tables import releases

TODAY = datetime.date(2026, 11, 22)
HERE, ELSEWHERE = "19999990000000", "19999990100000"
MOMENTS = [datetime.datetime(2026, 8, day, 12, tzinfo=datetime.UTC) for day in (1, 2, 3)]
NAMES = [("Sam", "Juniper"), ("Samantha", "Ávila"), ("ÉMILE", "De la Cruz"), ("", ""), ("Juniper", "Sam")]

rows = st.fixed_dictionaries(
    {
        "lea_cds": st.sampled_from([HERE, HERE, HERE, ELSEWHERE]),
        "name": st.sampled_from(NAMES),
        "school_number": st.sampled_from([0, 7, 9]),
        "grade": st.sampled_from([-2, 3, 11]),
        "program": st.sampled_from(["caaspp", "initial_elpac"]),
        "year": st.sampled_from(["2024-25", "2025-26", "2026-27"]),
        "found_at": st.sampled_from(MOMENTS),
        "telling": st.sampled_from(Telling),
        "told_at": st.sampled_from([None, *MOMENTS]),
        "looked_at": st.sampled_from([None, *MOMENTS]),
        "due_on": st.sampled_from([None, *(TODAY + datetime.timedelta(days=days) for days in (-1, 7, 8))]),
        "handed_over_on": st.sampled_from([None, None, TODAY]),
        "blocked": st.booleans(),
        "has_left": st.booleans(),
    }
).map(lambda row: row | ({"told_at": None} if no_mail(row) else {}))
filters = st.builds(
    Filters,
    school=st.sampled_from([None, None, 7]),
    grade=st.sampled_from([None, None, 3]),
    program=st.sampled_from(["", "", "caaspp"]),
    year=st.sampled_from(["", "", "2025-26", "1999-00"]),
    only=st.frozensets(st.sampled_from(Only), max_size=2),
    name=st.sampled_from(["", "", "JUNIPER", "sam  j", "de la", "avila", "ávila, sam", "%"]),
)
reaches = st.sampled_from([None, None, frozenset({7, 9}), frozenset()])
some = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def fill(database: Database, made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """These rows and no others; with their ids."""
    kept = []
    with database.begin() as connection:
        connection.execute(releases.delete())
        for number, row in enumerate(made):
            first, last = row["name"]
            kept.append(
                NEW
                | row
                | {
                    "student_dcid": number,
                    "name": f"{last}, {first}",
                    "last_first": folded(f"{last} {first}"),
                    "first_last": folded(f"{first} {last}"),
                    "record_types": "01",
                    "search_id": 1,
                }
            )
            kept[-1]["id"] = connection.execute(insert(releases).values(kept[-1])).inserted_primary_key[0]
    return kept


def settled(row: dict[str, Any]) -> bool:
    return row["looked_at"] is not None or row["handed_over_on"] is not None


def no_mail(row: dict[str, Any]) -> bool:
    return row["telling"] in {Telling.NOBODY, Telling.REFUSED}


def urgency(row: dict[str, Any]) -> int:
    return 2 if settled(row) else 0 if no_mail(row) else 1


MEANT: dict[Only, Callable[[dict[str, Any]], bool]] = {
    Only.NOT_LOOKED: lambda row: not settled(row),
    Only.NO_MAIL: no_mail,
    Only.BLOCKED: lambda row: row["blocked"],
    Only.DUE_SOON: lambda row: not settled(row) and row["due_on"] is not None and (row["due_on"] - TODAY).days <= 7,
    Only.LEFT: lambda row: row["has_left"],
}
#: What stands apart in a sort whichever way it goes, and then what it goes by.
ORDER: dict[Sort, Callable[[dict[str, Any]], tuple[Any, tuple[Any, ...]]]] = {
    Sort.URGENCY: lambda row: (urgency(row), (row["found_at"],)),
    Sort.NAME: lambda row: (0, (row["last_first"],)),
    Sort.SCHOOL: lambda row: (0, (row["school_number"], row["last_first"])),
    Sort.GRADE: lambda row: (0, (row["grade"], row["last_first"])),
    Sort.FOUND: lambda row: (0, (row["found_at"],)),
    Sort.TOLD: lambda row: (row["told_at"] is None, (row["told_at"],)),
    Sort.LOOKED: lambda row: (row["looked_at"] is None, (row["looked_at"],)),
    Sort.DUE: lambda row: ((settled(row), row["due_on"] is None), (row["due_on"],)),
}


def plainly(
    kept: list[dict[str, Any]], reach: frozenset[int] | None, asked: Filters, sort: Sort, descending: bool
) -> list[int]:
    """The ids of what is asked for, without any database."""

    def meant(row: dict[str, Any]) -> bool:
        name = folded(asked.name.replace(",", " "))
        return (
            row["lea_cds"] == HERE
            and (reach is None or row["school_number"] in reach)
            and asked.school in {None, row["school_number"]}
            and asked.grade in {None, row["grade"]}
            and asked.program in {"", row["program"]}
            and asked.year in {"", row["year"]}
            and all(MEANT[one](row) for one in asked.only)
            and (row["last_first"].startswith(name) or row["first_last"].startswith(name))
        )

    chosen = sorted(filter(meant, kept), key=lambda row: ORDER[sort](row)[0])
    stretches = [list(each) for _apart, each in itertools.groupby(chosen, key=lambda row: ORDER[sort](row)[0])]
    for stretch in stretches:
        stretch.sort(key=lambda row: (*(each for each in ORDER[sort](row)[1] if each is not None), row["id"]))
    return [row["id"] for stretch in stretches for row in (stretch[::-1] if descending else stretch)]


@some
@given(made=st.lists(rows, max_size=14), asked=filters, reach=reaches, sort=st.sampled_from(Sort), down=st.booleans())
def test_pages_forwards_and_backwards_are_a_plain_sort_of_what_is_asked_for(
    database: Database,
    made: list[dict[str, Any]],
    asked: Filters,
    reach: frozenset[int] | None,
    sort: Sort,
    down: bool,
) -> None:
    expected = plainly(fill(database, made), reach, asked, sort, down)

    def page(cursor: str) -> Any:
        listed = ReleaseList(database).page(HERE, reach, asked, sort, cursor, descending=down, today=TODAY, size=3)
        assert (listed.total, listed.total_is_capped) == (len(expected), False)
        return listed

    forwards = [page("")]
    while forwards[-1].next:
        forwards.append(page(forwards[-1].next))
    assert [row.id for listed in forwards for row in listed.rows] == expected
    last = page(forwards[0].last)
    assert [row.id for row in last.rows] == expected[-3:]
    backwards = [last]
    while backwards[-1].previous:
        backwards.append(page(backwards[-1].previous))
    assert [row.id for row in backwards[-1].rows] == expected[:3]
    seen = {row.id for listed in backwards for row in listed.rows}
    assert seen == set(expected)
    assert [row.id for row in page(last.first).rows] == expected[:3]
    everything = ReleaseList(database).numbers(HERE, reach, asked, sort, descending=down, today=TODAY)
    assert list(everything) == expected


@pytest.fixture
def many(database: Database) -> Database:
    """Nine students of one school, named alike, found at the same moment."""
    row = {"lea_cds": HERE, "name": ("Sam", "Juniper"), "school_number": 7, "grade": 3, "program": "caaspp"}
    fill(database, [row | {"year": "2025-26", "found_at": MOMENTS[0]} for _ in range(9)])
    return database


def listed(database: Database, cursor: str = "", filters: Filters = Filters(), **options: Any) -> Any:  # noqa: B008  a value
    usual = {"sort": Sort.URGENCY, "today": TODAY, "size": 2}
    return ReleaseList(database).page(HERE, None, filters, cursor=cursor, **usual | options)


@pytest.mark.parametrize("sort", Sort)
def test_rows_alike_come_in_the_order_of_their_numbers_each_once(many: Database, sort: Sort) -> None:
    found, cursor = [], ""
    for _page in range(5):
        page = listed(many, cursor, sort=sort)
        found += [row.id for row in page.rows]
        cursor = page.next
    assert found == sorted(found)
    assert (len(found), cursor) == (9, "")


@pytest.mark.parametrize("sort", Sort)
def test_a_cursor_names_nobody(many: Database, sort: Sort) -> None:
    told = base64.urlsafe_b64decode(listed(many, sort=sort).next + "==").decode()
    assert "juniper" not in told.casefold()


@pytest.mark.parametrize("other", [{"sort": Sort.NAME}, {"descending": True}, {"filters": Filters(year="2025-26")}])
def test_a_cursor_of_another_list_is_the_first_page(many: Database, other: dict[str, Any]) -> None:
    cursor = listed(many).next
    assert listed(many, cursor).rows != listed(many).rows
    assert listed(many, cursor, **other).rows == listed(many, "", **other).rows


def forged(cursor: str) -> list[str]:
    mark, way, stretch, row, *values = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    told = [
        [mark, way, 99, row, *values],
        [mark, way, -1, row, *values],
        [mark, way, stretch, 2**70, *values],
        [mark, way, stretch, True, *values],
        [mark, way, stretch, "1", *values],
        [mark, way, stretch, row],
        [mark, way, stretch, row, None],
        [mark, way, stretch, row, 7],
        [mark, way, stretch, row, "2026-01-01T00:00:00"],
        [mark, way, stretch, row, "0001-01-01T00:00:00+14:00"],
        [mark, way, stretch, row, "' OR 1=1 --"],
        [mark, way, stretch, row, [1]],
        [mark, "sideways", stretch, row, *values],
        [mark],
        {"mark": mark},
        7,
    ]
    return [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in told]


def test_a_forged_cursor_is_the_first_page_and_no_failure(many: Database) -> None:
    first = listed(many).rows
    cursor = listed(many).next
    foreign = ["x", "=", "é", "AAAA", "[" * 3000, "\x00", cursor[:-3], cursor + cursor]
    for text in [*forged(cursor), *foreign]:
        assert len(listed(many, text).rows) == 2
        assert listed(many, text).rows == first or text == forged(cursor)[6]


def test_where_all_rows_behind_a_cursor_are_gone_the_last_ones_are_shown(many: Database) -> None:
    cursor, ids = listed(many).next, listed_ids(many)
    with many.begin() as connection:
        connection.execute(releases.delete().where(releases.c.id > ids[1]))
    assert [row.id for row in listed(many, cursor).rows] == listed_ids(many)


def listed_ids(database: Database) -> list[int]:
    return [row.id for row in listed(database, size=100).rows]


def test_a_page_back_at_the_beginning_is_a_whole_page(many: Database) -> None:
    second, ids = listed(many, listed(many).next), listed_ids(many)
    with many.begin() as connection:
        connection.execute(releases.delete().where(releases.c.id == ids[0]))
    assert len(listed(many, second.previous).rows) == 2


def test_the_total_is_counted_up_to_a_point(database: Database) -> None:
    made = NEW | {"lea_cds": HERE, "program": "caaspp", "year": "2025-26", "record_types": "01", "search_id": 1}
    made |= {"found_at": MOMENTS[0]}
    with database.begin() as connection:
        connection.execute(insert(releases), [made | {"student_dcid": number} for number in range(COUNTED + 1)])
    page = listed(database)
    assert (page.total, page.total_is_capped) == (COUNTED, True)


def test_years_are_those_of_the_own_lea_the_newest_first(database: Database) -> None:
    made = {"name": ("Sam", "Juniper"), "school_number": 7, "grade": 3, "program": "caaspp", "found_at": MOMENTS[0]}
    years = [(HERE, "2024-25"), (HERE, "2026-27"), (HERE, "2024-25"), (ELSEWHERE, "2025-26")]
    fill(database, [made | {"lea_cds": lea, "year": year} for lea, year in years])
    assert ReleaseList(database).years(HERE) == ["2026-27", "2024-25"]
    assert ReleaseList(database).years(str(uuid.uuid4())) == []
