"""The way of the issue: an administrator gets a student's score report, click by click, and reads a PDF."""

from __future__ import annotations

import pytest

from plugin.model import PACIFIC, SchoolYear
from sandbox.stage import Stage

pytestmark = pytest.mark.browser

#: test_everybody.py has more of them.
SIZES = [
    pytest.param({"width": 1280, "height": 900}, True, id="desk"),
    pytest.param({"width": 360, "height": 740}, False, id="phone, without scripts"),
]


@pytest.mark.parametrize(("size", "scripts"), SIZES)
def test_an_administrator_walks_from_the_sign_in_page_to_a_pdf(stage: Stage, open_window, size, scripts):
    window = open_window(**size, java_script_enabled=scripts)
    page = window.page
    page.goto(stage.school.url)
    window.link("Sign in").click()
    page.get_by_label("User name").fill("dana.overlook")
    page.get_by_label("Password").fill("let-me-look")
    window.button("Sign In").click()
    page.get_by_label("Search students").fill("Sampleton")
    window.button("Search").click()
    window.link("Rowan Sampleton").click()
    window.link("State/Province - CA").click()
    page.get_by_role("main").get_by_role("link", name="Score Reports").click()
    if not scripts:
        page.get_by_role("main").get_by_role("link", name="Open").click()
    page.wait_for_url(f"{stage.url}/students/*/score-reports")
    assert "Rowan Sampleton" in page.get_by_role("main").inner_text()

    last_year = str(SchoolYear(SchoolYear.containing(stage.school.clock().astimezone(PACIFIC).date()).starts - 1))
    window.get_report(assessment="Smarter Balanced: English Language Arts", year=last_year)
    rows = page.get_by_role("row").filter(has_text=last_year)
    assert rows.count() == 1
    assert window.view("View: English PDF").startswith(b"%PDF-")


def test_every_file_of_a_spanish_speaking_student_opens_in_a_tab_of_its_own(office):
    office.reports_of("Mateo Ejemplo")
    office.get_report(assessment="Summative ELPAC")
    assert office.view("View: Español PDF").startswith(b"%PDF-")
    assert b'lang="es"' in office.view("View: Español web page")
    assert office.link("View: English PDF").is_visible()
