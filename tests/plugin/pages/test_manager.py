"""The page "Report manager", over real HTTP: what it lists, in what order, for whom, and what is written on it."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from plugin.store.releases import Telling
from sandbox.district import Pupil
from sandbox.stage import Stage
from tests.conftest import visitor_of
from tests.releases import NOW, Kept
from tests.visitor import Page, Visitor, filled, words

DISTRICT, CHARTER = "19999010000000", "19999010999003"
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def shelf(stage: Stage) -> Kept:
    return Kept(stage)


@pytest.fixture
def kept(shelf: Kept) -> Iterator[Kept]:
    """No releases, before and after."""
    shelf.clear()
    yield shelf
    shelf.clear()


@pytest.fixture(scope="module")
def dana(stage: Stage) -> Visitor:
    """The district's administrator. Signed in once: nobody here signs out."""
    visitor = visitor_of(stage, "staff", "dana.overlook")
    visitor.launch("setup")
    return visitor


def arriving(somebody, username: str) -> Visitor:
    visitor = somebody("staff", username)
    visitor.launch("setup")
    return visitor


def pupil(stage: Stage, name: str) -> Pupil:
    return next(one for one in stage.district.pupils if f"{one.first} {one.last}" == name)


def pupils(stage: Stage, school: int) -> list[Pupil]:
    return [one for one in stage.district.pupils if one.school_number == school]


def listed(page: Page) -> list[str]:
    """The students in the table, in order."""
    return [words(one.find("a")) for one in page.all("th") if one.attrib.get("scope") == "row"]


def row(page: Page, name: str) -> dict[str, str]:
    """A student's row by the headings of its columns."""
    for line in page.all("tr"):
        cells = [one for one in line if one.tag in {"td", "th"}]
        labelled = {one.attrib["data-label"]: words(one) for one in cells if "data-label" in one.attrib}
        heading = next((words(one) for one in cells if one.attrib.get("scope") == "row"), "")
        if heading.startswith(name):
            return {"Student": heading, **labelled}
    raise AssertionError(f"{name} is not among {listed(page)}")


def tick(page: Page, *names: str) -> list[str]:
    """The numbers that the boxes of these students send."""
    boxes = {words(label): label.attrib["for"].removeprefix("tick-") for label in page.all("label")}
    return [number for name in names for text, number in boxes.items() if text.startswith(f"Tick {name},")]


def handle(visitor: Visitor, do: str, ticked: list[str], **fields: str) -> Page:
    form = visitor.page.form("Mark as handed over")
    return visitor.send_form(form, form.attrib["action"], do=do, release=ticked, **fields)


def said(page: Page) -> str:
    return " ".join(words(one) for one in page.tree.iter() if one.attrib.get("role") in {"status", "alert"})


# --- What is listed ------------------------------------------------------------------------------------------


def test_a_row_says_who_where_which_report_and_how_far_it_is(stage, kept, dana):
    kept.keep(
        pupil(stage, "Rowan Sampleton"),
        program="summative_elpac",
        record_types="21",
        found_at=datetime.datetime(2026, 7, 1, 19, tzinfo=datetime.UTC),
        told_at=datetime.datetime(2026, 7, 3, 4, tzinfo=datetime.UTC),
        due_on=datetime.date(2999, 7, 31),
    )
    assert row(dana.open("/report-manager"), "Sampleton, Rowan") == {
        "Student": "Sampleton, Rowan",
        "School": "Golden Hills Secondary",
        "Grade": "Grade 8",
        "Report": "Summative ELPAC 2025-26",
        "Found": "Jul 1, 2026",
        "Told": "Jul 2, 2026",  # in California it was still evening
        "Looked": "Not yet",
        "Due": "Jul 31, 2999",
        "Follow-up": "–",
    }


def test_the_name_leads_to_the_students_score_reports(stage, kept, dana):
    rowan = pupil(stage, "Rowan Sampleton")
    kept.keep(rowan)
    dana.open("/report-manager")
    page = dana.click("Sampleton, Rowan")
    assert page.url.endswith(f"/students/{rowan.dcid}/score-reports")
    assert page.status == 200


def test_why_a_family_is_not_told_is_said_in_words(stage, kept, dana):
    reasons = {
        Telling.WAITING: "Not yet",
        Telling.OFF: "No: notices were off",
        Telling.NOBODY: "No: nobody to write to",
        Telling.SENDING: "On its way",
        Telling.UNKNOWN: "Not known: it may have arrived",
        Telling.REFUSED: "No: the mail was refused",
    }
    for telling in reasons:
        kept.keep(pupil(stage, "Rowan Sampleton"), telling=telling, told_at=None, year=telling, name=telling)
    page = dana.open("/report-manager")
    assert {telling: row(page, telling)["Told"] for telling in reasons} == reasons


