"""Which contact records speak for an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin.district import District
from plugin.powerschool.client import Row
from plugin.powerschool.roster import Roster

SAMPLE = Path(__file__).parents[3] / "district.toml"
STUDENT = {"dcid": "5041", "id": "5001", "schoolid": "101", "grade_level": "5"}


class Answers:
    """A school system that has these rows of contacts."""

    def __init__(self, *contacts: Row) -> None:
        self._rows = [STUDENT | contact for contact in contacts]

    def query(self, name: str, **_: str | int) -> list[Row]:
        return self._rows if name.endswith("guardian.students") else []


def active(*contacts: Row) -> list[tuple[str, bool]]:
    roster = Roster(Answers(*contacts), District.load(SAMPLE))
    return [(child.contact, child.active) for child in roster.children("token")]


def test_an_account_that_stands_on_no_contact_record_keeps_its_access():
    assert active({}) == [("", True)]


def test_a_blank_row_beside_a_contact_record_says_nothing():
    assert active({"contact_detail_id": "7", "isactive": "0"}, {}) == [("7", False)]


@pytest.mark.parametrize(("told", "counts"), [({"isactive": "1"}, True), ({"isactive": "0"}, False), ({}, False)])
def test_a_contact_record_counts_only_where_it_says_so(told, counts):
    assert active({"contact_detail_id": "7", **told}) == [("7", counts)]
