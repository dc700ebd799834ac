"""The dashboard over real HTTP: each picture and its table say the same, and both say what is kept."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

import pytest

from plugin.store.releases import Telling
from sandbox.stage import Stage
from tests.conftest import visitor_of
from tests.releases import NOW, releases_on
from tests.visitor import Page, Visitor, words

DISTRICT, CHARTER = "19999010000000", "19999010999003"
ELEMENTARY, SECONDARY = 101, 401
DAY = datetime.timedelta(days=1)

Keep = Callable[..., None]


@pytest.fixture(scope="module")
def today(stage: Stage) -> datetime.date:
    return stage.services().today()


@pytest.fixture
def keep(stage: Stage) -> Iterator[Keep]:
    """Keep some releases of made-up students at the elementary school, found today and told to nobody yet."""
    pupil, students = stage.district.pupils[0], itertools.count(900_001)
    usual = {"lea_cds": DISTRICT, "school_number": ELEMENTARY, "language": "ENG", "due_on": None}
    usual |= {"found_at": NOW, "telling": Telling.WAITING, "told_at": None}
    with releases_on(stage) as kept:
        yield lambda many=1, **facts: kept.keep_all(
            [(pupil, {"student_dcid": next(students), **usual, **facts}) for _ in range(many)]
        )


@pytest.fixture
def told(keep: Keep, today: datetime.date) -> None:
    """Of forty families at two schools in three languages, thirty were told and seventeen are informed."""
    keep(10, language="SPA", told_at=NOW, looked_at=NOW)
    keep(15, language="01", told_at=NOW, due_on=today - DAY)
    keep(5, language="VIE", school_number=SECONDARY, told_at=NOW, handed_over_on=today)
    keep(8, school_number=SECONDARY, due_on=today + 2 * DAY)
    keep(2, school_number=SECONDARY, found_at=NOW - 3 * DAY, looked_at=NOW)


@pytest.fixture(scope="module")
def dana(stage: Stage) -> Visitor:
    """The district's administrator. Signed in once: nobody here signs out."""
    visitor = visitor_of(stage, "staff", "dana.overlook")
    visitor.launch("setup")
    return visitor


@pytest.fixture
def pat(somebody: Callable[..., Visitor]) -> Visitor:
    """The administrator of the elementary school."""
    visitor = somebody("staff", "pat.principle")
    visitor.launch("setup")
    return visitor


def section(page: Page, title: str) -> Element:
    [found] = [one for one in page.all("section") if words(next(one.iter("h2"))) == title]
    return found


def picture(page: Page, title: str) -> Element:
    [found] = [one for one in section(page, title).iter("svg") if one.attrib.get("role") == "img"]
    return found


def table(page: Page, title: str) -> list[list[str]]:
    """The rows without the heading."""
    return [[words(cell) for cell in row if cell.tag in {"td", "th"}] for row in section(page, title).iter("tr")][1:]


def drawn(page: Page, title: str) -> Iterator[tuple[str, list[tuple[int, float]]]]:
    """Of each row of bars its name, and of each bar the number beside it and its length in percent of the longest."""
    rows = [one for one in picture(page, title).iter("svg") if one.attrib.get("class") == "row"]
    for row in rows:
        name, *_ = [words(one) for one in row.iter("text")]
        bars = [
            (number(words(next(group.iter("text")))), float(bar.attrib["width"].rstrip("%")) / 0.5)
            for group in row.iter("g")
            for bar in group.iter("rect")
        ]
        yield name, bars


def number(text: str) -> int:
    return int(re.match(r"[\d,]+", text)[0].replace(",", ""))


def facts(page: Page) -> dict[str, str]:
    pairs = [one for one in page.all("div") if one.find("dt") is not None]
    return {words(one.find("dt")): words(one.find("dd")) for one in pairs}


def test_the_sums_are_said_first(told, dana):
    assert facts(dana.open("/dashboard")) == {
        "Found": "40",
        "Told": "30 75%",
        "Informed": "17 42%",
        "Left to inform": "23 58%",
        "Overdue": "15",
    }


@pytest.mark.parametrize("title", ["By school", "By the family's language"])
def test_bars_say_what_the_table_says_and_are_as_long_as_they_say(told, dana, title):
    page = dana.open("/dashboard")
    rows = {name: list(map(number, numbers)) for name, *numbers in table(page, title)}
    bars = dict(drawn(page, title))
    assert len(bars) == len(rows) > 1
    for name, (found, told_, informed, left) in rows.items():
        (many_told, told_length), (many_informed, informed_length) = bars[f"{name} {found} found"]
        assert (many_told, many_informed, found - many_informed) == (told_, informed, left)
        assert told_length == pytest.approx(100 * told_ / found, abs=0.05)
        assert informed_length == pytest.approx(100 * informed / found, abs=0.05)