def test_who_looked_is_said_and_a_students_own_look_beside_it(stage, kept, dana):
    first, second, third, fourth = pupils(stage, 401)[:4]
    kept.keep(first, looked_at=NOW, looked_by="parent")
    kept.keep(second, student_looked_at=NOW)
    kept.keep(third, looked_at=NOW, looked_by="student", student_looked_at=NOW)
    kept.keep(fourth, looked_at=NOW, looked_by="parent", student_looked_at=NOW)
    page = dana.open("/report-manager")
    looked = [
        re.sub(r"\w+ \d+, \d+", "DAY", row(page, f"{one.last}, {one.first}")["Looked"])
        for one in pupils(stage, 401)[:4]
    ]
    assert looked == [
        "A parent, on DAY",
        "Not yet The student, on DAY",
        "The student, of age, on DAY",
        "A parent, on DAY The student, on DAY",
    ]


def test_what_is_overdue_or_estimated_is_said_in_words(stage, kept, dana):
    late, estimated, seen, unknown = pupils(stage, 101)[:4]
    kept.keep(late, due_on=datetime.date(2026, 1, 5))
    kept.keep(estimated, due_estimated=True, due_on=datetime.date(2999, 1, 5))
    kept.keep(seen, due_on=datetime.date(2026, 1, 5), looked_at=NOW, looked_by="parent")
    kept.keep(unknown, due_on=None)
    page = dana.open("/report-manager")
    assert [row(page, f"{one.last}, {one.first}")["Due"] for one in (late, estimated, seen, unknown)] == [
        "Jan 5, 2026 Overdue",
        "Jan 5, 2999 Estimated",
        "Jan 5, 2026",
        "Not counted yet",
    ]


def test_a_blocked_familys_request_stands_in_its_row_with_its_day(stage, kept, dana):
    mateo = pupil(stage, "Mateo Ejemplo")
    kept.keep(mateo, blocked=True)
    due = datetime.date(2026, 12, 1)
    kept.services.follow_ups.open(DISTRICT, mateo.dcid, "release_blocked", by="them", due_on=due, now=NOW)
    found = row(dana.open("/report-manager"), "Ejemplo, Mateo")
    assert found["Student"] == "Ejemplo, Mateo Blocked in PowerSchool"
    assert found["Follow-up"] == "The family asked: due by Dec 1, 2026"


def test_a_student_of_whom_powerschool_was_not_asked_yet_has_a_number(stage, kept, dana):
    kept.keep(pupil(stage, "Rowan Sampleton"), name="", checked_at=None)
    assert listed(dana.open("/report-manager")) == [f"Student {pupil(stage, 'Rowan Sampleton').dcid}"]


def test_markup_in_names_and_notes_is_text(stage, kept, dana):
    number = kept.keep(pupil(stage, "Rowan Sampleton"), name="<b>O'Neil</b>, %(x)s{{1}}")
    dana.open("/report-manager")
    page = handle(dana, "note", [str(number)], text="<i>&amp;%(y)s{{2}}")
    assert listed(page) == ["<b>O'Neil</b>, %(x)s{{1}}"]
    assert "dana.overlook: <i>&amp;%(y)s{{2}}" in page.text


def test_grades_are_called_what_the_district_calls_them(stage, kept, dana):
    kept.keep(pupil(stage, "Wren Sampleton"))
    assert row(dana.open("/report-manager"), "Sampleton, Wren")["Grade"] == "Before kindergarten"


# --- In what order, and which --------------------------------------------------------------------------------


def some(stage: Stage, kept: Kept) -> list[str]:
    """Four releases in the order of the names: "A" nobody could be told of, "B" told, "C" seen, "D" told before B."""
    names = []
    facts = [
        {"telling": Telling.NOBODY, "told_at": None, "found_at": NOW - DAY, "due_on": kept.services.today() + DAY},
        {"found_at": NOW - 2 * DAY, "blocked": True, "year": "2024-25"},
        {"found_at": NOW - 9 * DAY, "looked_at": NOW, "looked_by": "parent", "has_left": True},
        {"found_at": NOW - 3 * DAY, "program": "initial_elpac", "record_types": "22"},
    ]
    for letter, one, fact in zip("ABCD", (*pupils(stage, 101)[:2], *pupils(stage, 401)[:2]), facts, strict=True):
        names.append(f"{letter}, {letter}")
        folded = {"last_first": f"{letter} {letter}".lower(), "first_last": f"{letter} {letter}".lower()}
        kept.keep(one, name=names[-1], **folded, **fact)
    return names


