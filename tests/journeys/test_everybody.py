"""Everybody's way: from PowerSchool's sign-in page, by what can be clicked on, to the PDF in the reader's language.

At three widths, in three languages, with scripts and without; all of that together in the soak.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, expect

from sandbox.school.portals.doors import DOORS
from sandbox.stage import Stage
from tests.journeys.window import Window

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)
HEADINGS = {"en": "Score Reports", "es": "Informes de calificaciones", "ar": "تقارير الدرجات"}
#: A child with reports in each language, with a parent, a teacher and a lesson.
CHILDREN = {"en": "Rowan Sampleton", "es": "Mateo Ejemplo", "ar": "Karīm Mithāl"}
PARENTS = {"en": "alex.sampleton", "es": "lucia.ejemplo", "ar": "salma.mithal"}
STUDENTS = {"en": "rowan.sampleton", "es": "mateo.ejemplo", "ar": "karim.mithal"}
TEACHERS = {"en": "max.numberly", "es": "frankie.verbena", "ar": "jo.bridges"}
LESSONS = {"en": "English 8", "es": "Mathematics 6–7", "ar": "English 6–7"}
ADMINISTRATORS = dict.fromkeys(HEADINGS, "dana.overlook")


@dataclass
class Walk:
    """Somebody who goes on by clicks alone, and counts them."""

    window: Window
    language: str
    clicks: int = 0

    @property
    def child(self) -> str:
        return CHILDREN[self.language]

    def click(self, what: Locator | str) -> None:
        """A link by its text, or anything else."""
        (self.window.link(what) if isinstance(what, str) else what).click()
        self.clicks += 1

    def on_page(self, selector: str, **more: str) -> Locator:
        return self.window.page.locator(selector, **more).first


def over_student_screens(walk: Walk) -> None:
    walk.on_page("#search").fill(walk.child.split()[1])
    walk.click(walk.window.button("Search"))
    walk.click(walk.child)
    walk.click(walk.on_page("a[href*='stateCA']"))
    walk.click(walk.on_page("main a[href*='ca_score_reports']"))


def over_the_backpack(walk: Walk) -> None:
    walk.click(walk.on_page(".classes a", has_text=LESSONS[walk.language]))
    walk.click("Backpack")
    walk.click(walk.child)
    ours = walk.on_page("option[value*='ca_score_reports']").get_attribute("value")
    walk.on_page("#page").select_option(value=ours)
    walk.click(walk.window.button("Open"))


def from_the_portal(walk: Walk) -> None:
    walk.click(walk.on_page("nav a[href*='ca_score_reports']"))


def as_parent(walk: Walk) -> None:
    walk.click(walk.on_page("form.tabs button", has_text=walk.child))
    from_the_portal(walk)


WAYS: dict[str, tuple[dict[str, str], Callable[[Walk], None]]] = {
    "staff": (ADMINISTRATORS, over_student_screens),
    "teacher": (TEACHERS, over_the_backpack),
    "parent": (PARENTS, as_parent),
    "student": (STUDENTS, from_the_portal),
}


def sign_in(window: Window, persona: str, username: str, language: str) -> str:
    """By the form, in the language of PowerSchool's that comes closest; the address of the first page."""
    account = next(one for one in window.stage.school.accounts if (one.persona, one.username) == (persona, username))
    door, home = (window.stage.school.url + page for page in DOORS[account.portal])
    window.page.goto(door)
    window.page.locator("#username").fill(account.username)
    window.page.locator("#password").fill(account.password)
    window.page.locator("#locale").select_option("US_es" if language == "es" else "US_en")
    window.button("Sign In").click()
    window.page.wait_for_url(home)
    return home


def read_a_pdf(walk: Walk) -> None:
    """On from the page of Score Reports."""
    with walk.window.page.expect_navigation():
        walk.click(walk.on_page(".asking button"))
    with walk.window.new_tab() as file:
        walk.click(walk.on_page("a.pdf"))
    assert file().startswith(b"%PDF-")


#: Every persona with scripts and without, and between them each width in each language and each with and without.
WALKS = [
    ("staff", 320, "en", True),
    ("staff", 1280, "es", False),
    ("teacher", 768, "es", True),
    ("teacher", 320, "ar", False),
    ("parent", 320, "es", True),
    ("parent", 768, "ar", False),
    ("student", 1280, "ar", True),
    ("student", 768, "en", False),
]


@pytest.mark.parametrize(("persona", "width", "language", "scripts"), WALKS)
def test_everybody_walks_from_powerschool_to_a_pdf(open_window, persona, width, language, scripts):
    walk_to_a_pdf(open_window, persona, [width], language, scripts)


@pytest.mark.soak
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("language", HEADINGS)
@pytest.mark.parametrize("persona", WAYS)
def test_everybody_walks_from_powerschool_to_a_pdf_at_every_width(open_window, persona, language, scripts):
    walk_to_a_pdf(open_window, persona, WIDTHS, language, scripts)


def walk_to_a_pdf(
    open_window: Callable[..., Window], persona: str, widths: Sequence[int], language: str, scripts: bool
) -> None:
    usernames, way = WAYS[persona]
    window = open_window(locale=language, java_script_enabled=scripts)
    home = sign_in(window, persona, usernames[language], language)
    for width in widths:
        window.page.set_viewport_size({"width": width, "height": 740})
        window.page.goto(home)
        way(walk := Walk(window, language))
        if not scripts:
            walk.click(walk.on_page("#ca-score-reports"))
        window.page.wait_for_url(f"{window.stage.url}/students/*/score-reports")
        read = language if persona in {"parent", "student"} else "en"
        assert_reads(walk, read)
        read_a_pdf(walk)
        expect(walk.on_page("a.pdf").locator("[lang]")).to_have_attribute("lang", read)
        assert window.page.evaluate("document.documentElement.scrollWidth") == width


def assert_reads(walk: Walk, language: str) -> None:
    """Staff and teachers read English; families what their browser asks for."""
    expect(walk.on_page("h1")).to_have_text(HEADINGS[language])
    expect(walk.on_page("html")).to_have_attribute("lang", language)
    expect(walk.on_page("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(walk.on_page("dd")).to_have_text(walk.child)


@pytest.mark.parametrize("persona", ["parent", "student"])
def test_from_the_portals_score_reports_to_the_open_pdf_it_takes_three_clicks(stage: Stage, open_window, persona):
    usernames, _ = WAYS[persona]
    window = open_window()
    sign_in(window, persona, usernames["en"], "en")
    walk = Walk(window, "en")
    from_the_portal(walk)
    window.page.wait_for_url(f"{stage.url}/students/*/score-reports")
    read_a_pdf(walk)
    assert walk.clicks <= 3
