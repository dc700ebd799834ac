"""What the office enters decides by when families have to know: saved on record, and counted into the releases."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from plugin.model import PACIFIC, Lea, Persona, Viewer
from plugin.reports.due_dates import Program
from plugin.reports.manager import deadlines
from plugin.reports.manager.deadlines import calendar_of, receipts_of, save_calendar, save_receipts
from plugin.reports.services import Asking
from plugin.store.new_releases import NEW
from plugin.store.tables import audit, releases
from plugin.store.versions import SavedMeanwhile
from tests.office import LEA, Office, pacific

DAY = datetime.date
HERE, ELSEWHERE = Lea(LEA, "Here"), Lea("19999990100000", "Elsewhere")
DANA = Viewer("dana", Persona.STAFF, "1", "dana.overlook", "Dana")
ASKING = Asking("127.0.0.1", "1")
YEARS = [(DAY(2025, 8, 13), DAY(2026, 6, 4)), (DAY(2026, 8, 12), DAY(2027, 6, 4))]


class Coordinator(Office):
    """Of an office with releases. They were found on 1 October 2026 in the evening."""

    def find(self, program: Program = Program.CAASPP, *, lea: Lea = HERE, number: int = 1, **facts: object) -> int:
        row = NEW | {"student_dcid": number, "program": program, "year": "2025-26", "lea_cds": lea.cds}
        row |= {"record_types": "01", "found_at": pacific(2026, 10, 1, 20), "search_id": 1} | facts
        with self.services.releases.database.begin() as connection:
            return connection.execute(insert(releases).values(row)).inserted_primary_key[0]

    def due(self, number: int) -> tuple[DAY | None, bool]:
        columns = releases.c.due_on, releases.c.due_estimated
        with self.services.releases.database.read() as connection:
            return tuple(connection.execute(select(*columns).where(releases.c.id == number)).one())

    def receive(self, day: DAY | None, year: str = "2025-26", replaces: int = 0) -> None:
        save_receipts(self.services, DANA, HERE, {(Program.CAASPP, year): day}, replaces, ASKING)

    def recorded(self) -> list[tuple[str, object]]:
        with self.services.releases.database.read() as connection:
            return [tuple(row) for row in connection.execute(select(audit.c.event, audit.c.change))]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Coordinator]:
    with closing(Coordinator(tmp_path, pacific(2026, 11, 2, 9))) as office:
        yield office


def test_a_day_of_receipt_counts_instead_of_the_day_of_finding(office: Coordinator) -> None:
    number, other = office.find(), office.find(lea=ELSEWHERE, number=2)
    office.receive(DAY(2026, 9, 1))
    assert receipts_of(office.services, HERE).days == {(Program.CAASPP, "2025-26"): DAY(2026, 9, 1)}
    assert office.due(number) == (DAY(2026, 9, 29), False)
    assert office.due(other) == (None, True)


def test_taken_back_the_day_of_finding_counts_again_as_an_estimate(office: Coordinator) -> None:
    number = office.find()
    office.receive(DAY(2026, 9, 1))
    office.receive(None, replaces=1)
    assert receipts_of(office.services, HERE).days == {}
    assert office.due(number) == (DAY(2026, 10, 29), True)


def test_a_day_of_receipt_is_that_of_its_own_program_and_year(office: Coordinator) -> None:
    earlier, summative = office.find(year="2024-25"), office.find(Program.SUMMATIVE_ELPAC)
    office.receive(DAY(2026, 9, 1))
    assert office.due(earlier) == office.due(summative) == (None, True)


def test_a_calendar_counts_for_everything_that_is_due(office: Coordinator) -> None:
    found = pacific(2026, 6, 20, 9)
    number, summative = office.find(found_at=found), office.find(Program.SUMMATIVE_ELPAC, found_at=found)
    initial = office.find(Program.INITIAL_ELPAC, enrolled_on=DAY(2026, 8, 12))
    save_calendar(office.services, DANA, HERE, YEARS, [DAY(2026, 9, 7)], 0, ASKING)
    assert office.due(number) == (DAY(2026, 9, 9), True)
    assert office.due(summative) == (DAY(2026, 9, 1), True)
    assert office.due(initial) == (DAY(2026, 9, 11), False)
    calendar = calendar_of(office.services, HERE)
    assert (calendar.years, calendar.holidays, calendar.imported) == (tuple(YEARS), {DAY(2026, 9, 7)}, True)


def test_without_a_calendar_the_districts_own_holidays_count(office: Coordinator) -> None:
    calendar = calendar_of(office.services, HERE)
    assert (calendar.years, calendar.holidays) == ((), office.services.district.holidays)
    assert not calendar.imported


def test_what_is_saved_is_on_record_before(office: Coordinator) -> None:
    office.receive(DAY(2026, 9, 1))
    office.receive(DAY(2026, 9, 2), replaces=1)
    save_calendar(office.services, DANA, HERE, YEARS, [], 0, ASKING)
    assert office.recorded() == [
        ("choice_changed", {"received caaspp/2025-26": "– → 2026-09-01"}),
        ("choice_changed", {"received caaspp/2025-26": "2026-09-01 → 2026-09-02"}),
        ("choice_changed", {"calendar": "2 school years, 0 holidays"}),
    ]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(office: Coordinator) -> None:
    number = office.find()
    office.receive(DAY(2026, 9, 1))
    with pytest.raises(SavedMeanwhile):
        office.receive(DAY(2026, 9, 2))
    with pytest.raises(SavedMeanwhile):
        save_calendar(office.services, DANA, HERE, YEARS, [], 1, ASKING)
    assert office.due(number) == (DAY(2026, 9, 29), False)
    assert [change for _event, change in office.recorded()] == [{"received caaspp/2025-26": "– → 2026-09-01"}]


def test_more_than_anybody_should_wait_for_is_left_to_the_worker(
    office: Coordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "CHUNK", 2)
    monkeypatch.setattr(deadlines, "MOST_CHUNKS", 2)
    office.services.marks.come_to("checked", 0, office.now)
    numbers = [office.find(number=number) for number in range(5)]
    office.receive(DAY(2026, 9, 1))
    assert [day for day, _estimated in map(office.due, numbers)] == [*[DAY(2026, 9, 29)] * 4, None]
    assert office.services.marks.of("checked").at is None


def test_the_day_of_finding_is_one_in_california(office: Coordinator) -> None:
    number = office.find(found_at=datetime.datetime(2026, 10, 2, 6, 59, tzinfo=datetime.UTC))
    save_calendar(office.services, DANA, HERE, [], [], 0, ASKING)
    assert pacific(2026, 10, 1).tzinfo is PACIFIC
    assert office.due(number) == (DAY(2026, 10, 29), True)