def test_whom_nobody_could_tell_comes_first_then_who_has_waited_longest_and_last_who_knows(stage, kept, dana):
    some(stage, kept)
    page = dana.open("/report-manager")
    assert [name[0] for name in listed(page)] == ["A", "D", "B", "C"]
    assert "4 reports. First come families who could not be told" in page.text


@pytest.mark.parametrize(
    ("query", "letters"),
    [
        ("school=401", "DC"),
        ("program=initial_elpac", "D"),
        ("year=2024-25", "B"),
        ("only=not_looked", "ADB"),
        ("only=no_mail", "A"),
        ("only=blocked", "B"),
        ("only=due_soon", "A"),
        ("only=left", "C"),
        ("only=not_looked&only=blocked", "B"),
        ("school=401&only=left", "C"),
        ("name=d", "D"),
        ("name=B,+b", "B"),
    ],
)
def test_the_list_is_narrowed(stage, kept, dana, query, letters):
    some(stage, kept)
    assert "".join(name[0] for name in listed(dana.open(f"/report-manager?{query}"))) == letters


@pytest.mark.parametrize("typed", ["Inés", "ines", "INES ej", "Ejemplo, Inés"])
def test_a_name_is_found_with_or_without_its_accents(stage, kept, dana, typed):
    kept.keep(pupil(stage, "Inés Ejemplo"))
    kept.keep(pupil(stage, "Juniper Sampleton"))
    dana.open("/report-manager")
    assert listed(dana.send("Show", name=typed)) == ["Ejemplo, Inés"]


def test_a_grade_is_chosen_by_its_name(stage, kept, dana):
    rowan, juniper = pupil(stage, "Rowan Sampleton"), pupil(stage, "Juniper Sampleton")
    for one in (rowan, juniper):
        kept.keep(one)
    dana.open("/report-manager")
    page = dana.send("Show", grade="8")
    assert listed(page) == ["Sampleton, Rowan"]


def test_the_form_keeps_what_was_chosen_and_the_order_as_well(stage, kept, dana):
    some(stage, kept)
    dana.open("/report-manager?sort=-name")
    page = dana.send("Show", school="401", name="c", only="left")
    assert filled(page.form("Show")) == {
        "school": "401",
        "grade": "",
        "program": "",
        "year": "",
        "name": "c",
        "only": "left",
        "sort": "-name",
    }
    assert [name[0] for name in listed(page)] == ["C"]
    assert len(listed(dana.click("Show all again"))) == 4


@pytest.mark.parametrize(
    ("heading", "letters"),
    [("Student", "ABCD"), ("Found", "CDBA"), ("Grade", "BADC")],
)
def test_a_click_on_a_heading_sorts_by_it_and_a_second_turns_the_order(stage, kept, dana, heading, letters):
    some(stage, kept)
    dana.open("/report-manager")
    for order, expected in (("ascending", letters), ("descending", letters[::-1])):
        page = dana.click(heading)
        [sorted_by] = [one for one in page.all("th") if "aria-sort" in one.attrib]
        assert (words(sorted_by), sorted_by.attrib["aria-sort"]) == (heading, order)
        assert "".join(name[0] for name in listed(page)) == expected


def test_the_order_is_chosen_in_the_form_where_there_are_no_headings_to_click(stage, kept, dana):
    some(stage, kept)
    dana.open("/report-manager")
    assert [name[0] for name in listed(dana.send("Show", sort="-name"))] == ["D", "C", "B", "A"]
    assert [name[0] for name in listed(dana.send("Show", sort=""))] == ["A", "D", "B", "C"]


def test_more_than_a_page_is_turned_over_forth_and_back(stage, kept, dana):
    one, names = pupil(stage, "Rowan Sampleton"), [f"{number:03d}" for number in range(120)]
    kept.keep_all([(one, {"student_dcid": 9_000_000 + int(name), "name": name, "last_first": name}) for name in names])
    page = dana.open("/report-manager?sort=name")
    seen = {"": listed(page)}
    for way in ("Next page", "Next page", "Previous page", "First page", "Last page"):
        page = dana.click(way)
        assert page.status == 200
        seen[way] = listed(page)
    assert seen[""] == [f"{number:03d}" for number in range(50)] == seen["First page"]
    assert seen["Next page"] == [f"{number:03d}" for number in range(100, 120)]
    assert seen["Previous page"] == [f"{number:03d}" for number in range(50, 100)]
    assert seen["Last page"][-1] == "119"
    assert "120 reports" in page.text


