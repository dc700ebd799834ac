"""One search through a district: everybody is asked for once, what is new is kept, and whatever happens it goes on."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from plugin.ets.client import StateClient
from plugin.ets.contract import Contract
from plugin.ets.links import LinkPolicy
from plugin.model import Lea
from plugin.network import Network
from plugin.reports.detection import pace, searching
from plugin.reports.detection.candidates import looked_for, this_spring
from plugin.reports.detection.plan import SearchPlan
from plugin.reports.due_dates import program_of
from plugin.reports.services import Services
from plugin.store.found_reports import FoundReport
from plugin.store.links import Asked
from plugin.store.searched import Outcome
from plugin.store.searches import LEASE, Search, State
from sandbox.district import make
from sandbox.stage import Stage

PATH = "/scorereports/{ssid}"
DAY = datetime.timedelta(days=1)


class Searcher:
    """A worker on a stage, as fast as it can."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.lea = Lea(stage.district.cds, stage.district.name)
        self.now = datetime.datetime.now(datetime.UTC)
        self.services: Services = stage.services(now=lambda: self.now)

    def begin(self, **chosen: object) -> Search:
        self.plan = SearchPlan(**{"rate": math.inf, "previous_years": True, **chosen})
        searching.begin(self.services, self.lea, "the office", self.plan)
        return self.search

    def go_on(self, name: str = "worker", **options: object) -> None:
        searching.go_on(self.services, self.search, name, self.plan, **{"in_flight": 4, **options})

    @property
    def listed(self) -> list[int]:
        """Who is still to be asked for, in that order."""
        return [one.dcid for one in self.services.searches.waiting(self.search.id, 1000)]

    @property
    def search(self) -> Search:
        return self.services.searches.latest(self.lea.cds)

    @property
    def progress(self) -> tuple[int, int, int]:
        told = self.services.searches.progress(self.search.id)
        return told.students, told.asked, told.found

    def asked_for(self) -> Counter[int | None]:
        """How often the state was asked for whom, by what its record keeps of a student."""
        return Counter(call.pupil for call in self.stage.state.calls if call.path == PATH)


@pytest.fixture
def own_stage(tmp_path: Path) -> Iterator[Stage]:
    """A smaller district than elsewhere: each search asks for everybody in it."""
    with Stage(make(30), tmp_path) as running:
        yield running


@pytest.fixture
def searcher(own_stage: Stage) -> Searcher:
    return Searcher(own_stage)


def own_students(stage: Stage) -> list[int]:
    """Who can have a report: enrolled in this LEA, with an SSID, in kindergarten or above, and not exempted."""
    here = (one for one in stage.district.pupils if one.lea_cds == stage.district.cds and one.enroll_status == 0)
    return [one.dcid for one in here if one.ssid and one.grade >= 0 and not one.exempt]


def test_everybody_who_can_have_a_report_is_asked_for_once(searcher, own_stage):
    searcher.begin()
    searcher.go_on()
    students = own_students(own_stage)
    assert searcher.search.state is State.DONE
    assert searcher.progress[:2] == (len(students), len(students))
    assert len(searcher.asked_for()) == len(students)


def test_what_is_found_is_what_the_state_has(searcher, own_stage):
    searcher.begin()
    searcher.go_on()
    saved = searcher.services.credentials.load(searcher.lea.cds)
    expected = set()
    for pupil in own_stage.district.pupils:
        if pupil.dcid in own_students(own_stage) and pupil.outcome == "reports":
            for one in searcher.services.state.reports(searcher.lea, saved, pupil.ssid):
                facts = one.record_types, program_of(one.record_types), one.year_text, one.language
                expected.add(FoundReport(pupil.dcid, *facts))
    assert searcher.progress[2] == len(expected) > 50
    assert searcher.services.searches.known(searcher.lea.cds) == {(one.dcid, one.year) for one in expected}


def test_failures_are_counted_by_cause(searcher, own_stage):
    searcher.begin()
    searcher.go_on()
    outcomes = Counter(one.outcome for one in own_stage.district.pupils if one.dcid in own_students(own_stage))
    assert searcher.services.searches.progress(searcher.search.id).failures == {
        "not_enrolled_here": outcomes["lea_mismatch"],
        "ssid_unknown": outcomes["ssid_not_found"],
        "state_down": outcomes["processing_error"] + outcomes["internal_error"],
    }


def test_a_second_search_finds_nothing_new(searcher):
    searcher.begin()
    searcher.go_on()
    searcher.begin()
    searcher.go_on()
    assert searcher.progress[2] == 0


def test_who_was_seen_this_year_comes_last_the_next_time(searcher, own_stage):
    this_year = str(this_spring(searcher.services.today()))
    seen = own_students(own_stage)[:3]
    found = [FoundReport(dcid, frozenset({"01"}), "caaspp", this_year, "ENG") for dcid in seen]
    searcher.services.searches.keep(searcher.begin(), [Outcome(one.dcid, "ok", [one]) for one in found], searcher.now)
    searcher.services.searches.change(searcher.search.id, State.STOPPED, searcher.now)
    searcher.begin()
    assert set(searcher.listed[-3:]) == set(seen)


