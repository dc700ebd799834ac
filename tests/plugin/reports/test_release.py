"""Whom a blocked release holds back."""

from __future__ import annotations

import pytest

from plugin.district import District, DistrictField, Pages
from plugin.errors import ReleaseBlocked
from plugin.model import Lea, Persona, School, Student, Viewer
from plugin.powerschool.client import QueryRefused
from plugin.powerschool.roster import Roster
from plugin.reports import release

LEA = Lea("19999010000000", "Poppy Valley Unified")
STUDENT = Student(7, 107, "S", None, 5, School(101, "Poppy Valley Elementary", LEA))
FIELDS = {role: DistrictField(role, "U_X", role, "studentsdcid", frozenset({"Y"})) for role in release.ROLES}


class Told:
    """PowerSchool with a value for each field; None refuses to tell."""

    def __init__(self, **values: str | None) -> None:
        self.values = values

    def query(self, name: str, **_: str | int) -> list[dict[str, str]]:
        value = self.values[name.split(".")[-2]]
        if value is None:
            raise QueryRefused(tried=name)
        return [{"dcid": "7", "value": value}] if value else []


def roster(release_block: str | None = "", hidden_contact: str | None = "") -> Roster:
    return Roster(Told(release_block=release_block, hidden_contact=hidden_contact), District(LEA, fields=FIELDS))


def is_held_back(told: Roster, persona: Persona, pages: Pages) -> bool:
    try:
        release.check(told, pages, Viewer("v", persona, "1", "v", "V"), STUDENT)
    except ReleaseBlocked:
        return True
    return False


BLOCKS = [{"release_block": "Y"}, {"hidden_contact": "Y"}, {"release_block": None}, {"hidden_contact": None}]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("exempted", [False, True])
def test_a_block_holds_families_back_and_teachers_unless_exempted_and_never_the_office(block, exempted):
    pages = Pages(teachers_see_blocked=exempted)
    held_back = {persona for persona in Persona if is_held_back(roster(**block), persona, pages)}
    assert held_back == {Persona.PARENT, Persona.STUDENT} | (set() if exempted else {Persona.TEACHER})


@pytest.mark.parametrize("nothing", [{}, {"release_block": "N"}, {"hidden_contact": "N"}])
def test_without_a_block_nobody_is_held_back(nothing):
    assert not any(is_held_back(roster(**nothing), persona, Pages()) for persona in Persona)


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        ({}, release.RELEASED),
        ({"release_block": "Y", "hidden_contact": None}, release.BLOCKED),
        ({"release_block": None}, release.UNKNOWN),
    ],
)
def test_the_office_reads_how_things_stand(told, standing):
    assert release.standing(roster(**told), STUDENT.dcid) == standing


def test_fields_that_the_district_does_not_have_block_nothing():
    unnamed = Roster(Told(), District(LEA))
    assert release.standing(unnamed, STUDENT.dcid) == release.RELEASED
