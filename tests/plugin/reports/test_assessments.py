"""Which reports answer to a choice."""

import pytest

from plugin.reports import assessments


@pytest.mark.parametrize("choice", ["", "01", "02", "06"])
def test_a_combined_pdf_is_found_under_each_assessment_in_it(choice):
    assert assessments.covers(choice, frozenset({"01", "02", "06"}))


def test_another_assessment_does_not_find_it():
    assert not assessments.covers("21", frozenset({"01", "02", "06"}))


@pytest.mark.parametrize(
    ("choice", "grade", "later"), [("", 2, True), ("01", -1, True), ("01", 3, False), ("24", 0, False)]
)
def test_only_elpac_is_for_the_youngest(choice, grade, later):
    assert assessments.begins_later(choice, grade) is later


@pytest.mark.parametrize("record_type", ["21", "22", "23", "24"])
def test_one_choice_stands_for_all_of_elpac(record_type):
    assert assessments.covers("elpac", frozenset({record_type}))
    assert not assessments.covers("elpac", frozenset({"01"}))