def test_a_list_that_is_too_long_to_count_says_that_there_are_more(stage, kept, dana, monkeypatch):
    some(stage, kept)
    monkeypatch.setattr("plugin.store.release_list.COUNTED", 3)
    assert "More than 3 reports." in dana.open("/report-manager").text


@pytest.mark.parametrize(
    "query",
    [
        "school=x",
        "grade=--1",
        "sort=;drop",
        "cursor=%00",
        "cursor=" + 9 * "W10",
        "school=99999999999999",
        "only=x&only[]=y",
        "name=%25",
    ],
)
def test_nonsense_in_the_address_shows_the_list_or_nothing(stage, kept, dana, query):
    some(stage, kept)
    assert dana.open(f"/report-manager?{query}").status == 200


# --- An empty list says why ----------------------------------------------------------------------------------


def test_before_anything_was_found_it_says_where_reports_come_from(kept, dana):
    assert "No report has been found yet" in dana.open("/report-manager").text


def test_where_nothing_is_as_chosen_it_says_so_and_leads_back(stage, kept, dana):
    some(stage, kept)
    page = dana.open("/report-manager?name=nobody")
    assert "Nothing has been found that is as chosen above" in page.text
    assert len(listed(dana.click("Show all again"))) == 4


def test_who_reaches_no_school_of_the_lea_is_told(kept, somebody):
    charlie = arriving(somebody, "charlie.charterhouse")
    assert "reaches no school of this LEA" in charlie.open(f"/report-manager/{DISTRICT}").text
    assert "No report has been found yet" in charlie.click("Redwood Bridge Charter").text


@pytest.mark.parametrize("page", ["/report-manager", "/dashboard"])
def test_a_page_begins_with_the_lea_that_somebody_reaches(kept, somebody, page):
    charlie, robin = arriving(somebody, "charlie.charterhouse"), arriving(somebody, "robin.headley")
    own = {charlie: "Redwood Bridge Charter", robin: "Poppy Valley Unified"}
    for one, name in own.items():
        current = [words(tab) for tab in one.open(page).all("a") if tab.attrib.get("aria-current") == "page"]
        assert current[0] == name


# --- For whom ------------------------------------------------------------------------------------------------


def test_a_school_sees_its_own_students_and_nobody_elses(stage, kept, somebody):
    some(stage, kept)
    robin = arriving(somebody, "robin.headley")
    page = robin.open("/report-manager")
    assert [name[0] for name in listed(page)] == ["D", "C"]
    assert "2 reports" in page.text
    assert [words(one) for one in page.all("option")][:2] == ["All schools", "Golden Hills Secondary"]
    assert listed(robin.open("/report-manager?school=101")) == []
    assert "A, A" not in robin.session.get(f"{stage.url}/report-manager/{DISTRICT}/export").text


def test_each_lea_has_its_own_list(stage, kept, dana):
    kept.keep(pupils(stage, 901)[0], name="Charter, C")
    some(stage, kept)
    assert "Charter, C" not in listed(dana.open("/report-manager"))
    assert listed(dana.click("Redwood Bridge Charter")) == ["Charter, C"]


def test_view_shows_the_list_and_nothing_to_tick(stage, kept, somebody):
    some(stage, kept)
    page = arriving(somebody, "pat.principle").open("/report-manager")
    assert len(listed(page)) == 2
    assert "Mark as handed over" not in page.text
    assert not [one for one in page.all("input") if one.attrib.get("name") == "release"]


# --- What is written beside ----------------------------------------------------------------------------------


def test_several_are_marked_as_handed_over_at_once_and_the_list_stays_as_it_was_chosen(stage, kept, dana):
    some(stage, kept)
    dana.open("/report-manager?only=not_looked&sort=name")
    page = handle(dana, "hand_over", tick(dana.page, "A, A", "B, B"), on="2026-11-02", text="on paper")
    assert said(page) == "2 reports are marked as handed over."
    assert parse_qs(urlsplit(page.url).query).items() >= {"only": ["not_looked"], "sort": ["name"]}.items()
    assert [name[0] for name in listed(page)] == ["D"]
    found = row(dana.open("/report-manager"), "A, A")
    assert found["Follow-up"] == "Handed over on Nov 2, 2026 by dana.overlook dana.overlook: on paper"


