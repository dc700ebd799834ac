"""The personas of the table, one for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.stage import Stage
from tests.access.people import Knocker, Office, forms_shown_to, launch, own_link, pupil, sign_in
from tests.access.rules import PERSONAS, SIGNED_OUT, Persona
from tests.conftest import visitor_of

#: Each answers as another one does, by a rule that tests of its own look at: the soak has them.
LIKE_ANOTHER = {SIGNED_OUT.name, "co-teacher of today", "co-teacher from next week on"}
CAST = [pytest.param(one, marks=[pytest.mark.soak] * (one.name in LIKE_ANOTHER), id=one.name) for one in PERSONAS]


@pytest.fixture(scope="session")
def office(stage: Stage) -> Office:
    lee = visitor_of(stage, "staff", "lee.coordinado")
    launch(lee, "staff", pupil(stage, "Mateo"))
    return Office(own_link(lee), forms_shown_to(lee))


@pytest.fixture(params=CAST)
def persona(request: pytest.FixtureRequest) -> Persona:
    return request.param


@pytest.fixture
def knocker(stage: Stage, office: Office, persona: Persona) -> Iterator[Knocker]:
    """The persona of this test, signed in. What PowerSchool said before has grown old."""
    knocker = sign_in(stage, office, persona)
    withdrawn, dcid = "withdrawn" in persona.name, int(knocker.known["dcid"])
    if withdrawn:
        stage.school.remove_guardian_access(persona.username, dcid)
    stage.pass_a_minute()
    with knocker.door:
        yield knocker
    if withdrawn:
        stage.school.restore_guardian_access(persona.username, dcid)
        stage.pass_a_minute()