def test_exempted_students_are_left_out(searcher, own_stage):
    exempt = next(one for one in own_stage.district.pupils if one.exempt)
    searcher.lea = Lea(exempt.lea_cds, "Charter")
    searcher.begin()
    assert searcher.listed
    assert exempt.dcid not in searcher.listed


def test_where_powerschool_will_not_tell_who_is_exempted_nobody_is_left_out(searcher, own_stage):
    exempt = next(one for one in own_stage.district.pupils if one.exempt)
    own_stage.school.refuse_column("U_SCORE_REPORTS.TEST_EXEMPTION")
    searcher.lea = Lea(exempt.lea_cds, "Charter")
    searcher.begin()
    assert exempt.dcid in searcher.listed
    assert [field.role for field in searching.unreadable(searcher.services)] == ["exemption"]


def test_who_carries_the_status_that_the_district_names_is_left_out_on_demand(searcher, own_stage):
    carrier = next(one for one in own_stage.district.pupils if one.status)
    searcher.lea = Lea(carrier.lea_cds, "Charter")
    searcher.begin()
    assert carrier.dcid in searcher.listed
    searcher.services.searches.change(searcher.search.id, State.STOPPED, searcher.now)
    searcher.begin(leave_out_status=True)
    assert carrier.dcid not in searcher.listed


def test_only_the_chosen_schools_students_are_asked_for(searcher, own_stage):
    school_of = {one.dcid: one.school_number for one in own_stage.district.pupils}
    school = school_of[own_students(own_stage)[0]]
    searcher.begin(schools=frozenset({school}))
    assert searcher.listed
    assert {school_of[dcid] for dcid in searcher.listed} == {school}


@pytest.mark.parametrize(("days_later", "listed"), [(0, True), (1, False)])
def test_who_left_is_asked_for_where_that_was_on_the_chosen_day_or_later(searcher, own_stage, days_later, listed):
    gone = next(one for one in own_stage.district.pupils if one.enroll_status == 2)
    [left_on] = [one.days.last + DAY for one in searcher.services.roster.left() if one.student.dcid == gone.dcid]
    searcher.begin(left_since=left_on + days_later * DAY)
    assert (gone.dcid in searcher.listed) is listed
    searcher.go_on()
    assert (gone.id in searcher.asked_for()) is listed


def test_who_has_no_ssid_any_more_says_nothing_about_the_state(searcher, paces, monkeypatch):
    """The first ones to be asked for: what is quick there would make every later call look slow."""
    heard: list[pace.Heard] = []
    monkeypatch.setattr(pace.Pace, "heard", lambda _, how, *args, **facts: heard.append(how))
    searcher.services.searches.begin(searcher.lea.cds, [-1, -2], by="the office", now=searcher.now)
    searcher.plan = SearchPlan()
    searcher.go_on()
    assert searcher.search.state is State.DONE
    assert set(heard) == {pace.Heard.NOTHING}
    assert searcher.services.searches.progress(searcher.search.id).failures == {"ssid_unknown": 2}


def test_reports_of_earlier_years_are_kept_on_demand_only(searcher):
    newest = {str(year) for year in looked_for(searcher.services.today())}
    searcher.begin(previous_years=False)
    searcher.go_on()
    first = searcher.services.searches.known(searcher.lea.cds)
    assert {year for _, year in first} <= newest
    searcher.begin(previous_years=True)
    searcher.go_on()
    assert {year for _, year in searcher.services.searches.known(searcher.lea.cds)} - newest


@pytest.mark.parametrize(
    ("today", "last_tested", "years"),
    [
        ("2026-03-01", "2025-26", {"2025-26"}),  # no results of spring yet, those of last year are old
        ("2026-06-10", "2025-26", {"2025-26"}),
        ("2026-11-22", "2025-26", {"2025-26", "2026-27"}),
        ("2027-01-04", "2026-27", {"2026-27"}),
    ],
)
def test_new_is_what_was_tested_in_spring_and_at_entry_in_autumn(today, last_tested, years):
    day = datetime.date.fromisoformat(today)
    assert str(this_spring(day)) == last_tested
    assert {str(year) for year in looked_for(day)} == years


def test_a_stopped_worker_leaves_the_rest_to_the_next_one(searcher, own_stage):
    searcher.begin()
    rounds = iter([False] * 12)
    searcher.go_on("one", stop=lambda: next(rounds, True))
    assert 0 < searcher.progress[1] < len(own_students(own_stage))
    searcher.go_on("two")
    assert searcher.search.state is State.DONE
    assert len(searcher.asked_for()) == len(own_students(own_stage))


def test_while_one_worker_has_it_another_does_nothing_until_the_lease_ends(searcher):
    searcher.begin()
    searcher.services.searches.lease(searcher.search.id, "one", searcher.now)
    searcher.go_on("two")
    assert searcher.progress[1] == 0
    searcher.now += LEASE
    searcher.go_on("two")
    assert searcher.search.state is State.DONE


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED])
def test_a_paused_or_stopped_search_asks_for_nobody(searcher, state):
    searcher.begin()
    searcher.services.searches.change(searcher.search.id, state, searcher.now)
    searcher.go_on()
    assert searcher.asked_for() == {}


