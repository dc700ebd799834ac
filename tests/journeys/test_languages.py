"""Every language fits on the page at every width, and Arabic runs from right to left."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from plugin.reports.languages import ON_PAGES
from sandbox.stage import Stage
from tests.journeys.window import Window
from tests.pseudo import pseudo_instead_of_english

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1280)

#: What sticks out of the window or of its own box. A list of choices shows its long names when it opens, and the
#: head of a narrow table is there for ears only.
BROKEN = """() => {
  const found = [], page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`scrolls sideways by ${page.scrollWidth - page.clientWidth}`);
  for (const one of document.querySelectorAll("body *")) {
    if (!one.checkVisibility() || one.closest("select, thead, .skip")) continue;
    const box = one.getBoundingClientRect(), name = `${one.localName} ${one.innerText}`;
    if (box.left < -0.5 || box.right > innerWidth + 0.5) found.push(`outside: ${name}`);
    if (getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth) found.push(`cut: ${name}`);
  }
  return found;
}"""


#: Where the first and the last digit of every school year stand.
YEARS = """() => {
  const found = [], texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, at = text.data.search(/[0-9]{4}-[0-9]{2}/);
    if (at < 0 || text.parentElement.closest("select")) continue;
    const [first, last] = [at, at + 6].map((start) => {
      const digit = document.createRange();
      digit.setStart(text, start);
      digit.setEnd(text, start + 1);
      return digit.getBoundingClientRect().left;
    });
    found.push([text.data, first, last]);
  }
  return found;
}"""


def broken(page: Page) -> list[str]:
    found = []
    page.wait_for_load_state()  # its stylesheets too
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {one}" for one in page.evaluate(BROKEN)]
    return found


def asked(username: str, name: str) -> Callable[[Window], None]:
    """A parent's results for one child, whatever the page's buttons are called."""

    def show(window: Window) -> None:
        window.sign_in("parent", username)
        window.launch("score-reports-portal", persona="parent")
        window.link(name).click()
        window.page.locator(".asking button").click()
        window.page.locator("#results").wait_for()

    return show


def at(path: str) -> Callable[[Window], None]:
    return lambda window: window.page.goto(window.stage.url + path) and None


@pytest.fixture
def pseudo(stage: Stage) -> Iterator[None]:
    with pseudo_instead_of_english(stage):
        yield


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize(
    "show",
    [
        pytest.param(asked("lucia.ejemplo", "Mateo Ejemplo"), id="results"),
        pytest.param(asked("jordan.trialworth", "Fern Trialworth"), id="no results", marks=pytest.mark.soak),
        pytest.param(asked("casey.mockridge", "Hazel Mockridge"), id="a failure", marks=pytest.mark.soak),
        pytest.param(at("/nowhere"), id="404", marks=pytest.mark.soak),
        pytest.param(at("/signed-out"), id="signed out"),
    ],
)
def test_texts_forty_percent_longer_break_no_layout(window, show):
    show(window)
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("⟦")
    assert broken(window.page) == []


def test_no_language_breaks_the_layout(window):
    asked("lucia.ejemplo", "Mateo Ejemplo")(window)
    for language in ON_PAGES:
        window.link(language.name).click()
        assert window.page.locator("html").get_attribute("lang") == language.tag
        expect(window.page.locator(".results tbody tr").first).to_be_visible()
        assert broken(window.page) == [], language


def test_arabic_runs_from_right_to_left(open_window):
    window = open_window(locale="ar")
    asked("lucia.ejemplo", "Mateo Ejemplo")(window)

    def left(selector: str) -> float:
        return window.page.locator(selector).first.bounding_box()["x"]

    assert left(".band form") < left(".band p") < left(".band a")
    assert left(".asking button") < left("#year") < left("#assessment")
    assert left(".results tbody td:last-child") < left(".results tbody th")
    assert window.page.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") in {"start", "right"}


def test_school_years_are_not_turned_round_in_arabic(open_window):
    window = open_window(locale="ar")
    asked("lucia.ejemplo", "Mateo Ejemplo")(window)
    for width in WIDTHS:
        window.page.set_viewport_size({"width": width, "height": 900})
        years = window.page.evaluate(YEARS)
        assert len(years) > 3
        assert [text for text, first, last in years if first > last] == []


def test_the_language_is_changed_with_the_keyboard_and_without_scripts(open_window):
    window = open_window(java_script_enabled=False)
    at("/signed-out")(window)
    window.link("한국어").focus()
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("heading", level=1)).to_have_text("로그아웃되었습니다")
    expect(window.page.get_by_role("link", name="한국어")).to_have_attribute("aria-current", "true")
