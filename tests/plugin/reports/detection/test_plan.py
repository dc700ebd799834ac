"""When the plan wants a search, and what can be typed as one."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.model import PACIFIC, Lea
from plugin.reports.detection import planning
from plugin.reports.detection.plan import KIND, SearchPlan, next_search, plan_of
from plugin.reports.detection.planning import Typed, checked
from plugin.reports.faults import Faulty
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.versions import SavedMeanwhile
from sandbox.stage import Stage

SUNDAY = "2026-11-22"
WEEKDAYS = SearchPlan(enabled=True, at=datetime.time(20, 0))
TYPED = Typed.of(WEEKDAYS)


def pacific(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("now", "served", "expected"),
    [
        (f"{SUNDAY} 12:00", None, "2026-11-23 20:00"),
        ("2026-11-23 19:59", None, "2026-11-23 20:00"),
        ("2026-11-23 20:00", None, "2026-11-23 20:00"),
        ("2026-11-23 23:59", None, "2026-11-23 20:00"),  # nobody was at work: later the same day
        ("2026-11-24 00:01", None, "2026-11-24 20:00"),  # but not on the next
        ("2026-11-23 20:01", "2026-11-23 20:00:30", "2026-11-24 20:00"),  # once for a moment
        ("2026-11-23 20:01", "2026-11-23 18:00", "2026-11-23 20:00"),  # somebody's own before it is another one
        ("2026-11-27 21:00", "2026-11-27 20:00:05", "2026-11-30 20:00"),  # over the weekend
    ],
)
def test_a_search_is_due_at_its_time_on_its_days_once(now, served, expected):
    assert next_search(WEEKDAYS, served and pacific(served), pacific(now)) == pacific(expected)


def test_a_plan_that_is_off_or_has_no_days_wants_none():
    assert next_search(replace(WEEKDAYS, enabled=False), None, pacific(SUNDAY)) is None
    assert next_search(replace(WEEKDAYS, days=frozenset()), None, pacific(SUNDAY)) is None


def test_the_one_day_of_a_week_comes_again_in_a_week():
    mondays = replace(WEEKDAYS, days=frozenset({0}))
    assert next_search(mondays, pacific("2026-11-23 20:00:01"), pacific("2026-11-23 20:05")) == pacific(
        "2026-11-30 20:00"
    )


def test_the_hour_that_comes_twice_in_autumn_has_one_search():
    plan = replace(WEEKDAYS, days=frozenset(range(7)), at=datetime.time(1, 30))
    begun = pacific("2026-11-01 01:30:10")
    an_hour_later = pacific("2026-11-01 01:31").replace(fold=1)
    assert next_search(plan, begun, an_hour_later) == pacific("2026-11-02 01:30")


def test_the_hour_that_spring_skips_has_its_search_in_the_next_one():
    plan = replace(WEEKDAYS, days=frozenset(range(7)), at=datetime.time(2, 30))
    assert next_search(plan, None, pacific("2026-03-08 00:00")) == pacific("2026-03-08 03:30")


@given(
    st.builds(
        SearchPlan,
        enabled=st.booleans(),
        days=st.frozensets(st.integers(0, 6), min_size=1),
        at=st.builds(datetime.time, st.integers(0, 23), st.integers(0, 59)),
        previous_years=st.booleans(),
        left_since=st.none() | st.dates(datetime.date(2024, 1, 1), datetime.date(2026, 11, 22)),
        leave_out_status=st.booleans(),
        schools=st.frozensets(st.integers(1, 9999), max_size=3),
        rate=st.sampled_from([0.1, 0.25, 1, 5, 19.5, 20]),
    )
)
def test_a_plan_is_the_same_after_being_kept_and_after_being_shown_and_sent(plan):
    assert SearchPlan.of(plan.as_choice()) == plan
    assert checked(Typed.of(plan), datetime.date(2026, 11, 22)) == plan


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (replace(TYPED, days=frozenset()), "days"),
        (replace(TYPED, at=""), "at"),
        (replace(TYPED, at="24:00"), "at"),
        (replace(TYPED, at="٢٠:٠٠"), "at"),
        (replace(TYPED, left_since="yesterday"), "left_since"),
        (replace(TYPED, left_since="2026-11-23"), "left_since"),
        (replace(TYPED, left_since="1926-11-22"), "left_since"),
        (replace(TYPED, rate="0"), "rate"),
        (replace(TYPED, rate="20.01"), "rate"),
        (replace(TYPED, rate="five"), "rate"),
        (replace(TYPED, rate="nan"), "rate"),
    ],
)
def test_each_fault_is_a_sentence_beside_its_field(typed, name):
    with pytest.raises(Faulty) as refusal:
        checked(typed, datetime.date(2026, 11, 22))
    [fault] = refusal.value.faults
    assert fault.field == name
    assert (fault.text % fault.facts).endswith(".")


def test_all_faults_are_told_at_once():
    with pytest.raises(Faulty) as refusal:
        checked(replace(TYPED, days=frozenset(), at="noon", left_since="x", rate=""), datetime.date(2026, 11, 22))
    assert [fault.field for fault in refusal.value.faults] == ["days", "at", "left_since", "rate"]


def test_a_day_may_be_written_as_californians_do_and_without_searches_no_day_is_needed():
    typed = replace(TYPED, enabled=False, days=frozenset(), left_since="8/12/2026")
    assert checked(typed, datetime.date(2026, 11, 22)).left_since == datetime.date(2026, 8, 12)


# --- Saving --------------------------------------------------------------------------------------------------

LEA = Lea("19999010000000", "Poppy Valley Unified")
SOMEBODY = Operator("lee.coordinado", {"subject": "lee"})


@pytest.fixture
def services(own_stage: Stage) -> Services:
    return own_stage.services()


def test_a_saved_plan_holds_and_who_has_seen_an_older_one_changes_nothing(services):
    assert plan_of(services, LEA.cds) == SearchPlan()
    planning.save(services, SOMEBODY, LEA, WEEKDAYS, seen=0)
    with pytest.raises(SavedMeanwhile):
        planning.save(services, SOMEBODY, LEA, replace(WEEKDAYS, rate=1), seen=0)
    planning.save(services, SOMEBODY, LEA, WEEKDAYS, seen=0)  # the same again is no change
    assert plan_of(services, LEA.cds) == WEEKDAYS
    assert services.choices.of(LEA.cds, KIND).version == 1
