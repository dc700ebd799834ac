"""Who looked, drawn from the access record: each look once, in whatever order the record comes to be."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select

from plugin.errors import SchoolSystemUnavailable
from plugin.reports.manager.looking import LONGEST_WRITING, look_up
from plugin.store.database import Database
from plugin.store.looks import Looks
from plugin.store.marks import Marks
from plugin.store.new_releases import NEW
from plugin.store.tables import audit, looks, releases

LEA = "19999990000000"
STUDENT, YEAR = 7, "2025-26"
MINUTE = datetime.timedelta(minutes=1)


class Record:
    """An access record that is written out of order, and a school that knows when its one student was born."""

    def __init__(self, database: Database, now: datetime.datetime) -> None:
        self.database, self.now = database, now
        self.born: datetime.date | None = datetime.date(2008, 11, 22)
        self.away = False
        self.services: Any = SimpleNamespace(
            looks=Looks(database), marks=Marks(database), recent_roster=self, now=lambda: self.now
        )

    def listed_one(self, dcid: int) -> SimpleNamespace:
        if self.away:
            raise SchoolSystemUnavailable
        return SimpleNamespace(born=self.born)

    def find(self, student: int = STUDENT) -> None:
        facts = {"student_dcid": student, "program": "caaspp", "year": YEAR, "lea_cds": LEA, "record_types": "01,02"}
        with self.database.begin() as connection:
            connection.execute(insert(releases).values(NEW | facts | {"found_at": self.now, "search_id": 1}))

    def view(self, number: int, persona: str = "parent", *, ago: int = 0, **facts: Any) -> None:
        usual = {"event": "view", "outcome": "ok", "subject": f"{persona}'s", "student_dcid": STUDENT}
        usual |= {"report": {"record_types": ["01", "02"], "year": YEAR, "program": "CAASPP"}}
        at = self.now - ago * MINUTE
        with self.database.begin() as connection:
            connection.execute(insert(audit).values(usual | {"id": number, "at": at, "persona": persona} | facts))

    def release(self) -> tuple[Any, ...]:
        columns = (releases.c[name] for name in ("looked_at", "looked_by", "student_looked_at"))
        with self.database.read() as connection:
            return tuple(connection.execute(select(*columns)).one())

    def looks(self) -> list[int]:
        with self.database.read() as connection:
            return list(connection.scalars(select(looks.c.audit_id).order_by(looks.c.audit_id)))


@pytest.fixture
def record(database: Database, now: datetime.datetime) -> Record:
    return Record(database, now)


def test_a_parents_opening_informs_the_family_from_the_first_one_on(record: Record) -> None:
    record.find()
    record.view(1, ago=5)
    record.view(2)
    look_up(record.services)
    assert record.release() == (record.now - 5 * MINUTE, "parent", None)


def test_a_students_opening_is_kept_beside(record: Record) -> None:
    record.born = datetime.date(2008, 11, 23)
    record.find()
    record.view(1, "student")
    look_up(record.services)
    assert record.release() == (None, "", record.now)


def test_from_the_eighteenth_birthday_in_california_on_a_students_opening_informs(record: Record) -> None:
    record.find()
    record.view(1, "student", at=datetime.datetime(2026, 11, 22, 7, 59, tzinfo=datetime.UTC))  # the 21st there
    record.view(2, "student", at=datetime.datetime(2026, 11, 22, 8, 0, tzinfo=datetime.UTC))
    look_up(record.services)
    of_age, before = (datetime.datetime(2026, 11, 22, *time, tzinfo=datetime.UTC) for time in ((8, 0), (7, 59)))
    assert record.release() == (of_age, "student", before)


def test_without_a_date_of_birth_a_students_opening_informs_nobody(record: Record) -> None:
    record.born = None
    record.find()
    record.view(1, "student")
    look_up(record.services)
    assert record.release()[0] is None


@pytest.mark.parametrize(
    "facts",
    [
        {"persona": "staff"},
        {"persona": "teacher"},
        {"outcome": "link_expired"},
        {"event": "refused"},
        {"event": "get_report"},
        {"student_dcid": 8},
        {"report": {"record_types": ["21"], "year": YEAR}},
        {"report": {"record_types": ["01"], "year": "2024-25"}},
    ],
)
def test_nothing_else_is_a_look_at_the_release(record: Record, facts: dict[str, Any]) -> None:
    record.find()
    record.view(1, **{"persona": "parent"} | facts)
    look_up(record.services)
    assert record.release() == (None, "", None)


def test_a_look_that_came_before_its_release_was_found_is_written_into_it_then(record: Record) -> None:
    record.view(1)
    look_up(record.services)
    record.find()
    record.services.looks.write_into({(STUDENT, "caaspp", YEAR)})
    assert record.release()[:2] == (record.now, "parent")


def test_a_row_that_is_committed_later_than_the_one_behind_it_is_not_missed(record: Record) -> None:
    record.find()
    record.view(1, ago=9)
    record.view(3, "student", ago=8)
    look_up(record.services)
    record.view(2, subject="the other parent's", ago=9)
    look_up(record.services)
    assert record.looks() == [1, 2, 3]


def test_an_earlier_look_that_is_committed_later_counts(record: Record) -> None:
    record.find()
    record.view(2, ago=1)
    look_up(record.services)
    record.view(1, ago=2)
    look_up(record.services)
    assert record.release()[0] == record.now - 2 * MINUTE
    assert record.looks() == [1]


def test_a_number_that_never_comes_holds_nothing_up_for_long(record: Record) -> None:
    record.view(1)
    record.view(3)
    look_up(record.services)
    assert record.services.marks.of("looks").number == 1
    record.now += LONGEST_WRITING
    look_up(record.services)
    assert record.services.marks.of("looks").number == 3


def test_drawing_it_all_once_more_changes_nothing(record: Record) -> None:
    record.find()
    for number in range(1, 8):
        record.view(number, "student" if number % 2 else "parent", ago=number)
    look_up(record.services, chunks=[2, 2])
    first = record.services.marks.of("looks").number
    look_up(record.services)
    before = record.release(), record.looks()
    record.services.marks.forget("looks")
    look_up(record.services)
    assert first == 4
    assert (record.release(), record.looks()) == before


def test_while_powerschool_cannot_tell_an_age_the_record_waits_to_be_drawn(record: Record) -> None:
    record.find()
    record.view(1, "student")
    record.view(2)
    record.away = True
    look_up(record.services)
    assert record.release() == (None, "", None)
    record.away = False
    look_up(record.services)
    assert record.release()[0] == record.now
