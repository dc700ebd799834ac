"""What a grade is called: whose name, from which year on, and for which grade."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine

from plugin.model import Lea, SchoolYear
from plugin.powerschool.records import Enrolment, Period
from plugin.reports.grades import Label, StudentGrades, assessed, built_in, in_year, named
from plugin.store.database import Database
from plugin.store.grade_names import GradeName, GradeNames, version
from sandbox.district import TK, Pupil, make
from sandbox.stage import Stage
from tests.conftest import visitor_of
from tests.visitor import Page, words

DISTRICT = Lea("19999010000000", "The district")
CHARTER = Lea("19999010999003", "The charter")
BEFORE = Label("Before kindergarten")
KINDERGARTEN = Label("Kindergarten")


def grade(number: int) -> Label:
    return Label("Grade %(number)s", number)


def own(text: str) -> Label:
    return Label(text, own=True)


def entry(number: int, starts: int, name: str) -> GradeName:
    return GradeName(number, SchoolYear(starts), name, "TK")


def enrolment(number: int, first: str, gone: str | None, lea: Lea = DISTRICT) -> Enrolment:
    """`gone` is PowerSchool's exit date: the first day on which the student is not there."""
    last = datetime.date.fromisoformat(gone) - datetime.timedelta(days=1) if gone else None
    return Enrolment(lea, number, Period(datetime.date.fromisoformat(first), last))


def label(history: list[Enrolment], year: str, code: str = "KN") -> Label:
    names = {DISTRICT.cds: [entry(-2, 2023, "TK")], CHARTER.cds: [entry(-2, 2023, "Sprouts")]}
    return StudentGrades(KINDERGARTEN, tuple(history), names).tested(year, code)


# --- Which name ----------------------------------------------------------------------------------------------


def test_no_grade_number_is_called_tk_by_itself():
    assert {built_in(number) for number in (-1, -2, -5, -20)} == {BEFORE}
    assert built_in(0) == KINDERGARTEN
    assert built_in(12) == grade(12)


def test_a_name_of_the_districts_own_holds_from_2023_24_on():
    names = [entry(-2, 2023, "TK")]
    assert named(-2, SchoolYear(2022), names) == BEFORE
    assert named(-2, SchoolYear(2023), names) == own("TK")
    assert named(-2, SchoolYear(2030), names) == own("TK")


def test_an_earlier_first_year_does_not_reach_behind_2023_24():
    assert named(0, SchoolYear(2022), [entry(0, 2015, "Kinder")]) == KINDERGARTEN
    assert named(0, SchoolYear(2023), [entry(0, 2015, "Kinder")]) == own("Kinder")


def test_the_newest_name_that_holds_by_then_wins():
    names = [entry(-2, 2025, "Explorers"), entry(-2, 2023, "TK"), entry(-2, 2027, "Not yet")]
    labels = [named(-2, SchoolYear(starts), names).text for starts in (2023, 2024, 2025, 2026)]
    assert labels == ["TK", "TK", "Explorers", "Explorers"]


def test_a_name_that_does_not_hold_yet_leaves_the_built_in_one():
    assert named(-2, SchoolYear(2023), [entry(-2, 2024, "TK")]) == BEFORE


@pytest.mark.parametrize("number", [-1, -2, -5])
def test_tk_is_the_number_that_the_district_says_and_no_other(number):
    names = [entry(number, 2023, "TK")]
    called = {other: named(other, SchoolYear(2024), names).text for other in (-1, -2, -5)}
    assert [other for other, text in called.items() if text == "TK"] == [number]


def test_a_built_in_name_stays_where_only_another_grade_is_renamed():
    assert named(5, SchoolYear(2024), [entry(-2, 2023, "TK")]) == grade(5)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("KN", KINDERGARTEN),
        ("TK", Label("Transitional kindergarten")),
        ("05", grade(5)),
        ("UE", Label("Ungraded elementary")),
        ("5", own("5")),
        ("13", own("13")),
        ("५५", own("५५")),
        ("०५", own("०५")),
        ("%(number)s", own("%(number)s")),
        ("", own("")),
    ],
)
def test_the_states_grade_codes_are_put_in_words_and_others_left_alone(code, expected):
    assert assessed(code) == expected


# --- Which grade ---------------------------------------------------------------------------------------------

REPEATED = [
    enrolment(1, "2025-08-15", "2026-06-11"),
    enrolment(0, "2024-08-15", "2025-06-11"),
    enrolment(0, "2023-08-15", "2024-06-11"),
    enrolment(-2, "2022-08-15", "2023-06-11"),
]


def test_a_repeated_grade_is_the_grade_of_both_years():
    years = {year: label(REPEATED, year).text for year in ("2022-23", "2023-24", "2024-25")}
    assert years == {"2022-23": BEFORE.text, "2023-24": "Kindergarten", "2024-25": "Kindergarten"}
    assert label(REPEATED, "2025-26", "01") == grade(1)


def test_a_tk_pupil_whom_the_state_calls_kn_has_the_districts_name():
    history = [enrolment(0, "2024-08-15", "2025-06-11"), enrolment(-2, "2023-08-15", "2024-06-11")]
    assert label(history, "2023-24", "KN") == own("TK")
    assert label(history, "2024-25", "KN") == KINDERGARTEN


def test_the_name_is_that_of_the_lea_where_the_student_was_that_year():
    history = [enrolment(0, "2024-08-15", None), enrolment(-2, "2023-08-15", "2024-06-11", CHARTER)]
    assert label(history, "2023-24") == own("Sprouts")