def test_refused_credentials_lose_nobody_and_it_goes_on_with_new_ones(searcher, own_stage):
    searcher.begin()
    issued = own_stage.state.replace_credentials(searcher.lea.cds)
    searcher.go_on()
    assert searcher.progress[1] == 0
    assert searcher.search.state is State.SEARCHING
    own_stage.save_credentials(searcher.lea.cds, issued.user, issued.secret)
    searcher.go_on()
    assert searcher.search.state is State.DONE


def test_a_failing_state_is_asked_once_more_at_the_end(searcher, own_stage):
    searcher.begin()
    own_stage.state.settings.faults["429"] = 1
    first = searcher.services.searches.waiting(searcher.search.id, 1)[0].dcid
    searcher.go_on(in_flight=1)
    asked = [call.pupil for call in own_stage.state.calls if call.path == PATH]
    [number] = [one.id for one in own_stage.district.pupils if one.dcid == first]
    assert asked[0] == number
    assert number in asked[len(own_students(own_stage)) :]
    assert "state_busy" not in searcher.services.searches.progress(searcher.search.id).failures


def test_only_the_own_leas_students_are_asked_for(searcher, own_stage):
    charter = next(lea for lea in own_stage.state.credentials if lea != searcher.lea.cds)
    searcher.lea = Lea(charter, "Charter")
    searcher.begin()
    searcher.go_on()
    assert {call.lea for call in own_stage.state.calls if call.path == PATH} == {charter}


def test_where_the_state_keeps_failing_nobody_is_asked_for_more_than_three_times(searcher, own_stage, monkeypatch):
    monkeypatch.setattr(pace, "PROBE", 0.0)
    searcher.begin()
    own_stage.state.settings.faults["500"] = None
    searcher.go_on()
    students = len(own_students(own_stage))
    assert searcher.search.state is State.DONE
    assert set(searcher.asked_for().values()) == {3}
    assert searcher.services.searches.progress(searcher.search.id).failures == {"state_down": students}


def test_where_the_state_cannot_prove_who_it_is_nobody_is_asked_for_again(searcher, own_stage, monkeypatch):
    monkeypatch.setattr(pace, "PROBE", 0.0)
    not_tls = Network(own_stage.state.url.replace("http:", "https:"))
    state = StateClient(not_tls, Contract(), LinkPolicy({own_stage.state.link_host}))
    searcher.services = replace(searcher.services, state=state)
    searcher.begin()
    with structlog.testing.capture_logs() as logged:
        searcher.go_on()
    students = len(own_students(own_stage))
    assert searcher.search.state is State.DONE
    assert searcher.services.searches.progress(searcher.search.id).failures == {"state_untrusted": students}
    assert [one["event"] for one in logged] == ["state.not_to_be_trusted"] * students


@pytest.fixture
def paces(monkeypatch: pytest.MonkeyPatch) -> list[pace.Pace]:
    """The paces of the searches that go on from now on."""

    class Remembered(pace.Pace):
        def __post_init__(self) -> None:
            super().__post_init__()
            made.append(self)

    made: list[pace.Pace] = []
    monkeypatch.setattr(searching, "Pace", Remembered)
    monkeypatch.setattr(searching, "LOOK", 0.05)
    return made


def test_what_people_ask_for_meanwhile_is_left_to_them(searcher, paces):
    searcher.begin()
    for subject in ("ada", "grace", "mary"):
        searcher.services.links.keep(subject, Asked(1, "", ""), [], searcher.now)
    searcher.services.links.keep("joan", Asked(1, "", ""), [], searcher.now - datetime.timedelta(seconds=1))
    searcher.go_on()
    assert paces[0].people == pytest.approx(3 / 0.05)


def test_how_the_state_takes_it_is_kept_for_whoever_asks_next(searcher, paces):
    searcher.begin(rate=1000.0)
    searcher.go_on()
    kept = searcher.services.state_paces.of(searcher.lea.cds)
    assert (kept.rate, kept.latency) == (paces[0].rate, paces[0].latency)
    assert (kept.stopped, kept.measured_at) == (False, searcher.now)
    assert 0 < kept.latency < 10


@pytest.mark.parametrize(("later", "begins"), [(0, 400), (pace.FORGOTTEN, 400), (pace.FORGOTTEN + 1, 1000)])
def test_who_goes_on_soon_is_as_slow_as_the_state_wanted_it(searcher, paces, later, begins):
    searcher.services.state_paces.keep(searcher.lea.cds, 400, 0.1, searcher.now, stopped=False)
    searcher.now += datetime.timedelta(seconds=later)
    searcher.begin(rate=1000.0)
    searcher.go_on(stop=lambda: True)
    assert paces[0].rate == begins


def test_one_leas_open_circuit_stops_no_other(searcher, own_stage):
    charter = next(lea for lea in own_stage.state.credentials if lea != searcher.lea.cds)
    searcher.services.state_paces.keep(charter, 5, 0.1, searcher.now, stopped=True)
    searcher.begin()
    searcher.go_on()
    assert searcher.search.state is State.DONE
