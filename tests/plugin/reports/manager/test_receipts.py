"""When the results came in, as it is typed: each day checked, and all of them saved at once or none."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugin.model import Lea, Persona, Viewer
from plugin.reports.due_dates import Program
from plugin.reports.faults import Faulty
from plugin.reports.manager import receipts
from plugin.reports.manager.deadlines import RECEIPTS, receipts_of
from plugin.reports.services import Asking
from plugin.store.choices import Choices
from tests.office import LEA, Office, pacific

HERE = Lea(LEA, "Here")
DANA = Viewer("dana", Persona.STAFF, "1", "dana.overlook", "Dana")
CAASPP, ELPAC = (Program.CAASPP, "2026-27"), (Program.SUMMATIVE_ELPAC, "2026-27")


class Crowded(Choices):
    """Somebody else saves again as soon as anybody has."""

    def save(self, lea_cds: str, kind: str, choice: Any, *, replaces: int, by: str, now: datetime.datetime) -> None:
        super().save(lea_cds, kind, choice, replaces=replaces, by=by, now=now)
        super().save(lea_cds, kind, choice, replaces=replaces + 1, by="somebody else", now=now)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path, pacific(2026, 11, 2, 9))) as office:
        yield office


def save(office: Office, **typed: str) -> dict[receipts.Results, datetime.date]:
    """Type days of CAASPP and ELPAC; what is saved then."""
    days = {{"caaspp": CAASPP, "elpac": ELPAC}[name]: text for name, text in typed.items()}
    seen = receipts_of(office.services, HERE).version
    receipts.save(office.services, DANA, HERE, days, seen, Asking("127.0.0.1", "1"))
    return dict(receipts_of(office.services, HERE).days)


def test_all_days_are_saved_at_once_whoever_else_saves_in_between(office: Office) -> None:
    office.services = replace(office.services, choices=Crowded(office.services.choices.database))
    first, second = datetime.date(2026, 9, 1), datetime.date(2026, 9, 2)
    assert save(office, caaspp="2026-09-01", elpac="2026-09-02") == {CAASPP: first, ELPAC: second}


def test_a_day_is_taken_back_and_another_comes_in_one_version(office: Office) -> None:
    save(office, caaspp="2026-09-01")
    assert save(office, caaspp="", elpac="2026-09-02") == {ELPAC: datetime.date(2026, 9, 2)}
    assert save(office, elpac="2026-09-02") == {ELPAC: datetime.date(2026, 9, 2)}
    assert office.services.choices.of(LEA, RECEIPTS).version == 2


@pytest.mark.parametrize("day", ["2026-07-01", "2026-11-02"])
def test_the_first_day_of_the_tests_year_and_today_are_taken(office: Office, day: str) -> None:
    assert save(office, caaspp=day) == {CAASPP: datetime.date.fromisoformat(day)}


@pytest.mark.parametrize("day", ["2026-06-30", "2026-11-03", "soon"])
def test_a_day_that_cant_be_is_refused_with_the_right_one_beside_it(office: Office, day: str) -> None:
    with pytest.raises(Faulty):
        save(office, caaspp="2026-09-01", elpac=day)
    assert office.services.choices.of(LEA, RECEIPTS).version == 0
