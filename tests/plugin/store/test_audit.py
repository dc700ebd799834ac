"""The access record: complete, in known words, committed before anything happens, and never changed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Row, select
from sqlalchemy.exc import DBAPIError

from plugin.errors import AuditUnavailable
from plugin.model import Persona, Report, SchoolYear
from plugin.store import tables
from plugin.store.audit import VOCABULARY, Audit, Event, described
from plugin.store.database import Database

MINUTE = datetime.timedelta(minutes=1)
REPORT = Report(
    record_types=frozenset({"21"}),
    test_name="Summative ELPAC",
    program="ELPAC",
    year=SchoolYear(2024),
    year_text="2024-25",
    grade="KN",
    language="SPA",
    format="PDF",
    url="https://reports.example/CANARY",
)
FACTS: dict[str, Any] = {
    "subject": "guardian-7",
    "persona": Persona.PARENT,
    "account": "token-7",
    "lea_cds": "19647330000000",
    "student_dcid": 4711,
    "report": described(REPORT),
    "address": "203.0.113.7",
    "request_id": "0123456789abcdef",
}
EVERY_FACT = FACTS | {"change": {"level": "view, before: none"}}
REFUSED = {"address": "203.0.113.7", "request_id": "0123456789abcdef"}


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


@pytest.fixture
def recorded(database: Database) -> Callable[[], list[Row[Any]]]:
    def recorded() -> list[Row[Any]]:
        with database.read() as connection:
            return list(connection.execute(select(tables.audit).order_by(tables.audit.c.id)))

    return recorded


def test_a_view_is_recorded_with_everything_but_the_link(audit: Audit, recorded, now: datetime.datetime) -> None:
    audit.record(Event.VIEW, now, **FACTS)
    [row] = recorded()
    assert row._mapping == {"id": 1, "at": now, "event": "view", "outcome": "ok", "change": None, **FACTS}
    assert row.report == {
        "record_types": ["21"],
        "test_name": "Summative ELPAC",
        "program": "ELPAC",
        "year": "2024-25",
        "grade": "KN",
        "language": "SPA",
        "format": "PDF",
    }
    assert "CANARY" not in str(row)


@pytest.mark.parametrize("event", list(Event))
def test_every_event_is_recorded_with_the_facts_it_declares(audit, recorded, now, event: Event) -> None:
    needed, allowed = VOCABULARY[event]
    audit.record(event, now, outcome="a cause", **{name: EVERY_FACT[name] for name in needed})
    audit.record(event, now, **{name: EVERY_FACT[name] for name in needed | allowed})
    least, most = recorded()
    assert (least.event, least.outcome, most.outcome) == (event, "a cause", "ok")
    assert {name for name in EVERY_FACT if least._mapping[name] is not None} == needed
    assert {name for name in EVERY_FACT if most._mapping[name] is not None} == needed | allowed


@pytest.mark.parametrize("event", list(Event))
def test_a_fact_that_is_missing_or_not_declared_is_an_error(audit, recorded, now, event: Event) -> None:
    needed, allowed = VOCABULARY[event]
    complete = {name: EVERY_FACT[name] for name in needed}
    wrong = [{name: fact for name, fact in complete.items() if name != missing} for missing in needed]
    wrong += [complete | {missing: None} for missing in needed]
    wrong += [complete | {name: EVERY_FACT[name]} for name in EVERY_FACT.keys() - needed - allowed]
    wrong += [complete | {"name": "María"}]
    for facts in wrong:
        with pytest.raises(ValueError, match=f"audit's {event}"):
            audit.record(event, now, **facts)
    assert recorded() == []


def test_a_report_cannot_smuggle_a_link_into_the_record(audit: Audit, recorded, now: datetime.datetime) -> None:
    with pytest.raises(ValueError, match="not declared") as refused:
        audit.record(Event.VIEW, now, **FACTS | {"report": {"url": REPORT.url}})
    assert "CANARY" not in str(refused.value)
    assert recorded() == []


def test_what_was_asked_for_is_recorded_as_well(audit: Audit, recorded, now: datetime.datetime) -> None:
    audit.record(Event.GET_REPORT, now, **FACTS | {"report": {"assessment": "elpac", "year": "2024-25"}})
    assert recorded()[0].report == {"assessment": "elpac", "year": "2024-25"}


@pytest.mark.parametrize("breaker", ["\r\n", "\n", "\x00", "\x1b[2J", "\u2028", "\u2029", "\x85", "\u202e", "\ud800"])
def test_no_text_breaks_out_of_its_line(audit: Audit, recorded, now: datetime.datetime, breaker: str) -> None:
    forged = f"x{breaker}2026-11-22 view ok"
    report = {"test_name": forged, "record_types": [forged]}
    texts = {name: forged for name in FACTS.keys() - {"persona", "student_dcid", "report"}}
    audit.record(Event.REFUSED, now, outcome=forged, persona=Persona.PARENT, report=report, **texts)
    [row] = recorded()
    kept = [row._mapping[name] for name in texts] + [row.outcome, row.report["test_name"], *row.report["record_types"]]
    assert len(set(kept)) == 1
    assert kept[0].isprintable()
    assert kept[0].startswith("x\\")


def test_a_refusal_of_nonsense_is_recorded(audit: Audit, recorded, now: datetime.datetime) -> None:
    audit.record(Event.REFUSED, now, outcome="not_found", student_dcid=10**40, **REFUSED)
    audit.record(Event.REFUSED, now, outcome="not_found", student_dcid=2**63 - 1, subject="x" * 100_000, **REFUSED)
    nonsense, long = recorded()
    assert nonsense.student_dcid is None
    assert (long.student_dcid, len(long.subject)) == (2**63 - 1, 300)


def test_it_is_committed_when_record_returns(audit: Audit, connect, now: datetime.datetime) -> None:
    audit.record(Event.SIGN_OUT, now, **{name: FACTS[name] for name in ("subject", "persona", *REFUSED)})
    with connect(1).read() as elsewhere:
        assert elsewhere.scalars(select(tables.audit.c.event)).all() == ["sign_out"]


def test_what_cannot_be_written_is_an_error_and_nothing_is_left(connect, database, recorded, now) -> None:
    audit = Audit(connect(1, wait=0.1))
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE audit")
        with pytest.raises(AuditUnavailable) as failure:
            audit.record(Event.VIEW, now, **FACTS)
    assert "CANARY" not in repr(failure.value.__cause__)
    assert recorded() == []
    audit.record(Event.VIEW, now, **FACTS)
    assert len(recorded()) == 1


def test_a_database_without_tables_is_an_error_as_well(connect: Callable[..., Database], now) -> None:
    with pytest.raises(AuditUnavailable):
        Audit(connect(1)).record(Event.VIEW, now, **FACTS)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET outcome = 'ok'",
        "UPDATE audit SET outcome = outcome WHERE id = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
    ],
)
def test_a_row_cannot_be_changed_or_deleted(audit: Audit, database, recorded, now, change: str) -> None:
    audit.record(Event.REFUSED, now, outcome="not_found", **REFUSED)
    before = recorded()
    with pytest.raises(DBAPIError, match="append-only"), database.begin() as connection:
        connection.exec_driver_sql(change)
    assert recorded() == before


def test_a_row_cannot_be_replaced_or_the_table_emptied(audit: Audit, database, recorded, now, url: str) -> None:
    change = "TRUNCATE audit"
    if url.startswith("sqlite"):
        change = "INSERT OR REPLACE INTO audit (id, at, event, outcome) VALUES (1, '2026-11-22', 'view', 'ok')"
    audit.record(Event.REFUSED, now, outcome="not_found", **REFUSED)
    before = recorded()
    with pytest.raises(DBAPIError, match="append-only"), database.begin() as connection:
        connection.exec_driver_sql(change)
    assert recorded() == before


def test_rows_are_numbered_in_the_order_they_were_written(audit: Audit, recorded, now: datetime.datetime) -> None:
    for outcome in "abc":
        audit.record(Event.REFUSED, now, outcome=outcome, **REFUSED)
    assert [(row.id, row.outcome) for row in recorded()] == [(1, "a"), (2, "b"), (3, "c")]


def test_the_last_look_is_the_newest_view_of_that_student_by_that_persona(audit: Audit, now) -> None:
    assert audit.last_look(4711, Persona.PARENT) is None
    audit.record(Event.VIEW, now, **FACTS)
    audit.record(Event.VIEW, now + MINUTE, **FACTS)
    audit.record(Event.GET_REPORT, now + 2 * MINUTE, **FACTS)
    audit.record(Event.VIEW, now + 2 * MINUTE, **FACTS | {"persona": Persona.STAFF})
    audit.record(Event.VIEW, now + 2 * MINUTE, **FACTS | {"student_dcid": 4712})
    assert audit.last_look(4711, Persona.PARENT) == now + MINUTE


def test_a_report_is_described_by_all_that_it_is_but_its_link() -> None:
    assert described(REPORT) == described(replace(REPORT, url=""))
