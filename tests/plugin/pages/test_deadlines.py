"""The page "Due dates and school calendar", over real HTTP: what is typed, read from a file, saved and counted by."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

import pytest

from plugin.model import Lea, SchoolYear
from plugin.reports.due_dates import Program
from plugin.reports.manager import deadlines
from sandbox.stage import Stage
from tests.conftest import visitor_of
from tests.releases import Kept
from tests.visitor import Page, Visitor, filled, words

DISTRICT, CHARTER = "19999010000000", "19999010999003"
CALENDAR, DAYS = "Save the calendar", "Save the days"
Day = datetime.date
NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture(scope="module")
def shelf(stage: Stage) -> Kept:
    return Kept(stage)


@pytest.fixture
def kept(shelf: Kept, ask_database) -> Iterator[Kept]:
    """No releases, no calendar and no days of receipt, before and after."""

    def clear() -> None:
        ask_database("delete from choices where kind in ('calendar', 'receipts')")
        shelf.clear()

    clear()
    yield shelf
    clear()


@pytest.fixture(scope="module")
def signed_in(stage: Stage) -> Visitor:
    visitor = visitor_of(stage, "staff", "lee.coordinado")
    visitor.launch("setup")
    return visitor


@pytest.fixture
def lee(signed_in: Visitor, kept: Kept) -> Visitor:
    """The coordinator, on the page."""
    signed_in.open("/deadlines")
    return signed_in


@pytest.fixture
def this_year(kept: Kept) -> str:
    return str(SchoolYear.containing(kept.services.today()))


def calendar(kept: Kept, cds: str = DISTRICT) -> tuple[list[tuple[str, str]], list[str]]:
    saved = deadlines.calendar_of(kept.services, Lea(cds, ""))
    return [(f"{first}", f"{last}") for first, last in saved.years], sorted(map(str, saved.holidays))


def receipts(kept: Kept) -> dict[tuple[Program, str], Day]:
    return dict(deadlines.receipts_of(kept.services, Lea(DISTRICT, "")).days)


def in_form(page: Page, button: str) -> dict[str, str]:
    return {name: text.strip() for name, text in filled(page.form(button)).items()}


def told_next_to(page: Page, name: str) -> list[str]:
    """The sentences in red that a marked field is described by."""
    [field] = [one for one in (*page.all("input"), *page.all("textarea")) if one.attrib.get("name") == name]
    assert field.attrib["aria-invalid"] == "true"
    ids = field.attrib["aria-describedby"].split()
    return [
        words(one) for one in page.all("small") if one.attrib.get("id") in ids and one.attrib.get("class") == "fault"
    ]


def said(page: Page) -> str:
    return " ".join(words(one) for one in page.tree.iter() if one.attrib.get("role") in {"status", "alert"})


def read_file(visitor: Visitor, content: bytes) -> Page:
    return visitor.upload("Read the file", file=("calendar.csv", content))


# --- When the results came in --------------------------------------------------------------------------------


def test_a_day_is_saved_and_what_is_due_is_counted_from_it(stage, kept, lee):
    rowan = next(one for one in stage.district.pupils if one.first == "Rowan")
    number = kept.keep(rowan, due_on=Day(2026, 12, 24), due_estimated=True)
    lee.open("/deadlines")
    page = lee.send(DAYS, **{"received-caaspp/2025-26": "2026-10-01"})
    assert said(page) == "Saved. What is due is counted from these days."
    assert receipts(kept) == {(Program.CAASPP, "2025-26"): Day(2026, 10, 1)}
    assert "CAASPP 2025-26 Thursday, October 29, 2026" in " ".join(" ".join(line) for line in page.table()).replace(
        "CAASPP 2025-26, received on ", ""
    )
    found = kept.found(number)
    assert (found["due_on"], found["due_estimated"]) == (Day(2026, 10, 29), False)


def test_days_are_asked_for_of_this_year_and_of_every_year_that_has_releases(stage, kept, lee, this_year):
    rowan = next(one for one in stage.district.pupils if one.first == "Rowan")
    kept.keep(rowan, year="2023-24")
    page = lee.open("/deadlines")
    headings = [words(one) for one in page.all("th") if one.attrib.get("scope") == "row"]
    assert headings == [
        f"CAASPP {this_year}",
        f"Summative ELPAC {this_year}",
        "CAASPP 2023-24",
        "Summative ELPAC 2023-24",
    ]


def test_a_day_is_taken_back_by_emptying_its_field(kept, lee, this_year):
    field = f"received-caaspp/{this_year}"
    lee.send(DAYS, **{field: f"{kept.services.today()}"})
    assert len(receipts(kept)) == 1
    lee.send(DAYS, **{field: ""})
    assert receipts(kept) == {}


def test_days_that_cant_be_have_a_sentence_beside_them_and_none_is_saved(kept, lee, this_year):
    caaspp, elpac = f"received-caaspp/{this_year}", f"received-summative_elpac/{this_year}"
    for typed, sentence in (
        ("2999-01-01", "This day is still to come"),
        ("2020-01-01", "This is before the school year of the test began"),
        ("soon", "This is not a day"),
    ):
        page = lee.send(DAYS, **{caaspp: f"{kept.services.today()}", elpac: typed})
        assert page.status == 422
        assert said(page).startswith("Nothing is saved")
        assert sentence in told_next_to(page, elpac)[0]
        assert in_form(page, DAYS)[caaspp] == f"{kept.services.today()}"
        assert in_form(page, DAYS)[elpac] == typed
    assert receipts(kept) == {}


def test_days_are_read_as_hands_in_california_write_them(kept, lee, this_year):
    today = kept.services.today()
    lee.send(DAYS, **{f"received-caaspp/{this_year}": f"{today:%m/%d/%Y}"})
    assert list(receipts(kept).values()) == [today]


def test_of_two_who_save_days_the_second_is_told_and_may_save_after_all(stage, kept, lee, this_year):
    dana = visitor_of(stage, "staff", "dana.overlook")
    dana.launch("setup")
    dana.open("/deadlines")
    field, today = f"received-caaspp/{this_year}", kept.services.today()
    theirs = today - datetime.timedelta(days=1)
    lee.send(DAYS, **{field: f"{theirs}"})
    page = dana.send(DAYS, **{field: f"{today}"})
    assert page.status == 409
    assert "Somebody else saved other days" in said(page)
    assert "Saved now:" in page.text
    assert in_form(page, DAYS)[field] == f"{today}"
    assert list(receipts(kept).values()) == [theirs]
    dana.send(DAYS)
    assert list(receipts(kept).values()) == [today]


# --- The calendar, by hand -----------------------------------------------------------------------------------


def test_before_a_calendar_is_saved_the_districts_holidays_stand_in_the_form(kept, lee):
    assert "No calendar is saved yet" in lee.page.text
    first = min(kept.services.district.holidays)
    assert in_form(lee.page, CALENDAR)["holidays"].splitlines()[0] == f"{first:%m/%d/%Y}"


def test_years_and_days_without_school_are_typed_saved_and_shown_again(kept, lee):
    typed = {
        "first-1": "2026-08-12",
        "last-1": "06/04/2027",
        "first-2": "2025-08-13",
        "last-2": "2026-06-05",
        "holidays": "2026-11-11\r\n\r\n12/31/2026 to 2027-01-02\r\n2026-12-30",
    }
    page = lee.send(CALENDAR, **typed)
    assert said(page) == "Saved. What is due is counted by this calendar."
    assert calendar(kept) == (
        [("2025-08-13", "2026-06-05"), ("2026-08-12", "2027-06-04")],
        ["2026-11-11", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"],
    )
    again = in_form(lee.open("/deadlines"), CALENDAR)
    assert (again["first-1"], again["last-2"], again["first-3"]) == ("2025-08-13", "2027-06-04", "")
    assert again["holidays"].splitlines() == ["11/11/2026", "12/30/2026 to 01/02/2027"]


def test_a_year_is_taken_away_by_emptying_its_fields(kept, lee):
    lee.send(CALENDAR, **{"first-1": "2026-08-12", "last-1": "2027-06-04"})
    lee.send(CALENDAR, **{"first-1": "", "last-1": ""})
    assert calendar(kept)[0] == []


def test_each_fault_has_a_sentence_beside_its_field_and_nothing_typed_is_lost(kept, lee):
    typed = {
        "first-1": "2026-08-12",
        "last-1": "2026-06-04",
        "first-2": "soon",
        "last-2": "",
        "holidays": "2026-11-11\nThanksgiving\n2026-12-31 to 2026-12-01\n2026-01-01 to 2036-01-01",
    }
    page = lee.send(CALENDAR, **typed)
    assert page.status == 422
    assert told_next_to(page, "last-1") == ["The last day comes before the first."]
    assert told_next_to(page, "first-2")[0].startswith("This is not a day")
    assert told_next_to(page, "last-2") == ["Choose the day."]
    lines = told_next_to(page, "holidays")
    assert [one.partition(":")[0].partition(" is no")[0] for one in lines] == [
        "Line 2 (Thanksgiving)",
        "Line 3 (2026-12-31 to 2026-12-01)",
        "Line 4 (2026-01-01 to 2036-01-01)",
    ]
    assert in_form(page, CALENDAR).items() >= typed.items()
    assert calendar(kept)[0] == []


def test_a_year_that_was_emptied_beside_a_wrong_one_takes_no_other_with_it(kept, lee):
    years = {"first-1": "2025-08-13", "last-1": "2026-06-05", "first-2": "2026-08-12", "last-2": "2027-06-04"}
    lee.send(CALENDAR, **years)
    wrong = lee.send(CALENDAR, **{"first-1": "", "last-1": "", "last-2": "2026-06-04"})
    assert wrong.status == 422
    [row] = [name.removeprefix("first-") for name, text in in_form(wrong, CALENDAR).items() if text == "2026-08-12"]
    assert told_next_to(wrong, f"last-{row}") == ["The last day comes before the first."]
    assert said(lee.send(CALENDAR, **{f"last-{row}": "2027-06-04"})).startswith("Saved.")
    assert calendar(kept)[0] == [("2026-08-12", "2027-06-04")]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [("2026-06-01", "2027-06-04", "begins before another one has ended"), ("2027-06-05", "2029-06-04", "366 days")],
)
def test_years_that_overlap_or_are_too_long_are_refused(kept, lee, first, last, sentence):
    years = {"first-1": "2025-08-13", "last-1": "2026-06-05", "first-2": first, "last-2": last}
    page = lee.send(CALENDAR, **years)
    assert sentence in page.text
    assert calendar(kept)[0] == []


def test_what_is_saved_already_is_neither_saved_nor_recorded_again(kept, lee, ask_database):
    lee.send(CALENDAR)
    before = ask_database("select count(*) from audit")
    lee.send(CALENDAR)
    assert ask_database("select count(*) from audit") == before


def test_a_saved_calendar_is_on_record(kept, lee, ask_database):
    lee.send(CALENDAR, **{"first-1": "2026-08-12", "last-1": "2027-06-04", "holidays": "2026-11-11"})
    query = "select event, outcome, lea_cds, change from audit order by id desc limit 1"
    [(event, outcome, lea, change)] = ask_database(query)
    assert (event, outcome, lea) == ("choice_changed", "ok", DISTRICT)
    assert json.loads(change) == {"calendar": "1 school years, 1 holidays"}


def test_of_two_who_save_calendars_the_second_is_told_what_would_change(stage, kept, lee):
    dana = visitor_of(stage, "staff", "dana.overlook")
    dana.launch("setup")
    dana.open("/deadlines")
    lee.send(CALENDAR, **{"first-1": "2026-08-12", "last-1": "2027-06-04", "holidays": ""})
    page = dana.send(CALENDAR, **{"first-1": "2026-08-13", "last-1": "2027-06-04", "holidays": "2026-11-11"})
    assert page.status == 409
    assert "Somebody else saved another calendar" in said(page)
    assert "School year that is gone: August 12, 2026 to June 4, 2027" in said(page)
    assert "New day without school: November 11, 2026" in said(page)
    assert calendar(kept) == ([("2026-08-12", "2027-06-04")], [])
    dana.send(CALENDAR)
    assert calendar(kept) == ([("2026-08-13", "2027-06-04")], ["2026-11-11"])


def test_each_lea_has_its_own_calendar(kept, lee):
    lee.click("Redwood Bridge Charter")
    lee.send(CALENDAR, **{"first-1": "2026-08-12", "last-1": "2027-06-04"})
    assert calendar(kept)[0] == []
    assert calendar(kept, CHARTER)[0] == [("2026-08-12", "2027-06-04")]


# --- As a file -----------------------------------------------------------------------------------------------

FILE = (
    b"what,first,last\r\nschool year,2026-08-12,2027-06-04\r\nholiday,2026-11-11,\r\nholiday,2026-12-21,2027-01-01\r\n"
)


def test_a_file_is_read_into_the_form_and_saved_from_there(kept, lee):
    lee.send(CALENDAR, **{"first-1": "2025-08-13", "last-1": "2026-06-05", "holidays": "2026-11-26 to 2026-11-27"})
    page = read_file(lee, FILE)
    assert page.status == 200
    assert "Nothing is saved yet" in said(page)
    assert "New school year: August 12, 2026 to June 4, 2027" in said(page)
    assert "School year that is gone: August 13, 2025 to June 5, 2026" in said(page)
    assert "New days without school: December 21, 2026 to January 1, 2027" in said(page)
    assert "School again from November 26, 2026 to November 27, 2026" in said(page)
    assert calendar(kept)[0] == [("2025-08-13", "2026-06-05")]
    assert said(lee.send(CALENDAR)).startswith("Saved.")
    assert calendar(kept)[0] == [("2026-08-12", "2027-06-04")]
    assert len(calendar(kept)[1]) == 13


def test_a_file_that_has_what_is_saved_says_so(kept, lee):
    read_file(lee, FILE)
    lee.send(CALENDAR)
    assert "The file has the calendar that is saved already" in said(read_file(lee, FILE))


def test_every_bad_line_of_a_file_is_named_and_the_form_stays(kept, lee):
    lee.send(CALENDAR, **{"first-1": "2025-08-13", "last-1": "2026-06-05"})
    page = read_file(lee, b"what,first,last\nparty,2026-08-12,\nschool year,2026-08-12\nholiday,soon,\n")
    assert page.status == 422
    assert "the calendar is as it was" in said(page)
    for line in ("Line 2:", "Line 3:", "Line 4:"):
        assert line in said(page)
    assert in_form(page, CALENDAR)["first-1"] == "2025-08-13"


def test_a_file_whose_years_overlap_is_marked_in_the_form(kept, lee):
    page = read_file(
        lee,
        b"what,first,last\nschool year,2025-09-13,2026-09-05\nschool year,2026-08-12,2027-06-04\nholiday,2026-11-11,\n",
    )
    assert page.status == 422
    assert "begins before another one has ended" in told_next_to(page, "first-2")[0]
    assert in_form(page, CALENDAR)["last-1"] == "2026-09-05"


def test_no_file_at_all_is_said(kept, lee):
    page = lee.upload("Read the file")
    assert page.status == 422
    assert "what,first,last" in said(page)


def test_the_saved_calendar_comes_back_as_a_file_that_is_taken_again(kept, lee):
    read_file(lee, FILE)
    lee.send(CALENDAR)
    file = lee.session.get(lee.page.link("Download the saved calendar"))
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"] == f"attachment; filename=school-calendar-{DISTRICT}.csv"
    assert "The file has the calendar that is saved already" in said(read_file(lee, file.content))


# --- Who -----------------------------------------------------------------------------------------------------


def test_view_shows_days_and_calendar_and_saves_nothing(kept, lee, somebody, this_year):
    lee.send(CALENDAR, **{"first-1": "2026-08-12", "last-1": "2027-06-04", "holidays": "2026-11-11"})
    principal = somebody("staff", "pat.principle")
    principal.launch("setup")
    page = principal.open("/deadlines")
    assert "School year from August 12, 2026 to June 4, 2027" in page.text
    assert "No school on November 11, 2026" in page.text
    assert "Not entered" in page.text
    assert not {"Save the days", "Save the calendar", "Read the file"} & {words(one) for one in page.all("button")}


@pytest.mark.parametrize(
    ("username", "own", "other"),
    [("robin.headley", "", DISTRICT), ("robin.headley", "", CHARTER), ("charlie.charterhouse", CHARTER, DISTRICT)],
)
def test_only_who_reaches_every_school_of_an_lea_changes_its_days(
    stage, kept, lee, somebody, ask_database, username, own, other
):
    files = {"file": ("calendar.csv", b"what,first,last\nholiday,2026-11-11,\n")}
    forms = {"receipts": None, "calendar": None, "calendar/import": files}
    grants = kept.services.grants
    grants.save({("report_manager", f"account:{username}"): "full"}, replaces={}, saved_by="test", now=NOW)
    try:
        one = somebody("staff", username)
        one.launch("report-manager")
        page = one.open(f"/deadlines/{other}")
        assert "Whoever reaches all of them can change them" in page.text
        assert not {"Save the days", "Save the calendar"} & {words(each) for each in page.all("button")}
        token = {"csrf_token": filled(page.form("Sign out"))["csrf_token"], "version": "0", "holidays": "2026-11-11"}
        for form, sent in forms.items():
            address = f"{stage.url}/deadlines/{other}/{form}"
            assert one.session.post(address, data=token, files=sent).status_code == 403
        if own:
            one.open(f"/deadlines/{own}")
            assert one.send(CALENDAR, holidays="2026-11-11").status == 200
    finally:
        grants.forget()
    assert calendar(kept, own) == ([], ["2026-11-11"] if own else sorted(map(str, kept.services.district.holidays)))
    assert not deadlines.calendar_of(kept.services, Lea(other, "")).imported


def test_the_manager_leads_to_it_and_it_leads_back(lee):
    lee.open("/report-manager")
    assert lee.click("Due dates and school calendar").status == 200
    assert lee.click("Report manager").url.endswith(f"/report-manager/{DISTRICT}")