def test_of_a_year_in_two_schools_the_longer_counts():
    history = [
        enrolment(-2, "2024-02-01", "2024-06-11", CHARTER),
        enrolment(-2, "2023-08-15", "2024-02-01", DISTRICT),
    ]
    assert label(history, "2023-24") == own("TK")
    assert label(history[::-1], "2023-24") == own("TK")


def test_of_two_halves_of_equal_length_the_later_counts():
    history = [enrolment(1, "2023-09-01", "2023-09-11"), enrolment(2, "2023-09-11", "2023-09-21")]
    assert in_year(history, SchoolYear(2023)).grade == 2
    assert in_year(history[::-1], SchoolYear(2023)).grade == 2


def test_the_exit_date_is_the_first_day_gone():
    history = [enrolment(0, "2023-07-01", "2024-07-01"), enrolment(1, "2024-07-01", None)]
    assert in_year(history, SchoolYear(2023)).grade == 0
    assert in_year(history, SchoolYear(2024)).grade == 1
    assert in_year(history[:1], SchoolYear(2024)) is None


def test_an_enrolment_that_never_began_counts_for_nothing():
    no_show = [enrolment(3, "2023-08-15", "2023-08-15")]
    assert in_year(no_show, SchoolYear(2023)) is None
    assert label(no_show, "2023-24", "02") == grade(2)


@pytest.mark.parametrize("history", [[], [enrolment(4, "2025-08-15", None)]])
def test_without_history_in_that_year_the_states_own_word_stands(history):
    assert label(history, "2023-24", "02") == grade(2)
    assert label(history, "2023-24", "KN") == KINDERGARTEN


@pytest.mark.parametrize("year", ["", "2023", "spring 2024", "2023-25"])
def test_a_test_year_that_is_none_leaves_the_states_own_word(year):
    assert label(REPEATED, year, "04") == grade(4)


def test_the_history_wins_over_the_state():
    assert label([enrolment(4, "2023-08-15", "2024-06-11")], "2023-24", "05") == grade(4)


def test_open_dates_reach_as_far_as_they_may():
    assert in_year([Enrolment(DISTRICT, 6, Period(None, None))], SchoolYear(2023)).grade == 6


# --- On the page ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """In November 2026 the state still has reports of 2023-24, when TK pupils took the ELPAC and were called KN."""
    with time_machine.travel(datetime.datetime(2026, 11, 20, 18, tzinfo=datetime.UTC)):
        with Stage(make(80, today=datetime.date(2026, 11, 20)), tmp_path_factory.mktemp("then")) as stage:
            district, charter = (lea.cds for lea in stage.district.leas)
            save(stage, district, entry(TK, 2023, "TK – <Exploradores>"), entry(2, 2026, "Second"))
            save(stage, charter, entry(TK, 2026, "Seedlings"))
            yield stage


def save(stage: Stage, lea: str, *names: GradeName) -> None:
    database = Database(stage.environ["DATABASE_URL"])
    GradeNames(database).replace(lea, names, seen=version([]))
    database.close()


def pupil(stage: Stage, first: str, last: str) -> Pupil:
    return next(one for one in stage.district.pupils if (one.first, one.last) == (first, last))


def grades_in_results(page: Page) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in page.table()[1:]:
        found.setdefault(row[1], set()).add(row[2])
    return found


def reports_of(stage: Stage, student: Pupil) -> Page:
    office = visitor_of(stage, "staff", "dana.overlook")
    office.launch("score-reports-admin", frn=f"001{student.dcid}")
    return office.ask()


@pytest.mark.parametrize(
    ("first", "last", "called"),
    [
        ("Wren", "Sampleton", "TK – <Exploradores>"),
        ("Linden", "Quill", "Seedlings"),
        ("Juniper", "Sampleton", "Grade 5"),
        ("Inés", "Peñasco", "Second"),
    ],
)
def test_the_heading_has_the_name_that_the_students_own_lea_gives_the_grade_now(then, first, last, called):
    office = visitor_of(then, "staff", "dana.overlook")
    page = office.launch("score-reports-admin", frn=f"001{pupil(then, first, last).dcid}")
    assert words(page.all("dd")[2]) == called


def test_a_result_row_has_the_grade_of_its_year_also_where_the_state_says_kn(then):
    student = pupil(then, "Inés", "Peñasco")
    assert [one.grade for one in student.history if one.entry.year == 2023] == [TK]
    found = grades_in_results(reports_of(then, student))
    assert found["2023-24"] == {"TK – <Exploradores>"}
    assert found["2024-25"] == {"Kindergarten"}
    assert found["2025-26"] == {"Grade 1"}


def test_a_parent_reads_the_same_names(then):
    student = pupil(then, "Inés", "Peñasco")
    family = (one for one in then.district.guardians if student.dcid in {seen.pupil_dcid for seen in one.contacts})
    parent = visitor_of(then, "parent", next(one.account.username for one in family if one.account))
    parent.launch("score-reports-portal", persona="parent", student_id=student.id)
    assert grades_in_results(parent.ask())["2023-24"] == {"TK – <Exploradores>"}


def test_where_powerschool_refuses_the_history_the_states_own_grades_stand_in_words(then):
    student = pupil(then, "Ligaya", "Sampaguita")
    then.school.refuse_column("REENROLLMENTS.GRADE_LEVEL")
    found = grades_in_results(reports_of(then, student))
    then.school.refuse_column("REENROLLMENTS.GRADE_LEVEL", refused=False)
    assert found["2023-24"] == {"Kindergarten"}