def test_what_was_handed_over_is_on_record_for_each_student(stage, kept, dana, ask_database):
    one = pupil(stage, "Rowan Sampleton")
    kept.keep(one)
    dana.open("/report-manager")
    handle(dana, "hand_over", tick(dana.page, "Sampleton, Rowan"), on="11/02/2026")
    query = "select event, outcome, student_dcid, lea_cds, change from audit order by id desc limit 1"
    assert [(*facts[:4], json.loads(facts[4])) for facts in ask_database(query)] == [
        ("handed_over", "ok", one.dcid, DISTRICT, {"handed_over_on": "2026-11-02"})
    ]


def test_today_stands_in_the_field_of_the_day(stage, kept, dana):
    some(stage, kept)
    form = dana.open("/report-manager").form("Mark as handed over")
    assert filled(form)["on"] == kept.services.today().isoformat()


def test_handed_over_is_taken_back(stage, kept, dana):
    number = kept.keep(pupil(stage, "Rowan Sampleton"), handed_over_on=datetime.date(2026, 11, 2), handed_over_by="x")
    dana.open("/report-manager")
    page = handle(dana, "take_back", [str(number)])
    assert said(page) == "1 report is no longer marked as handed over."
    assert row(page, "Sampleton, Rowan")["Follow-up"] == "–"


def test_a_note_alone_changes_nothing_else(stage, kept, dana):
    number = kept.keep(pupil(stage, "Rowan Sampleton"))
    dana.open("/report-manager")
    page = handle(dana, "note", [str(number)], text="  called the family  ")
    assert said(page) == "The note stands beside 1 report."
    assert row(page, "Sampleton, Rowan")["Follow-up"] == "dana.overlook: called the family"
    assert kept.found(number)["handed_over_on"] is None


def test_all_on_the_page_are_ticked_by_one_link(stage, kept, dana):
    some(stage, kept)
    dana.open("/report-manager")
    boxes = [one for one in dana.click("Tick all on this page").all("input") if one.attrib.get("name") == "release"]
    assert [("checked" in one.attrib) for one in boxes] == 4 * [True]


def test_a_link_leads_past_the_rows_to_what_can_be_done_with_them_and_one_back(stage, kept, dana):
    some(stage, kept)
    page = dana.open("/report-manager")
    ids = {element.attrib["id"] for element in page.tree.iter() if "id" in element.attrib}
    for link in ("Go to the ticked reports", "Back up to the list"):
        address, _, place = page.link(link).partition("#")
        assert (address, place in ids) == (page.url, True)


@pytest.mark.parametrize(
    ("do", "fields", "sentence"),
    [
        ("hand_over", {"on": "2999-01-01"}, "The day is in the future"),
        ("hand_over", {"on": ""}, "Choose the day."),
        ("hand_over", {"on": "2026-02-30"}, "This is not a day"),
        ("note", {"text": " "}, "Write a note"),
        ("note", {"text": "x" * 501}, "at most 500 characters"),
        ("take_back", {"text": "x" * 501}, "at most 500 characters"),
    ],
)
def test_what_cant_be_is_said_nothing_is_saved_and_nothing_typed_is_lost(stage, kept, dana, do, fields, sentence):
    number = kept.keep(pupil(stage, "Rowan Sampleton"))
    before = kept.found(number)
    dana.open("/report-manager")
    typed = {"on": "2026-11-01", "text": "called", **fields}
    page = handle(dana, do, [str(number)], **typed)
    assert page.status == 422
    assert "Nothing is saved." in said(page)
    assert sentence in said(page)
    again = filled(page.form("Mark as handed over"))
    assert (again["on"], again["text"].strip(), again["release"]) == (typed["on"], typed["text"].strip(), str(number))
    assert kept.found(number) == before


def test_with_nothing_ticked_it_says_so_and_keeps_what_was_typed(stage, kept, dana):
    some(stage, kept)
    dana.open("/report-manager")
    page = handle(dana, "hand_over", [], on="2026-11-01", text="in person")
    assert page.status == 422
    assert "Choose at least one" in said(page)
    again = filled(page.form("Mark as handed over"))
    assert (again["on"], again["text"]) == ("2026-11-01", "in person")


@pytest.mark.parametrize("number", ["0", "999999999"])
def test_a_release_that_is_not_there_is_nothing_there(stage, kept, dana, number):
    some(stage, kept)
    dana.open("/report-manager")
    assert handle(dana, "hand_over", [number]).status == 404


