"""With the keyboard alone, and at four times the size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.window import Window
from tests.releases import releases_on

pytestmark = pytest.mark.browser

#: Whether the thing in focus lies on the screen, how broad the line around it is, what it is called, and whether it is
#: the one that is looked for.
LOOK = """(wanted) => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  return {
    seen: box.top >= 0 && box.left >= 0 && box.top < innerHeight && box.right <= innerWidth,
    line: getComputedStyle(one).outlineStyle === "none" ? 0 : parseFloat(getComputedStyle(one).outlineWidth),
    called: one.innerText || one.getAttribute("name") || "",
    there: one === wanted,
  };
}"""

CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex='0']"


def tab_to(window: Window, wanted: Locator) -> Iterator[str]:
    """Press Tab until it is in focus; on the way there, what each stop is called. All of them must be seen."""
    for _ in range(150):
        window.page.keyboard.press("Tab")
        stop = wanted.evaluate(LOOK)
        assert (stop["seen"], stop["line"]) == (True, 3)
        yield stop["called"]
        if stop["there"]:
            return
    raise AssertionError("the keyboard does not get there")


def test_the_keyboard_alone_gets_a_pdf(office):
    office.reports_of("Rowan Sampleton")
    stops = list(tab_to(office, office.button("Get Report")))
    assert stops[:3] == ["Skip to content", "Back to PowerSchool", "Sign out"]
    assert [stop.split("\n")[0] for stop in stops[3:]] == ["All", "All available years", "Get Report"]
    office.page.keyboard.press("Enter")
    expect(office.page.locator("#results")).to_be_focused()

    stops = list(tab_to(office, office.link("View: English PDF")))
    assert stops == ["View: English PDF"]
    with office.new_tab() as file:
        office.page.keyboard.press("Enter")
    assert file().startswith(b"%PDF-")


def test_the_keyboard_alone_marks_a_report_as_handed_over_and_enter_in_a_field_does_not(stage, office):
    with releases_on(stage) as kept:
        number = kept.keep(office.pupil("Rowan Sampleton"))
        office.launch("report-manager")
        list(tab_to(office, office.page.locator(f"#tick-{number}")))
        office.page.keyboard.press("Space")
        # Past the day, in which Chromium's own calendar is a stop that no page can see.
        office.page.get_by_label("Note").focus()
        office.page.keyboard.type("by mail")
        office.page.keyboard.press("Enter")
        list(tab_to(office, office.button("Mark as handed over")))
        assert kept.found(number)["handed_over_on"] is None
        office.page.keyboard.press("Enter")
        expect(office.page.get_by_role("status")).to_have_text("1 report is marked as handed over.")
        expect(office.page.locator("#list")).to_be_focused()
        assert kept.found(number)["handed_over_by"] == "dana.overlook"


def family(window: Window) -> None:
    window.sign_in("parent", "alex.sampleton")
    window.launch("score-reports-portal", persona="parent")
    window.get_report()


def teacher(window: Window) -> None:
    window.sign_in("teacher", "max.numberly")
    window.launch("score-reports-teacher", frn=f"001{window.pupil('Rowan Sampleton').dcid}")
    window.get_report()


def setting_up(link: str) -> Callable[[Window], None]:
    def show(window: Window) -> None:
        window.sign_in("staff", "dana.overlook")
        window.launch("setup")
        window.link(link).click()
        window.page.get_by_role("heading", level=1, name=link).wait_for()

    return show


@pytest.mark.parametrize(
    "show",
    [
        family,
        setting_up("Grade names"),
        pytest.param(teacher, marks=pytest.mark.soak),
        pytest.param(setting_up("Who may open what"), marks=pytest.mark.soak),
    ],
)
def test_the_keyboard_stops_at_everything_that_can_be_done(window, show):
    show(window)
    window.page.reload()
    controls = window.page.locator(CONTROLS).locator("visible=true")
    stops = list(tab_to(window, controls.last))
    assert len(stops) == controls.count() > 5


def test_the_first_stop_skips_to_the_content(office):
    office.reports_of("Rowan Sampleton")
    list(tab_to(office, office.link("Skip to content")))
    office.page.keyboard.press("Enter")
    expect(office.page.get_by_role("main")).to_be_focused()
    assert list(tab_to(office, office.page.get_by_label("Assessment"))) != []


def test_a_choice_is_made_with_the_arrow_keys(office):
    office.reports_of("Rowan Sampleton")
    list(tab_to(office, office.page.get_by_label("Test year")))
    office.page.keyboard.press("ArrowDown")
    office.page.keyboard.press("ArrowDown")
    list(tab_to(office, office.button("Get Report")))
    office.page.keyboard.press("Enter")
    chosen = office.page.get_by_label("Test year").input_value()
    rows = office.page.locator(".results tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(chosen)


def test_four_times_the_size_needs_no_scrolling_sideways(open_window):
    """1280 by 1024 pixels at 400 % leave room for 320 by 256 (WCAG 1.4.10)."""
    window = open_window(width=320, height=256, device_scale_factor=4)
    window.sign_in("staff", "dana.overlook")
    window.reports_of("Mateo Ejemplo")
    window.get_report()
    assert window.page.evaluate("document.documentElement.scrollWidth") == 320
    list(tab_to(window, window.link("View: Español PDF")))


def test_a_name_without_a_break_stays_on_the_page(open_window):
    window = open_window(width=320)
    window.sign_in("parent", "alex.sampleton")
    window.launch("score-reports-portal", persona="parent")
    window.get_report()
    for name in window.page.locator("bdi").all():
        name.evaluate("(one) => one.textContent = 'Featherstonehaugh'.repeat(5)")
    assert window.page.evaluate("document.documentElement.scrollWidth") == 320
