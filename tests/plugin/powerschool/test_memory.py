"""What PowerSchool said in the last minute: for how long it counts, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.errors import SchoolSystemUnavailable
from plugin.powerschool.client import QueryRefused
from plugin.powerschool.memory import Afresh, Memory

QUERY = "org.cascorereports.roster.staff.groups"


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class School:
    """Answers with the number of the question, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str | int]]] = []
        self.is_down = False
        self.refuses = False
        self.meanwhile: Callable[[], object] | None = None

    def query(self, name: str, **arguments: str | int) -> list[dict[str, str]]:
        if self.is_down:
            raise SchoolSystemUnavailable(tried="a query")
        if self.refuses:
            raise QueryRefused(tried="a query")
        self.asked.append((name, arguments))
        number = str(len(self.asked))
        if meanwhile := self.meanwhile:
            self.meanwhile = None
            meanwhile()
        return [{"number": number}]


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(school: School, clock: Clock) -> Memory:
    return Memory(school, clock)


def ask(source: Memory | Afresh, of: str = "7") -> str:
    [row] = source.query(QUERY, users_dcid=of)
    return row["number"]


@pytest.mark.parametrize(("seconds", "answer"), [(0, "1"), (59.9, "1"), (60, "2")])
def test_an_answer_counts_for_less_than_a_minute(memory, clock, seconds, answer):
    ask(memory)
    clock.seconds += seconds
    assert ask(memory) == answer


def test_an_answer_is_as_old_as_its_question(memory, school, clock):
    def wait() -> None:
        clock.seconds += 50

    school.meanwhile = wait
    ask(memory)
    clock.seconds += 10
    assert ask(memory) == "2"


def test_answers_of_different_people_never_mix(memory):
    assert [ask(memory, "7"), ask(memory, "8"), ask(memory, "7"), ask(memory, "8")] == ["1", "2", "1", "2"]


def test_two_queries_about_one_person_are_two_questions(memory):
    ask(memory)
    [row] = memory.query("org.cascorereports.roster.staff.schools", users_dcid="7")
    assert row["number"] == "2"


def test_asked_afresh_it_asks_each_time(memory):
    afresh = Afresh(memory)
    assert [ask(memory), ask(afresh), ask(afresh)] == ["1", "2", "3"]


def test_what_was_asked_afresh_is_what_pages_show_from_then_on(memory):
    ask(memory)
    ask(Afresh(memory))
    assert ask(memory) == "2"


def test_a_slow_answer_to_an_older_question_does_not_replace_a_newer_one(memory, school, clock):
    def somebody_else_asks_and_is_answered_first() -> None:
        clock.seconds += 1
        ask(Afresh(memory))

    school.meanwhile = somebody_else_asks_and_is_answered_first
    ask(memory)
    assert ask(memory) == "2"


def test_a_school_system_that_is_down_is_noticed_by_every_fresh_question(memory, school):
    ask(memory)
    school.is_down = True
    assert ask(memory) == "1"
    with pytest.raises(SchoolSystemUnavailable):
        ask(Afresh(memory))


def test_an_old_answer_never_stands_in_for_a_school_system_that_is_down(memory, school, clock):
    ask(memory)
    school.is_down = True
    clock.seconds += 60
    with pytest.raises(SchoolSystemUnavailable):
        ask(memory)


def test_a_failure_is_not_remembered(memory, school):
    school.is_down = True
    with pytest.raises(SchoolSystemUnavailable):
        ask(memory)
    school.is_down = False
    assert ask(memory) == "1"


def test_a_query_that_is_refused_ends_what_was_known(memory, school):
    ask(memory)
    school.refuses = True
    with pytest.raises(QueryRefused):
        ask(Afresh(memory))
    with pytest.raises(QueryRefused):
        ask(memory)


def test_when_there_is_no_more_room_the_oldest_answers_go(school, clock):
    memory = Memory(school, clock, most_rows=4)
    for person in ("1", "2", "3"):
        ask(memory, person)
    assert [ask(memory, "3"), ask(memory, "2"), ask(memory, "1")] == ["3", "2", "4"]


def test_an_answer_larger_than_all_the_room_is_asked_for_each_time(school, clock):
    memory = Memory(school, clock, most_rows=1)
    assert [ask(memory), ask(memory)] == ["1", "2"]


def test_threads_get_their_own_answers(school, clock):
    memory = Memory(school, clock)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ask(memory, str(number % 4)), range(64)))
    known = {ask(memory, str(person)) for person in range(4)}
    assert len(known) == 4
