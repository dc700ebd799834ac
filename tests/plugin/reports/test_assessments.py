"""Which reports answer to a choice."""

import pytest

from plugin.reports import assessments
from plugin.reports.grades import assessed, built_in


@pytest.mark.parametrize("choice", ["", "01", "02", "06"])
def test_a_combined_pdf_is_found_under_each_assessment_in_it(choice):
    assert assessments.covers(choice, frozenset({"01", "02", "06"}))


def test_another_assessment_does_not_find_it():
    assert not assessments.covers("21", frozenset({"01", "02", "06"}))


@pytest.mark.parametrize("record_type", ["21", "22", "23", "24"])
def test_one_choice_stands_for_all_of_elpac(record_type):
    assert assessments.covers("elpac", frozenset({record_type}))
    assert not assessments.covers("elpac", frozenset({"01"}))


def test_no_negative_grade_number_is_called_tk():
    assert {built_in(number)[0] for number in (-1, -2, -5)} == {"Before kindergarten"}
    assert built_in(0)[0] == "Kindergarten"
    assert built_in(12) == ("Grade %(number)s", 12)


@pytest.mark.parametrize(
    ("code", "expected"), [("KN", ("Kindergarten", 0)), ("05", ("Grade %(number)s", 5)), ("UE", None), ("५५", None)]
)
def test_the_states_grade_codes_are_read_and_others_left_alone(code, expected):
    assert assessed(code) == expected