def test_schools_come_by_who_is_left_and_languages_once_whatever_their_codes(told, dana):
    page = dana.open("/dashboard")
    assert table(page, "By school") == [
        ["Poppy Valley Elementary", "25", "25 100%", "10 40%", "15"],
        ["Golden Hills Secondary", "15", "5 33%", "7 47%", "8"],
    ]
    assert [row[:2] for row in table(page, "By the family's language")] == [
        ["Spanish", "25"],
        ["English", "10"],
        ["Vietnamese", "5"],
    ]


def test_lines_run_from_nothing_to_the_last_row_of_the_table(told, dana, today):
    page = dana.open("/dashboard")
    title = "Told and informed over time"
    rows = [list(map(number, numbers)) for _day, *numbers in table(page, title)]
    assert rows[0] == [40, 30, 17]
    assert len(rows) in {4, 5}  # five where it was another day three times 24 hours ago
    legend = [words(one) for one in picture(page, title).iter("text")][:3]
    assert legend == ["Found: 40", "Told: 30", "Informed: 17"]
    top = max(number(words(one)) for one in picture(page, title).iter("text") if one.attrib.get("class"))
    lines = [one.attrib["points"].split() for one in picture(page, title).iter("polyline")]
    for place, points in enumerate(lines):
        downs = [float(point.split(",")[1]) for point in points]
        assert [round(top * (100 - down) / 100) for down in downs] == [0, *(row[place] for row in reversed(rows))]


def test_due_days_of_the_week_are_drawn_with_what_is_overdue(told, keep, dana, today):
    keep(3, due_on=today - 20 * DAY)
    keep(4, due_on=today + 7 * DAY)
    page = dana.open("/dashboard")
    rows = {name: words_ for name, words_ in table(page, "Due this week, and overdue")}
    assert [number(many) for many in rows.values()] == [3, 15, 0, 0, 8, 0, 0, 0, 0]
    assert list(rows.values())[:3] == ["3 overdue", "15 overdue", "0 due"]
    assert next(iter(rows)).startswith("Before ")
    for name, [(many, length)] in drawn(page, "Due this week, and overdue"):
        assert many == number(rows[name])
        assert length == pytest.approx(100 * many / 15, abs=0.05)


def test_every_picture_says_in_words_what_it_shows(told, dana):
    page = dana.open("/dashboard")
    pictures = [one for one in page.tree.iter("svg") if one.attrib.get("role") == "img"]
    assert len(pictures) == 4
    ids = {one.attrib["id"]: words(one) for one in page.tree.iter() if "id" in one.attrib}
    for one in pictures:
        title, about = one.attrib["aria-labelledby"].split()
        assert ids[title] and ids[about].endswith(".")


def test_a_year_and_a_program_are_chosen(told, keep, dana):
    keep(7, year="2024-25", program="initial_elpac")
    assert facts(dana.open("/dashboard"))["Found"] == "40"
    assert facts(dana.send("Show", year="2024-25"))["Found"] == "7"
    assert "Test year 2024-25, all reports" in dana.page.text
    assert "No report of this year and program is known" in dana.send("Show", program="caaspp").text
    assert facts(dana.send("Show", program="initial_elpac"))["Found"] == "7"
    assert facts(dana.open("/dashboard?year=nonsense&program=nonsense"))["Found"] == "40"


def test_a_school_administrator_sees_the_own_schools_only(told, dana, pat):
    page = pat.open("/dashboard")
    assert [row[:2] for row in table(page, "By school")] == [["Poppy Valley Elementary", "25"]]
    assert facts(page)["Found"] == "25"
    assert "Only the schools that your account reaches are counted." in page.text
    assert "your account reaches" not in dana.open("/dashboard").text


def test_each_lea_has_its_own(told, keep, dana, pat):
    assert "No report has been found yet" in dana.open(f"/dashboard/{CHARTER}").text
    keep(3, lea_cds=CHARTER, school_number=901)
    assert facts(dana.open(f"/dashboard/{CHARTER}"))["Found"] == "3"
    assert "No report of this year and program is known" in pat.open(f"/dashboard/{CHARTER}").text


def test_with_nothing_found_it_says_so_and_draws_nothing(keep, dana):
    page = dana.open("/dashboard")
    assert "No report has been found yet" in page.text
    assert not list(page.tree.iter("svg"))
    assert not page.all("select")


def test_many_schools_are_drawn_in_part_and_all_stand_in_the_table(keep, dana):
    for place in range(15):
        keep(20 - place, school_number=1000 + place)
    page = dana.open("/dashboard")
    assert "The picture shows the first 12. The table has all." in page.text
    assert [name for name, *_ in table(page, "By school")] == [f"School {1000 + place}" for place in range(15)]
    assert len(list(drawn(page, "By school"))) == 12


def test_who_is_left_stands_in_the_report_manager(told, dana):
    dana.open("/dashboard")
    assert "23 reports." in dana.click("Show in the report manager who is left").text