def test_a_school_with_full_access_writes_beside_no_release_of_another_school(stage, kept, somebody):
    own, other = kept.keep(pupils(stage, 401)[0]), kept.keep(pupils(stage, 101)[0])
    grants = kept.services.grants
    grants.save({("report_manager", "account:robin.headley"): "full"}, replaces={}, saved_by="test", now=NOW)
    try:
        robin = arriving(somebody, "robin.headley")
        robin.open("/report-manager")
        assert handle(robin, "hand_over", [str(own), str(other)]).status == 404
        assert (kept.found(own)["handed_over_on"], kept.found(other)["handed_over_on"]) == (None, None)
        robin.open("/report-manager")
        assert handle(robin, "hand_over", [str(own)]).status == 200
    finally:
        grants.forget()
    assert kept.found(own)["handed_over_by"] == "robin.headley"


def test_a_form_that_is_not_ours_is_refused(stage, kept, dana):
    number = kept.keep(pupil(stage, "Rowan Sampleton"))
    dana.open("/report-manager")
    assert handle(dana, "shred", [str(number)]).status == 400


# --- As a file -----------------------------------------------------------------------------------------------


def opened(answer: requests.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def download(visitor: Visitor) -> requests.Response:
    return visitor.session.get(visitor.page.link("Download the whole list"))


def test_the_file_has_what_the_list_shows_in_the_same_order(stage, kept, dana):
    some(stage, kept)
    dana.open("/report-manager?sort=-name&only=not_looked")
    answer = download(dana)
    header, *lines, end = opened(answer)
    assert header[0] == "Student"
    assert [line[0][0] for line in lines] == ["D", "B", "A"]
    assert end[0] == "End of the list. Releases: 3"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = f"report-manager-{DISTRICT}-{kept.services.today()}.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_file_has_all_pages(stage, kept, dana):
    one = pupil(stage, "Rowan Sampleton")
    kept.keep_all([(one, {"student_dcid": 9_000_000 + number}) for number in range(2100)])
    dana.open("/report-manager")
    _header, *lines, end = opened(download(dana))
    assert len({line[1] for line in lines}) == 2100
    assert end[0] == "End of the list. Releases: 2100"


def test_the_file_begins_before_the_list_is_read_and_needs_no_request_any_more(stage, kept, dana):
    """Not over HTTP: there the stand-in's server, and these tests' alarm, wait for a whole answer."""
    some(stage, kept)
    cookies = "; ".join(f"{one.name}={one.value}" for one in dana.session.cookies)
    address = f"{stage.url}/report-manager/{DISTRICT}/export"
    with stage.app.test_request_context(address, headers={"Cookie": cookies}):
        assert stage.app.preprocess_request() is None
        answer = stage.app.process_response(stage.app.dispatch_request())
    assert answer.is_streamed
    pieces = iter(answer.response)
    assert next(pieces).count(b"\r\n") == 1
    kept.keep(pupil(stage, "Rowan Sampleton"), year="2023-24", name="Late, Comer")
    assert b"Late, Comer" in b"".join(pieces)


def test_a_download_is_on_record_without_the_name_that_was_searched_for(stage, kept, dana, ask_database):
    some(stage, kept)
    dana.session.get(f"{stage.url}/report-manager/{DISTRICT}/export?school=401&only=left&name=Secretname")
    [(event, outcome, lea, change)] = ask_database(
        "select event, outcome, lea_cds, change from audit order by id desc limit 1"
    )
    assert (event, outcome, lea) == ("list_exported", "ok", DISTRICT)
    assert json.loads(change) == {"list": "school: 401; only: left; name: typed"}


def test_without_a_record_nothing_is_handed_out(stage, kept, dana, ask_database):
    some(stage, kept)
    dana.open("/report-manager")
    ask_database("create trigger full before insert on audit begin select raise(abort, 'disk full'); end")
    try:
        answer = download(dana)
    finally:
        ask_database("drop trigger full")
    assert answer.status_code == 503
    assert "A, A" not in answer.text


def test_a_browser_that_fetches_ahead_is_handed_nothing_and_nothing_is_recorded(stage, kept, dana, ask_database):
    some(stage, kept)
    dana.open("/report-manager")
    before = ask_database("select count(*) from audit")
    answer = dana.session.get(dana.page.link("Download the whole list"), headers={"Sec-Purpose": "prefetch"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask_database("select count(*) from audit") == before
