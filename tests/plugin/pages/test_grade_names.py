"""The page "Grade names", over real HTTP: typing, removing, importing, and who may."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from sandbox.district import TK
from sandbox.stage import Stage
from tests.visitor import Page, Visitor, words

DISTRICT, CHARTER = "19999010000000", "19999010999003"
HEADER = b"number,name,code,from_year\r\n"


@pytest.fixture(autouse=True)
def no_names(stage: Stage) -> Iterator[None]:
    yield
    with closing(database(stage)) as connection, connection:
        connection.execute("delete from grade_names")


@pytest.fixture
def lee(somebody) -> Visitor:
    """The coordinator, on the page, with no names saved."""
    return arriving(somebody, "lee.coordinado")


def arriving(somebody, username: str) -> Visitor:
    visitor = somebody("staff", username)
    visitor.launch("setup")
    visitor.open("/grade-names")
    return visitor


def database(stage: Stage) -> sqlite3.Connection:
    return sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))


def saved(stage: Stage, lea: str = DISTRICT) -> list[tuple[int, str, str, int]]:
    query = "select number, name, code, from_year from grade_names where lea_cds = ? order by 1, 4"
    with closing(database(stage)) as connection:
        return connection.execute(query, [lea]).fetchall()


def on_record(stage: Stage) -> list[tuple[str, str, str, object]]:
    query = "select event, outcome, lea_cds, change from audit order by id"
    with closing(database(stage)) as connection:
        return [(*row[:3], json.loads(row[3]) if row[3] else None) for row in connection.execute(query)]


def row(place: int, number: str, name: str, code: str, from_year: str) -> dict[str, str]:
    values = {"number": number, "name": name, "code": code, "from_year": from_year}
    return {f"{field}-{place}": value for field, value in values.items()}


def in_field(page: Page, name: str) -> str:
    for field in (*page.all("input"), *page.all("select")):
        if field.attrib.get("name") == name:
            chosen = [option for option in field if "selected" in option.attrib]
            return chosen[0].attrib["value"] if chosen else field.attrib.get("value", "")
    raise AssertionError(f"no field {name}")


def told_next_to(page: Page, name: str) -> str:
    """The sentence that a marked field is described by."""
    [field] = [one for one in (*page.all("input"), *page.all("select")) if one.attrib.get("name") == name]
    assert field.attrib["aria-invalid"] == "true"
    [sentence] = [one for one in page.all("small") if one.attrib["id"] == field.attrib["aria-describedby"]]
    return words(sentence)


def read_file(visitor: Visitor, content: bytes) -> Page:
    return visitor.upload("Read the file", file=("names.csv", content))


# --- Typing --------------------------------------------------------------------------------------------------


def test_the_setup_page_leads_to_it_and_it_leads_back(somebody):
    visitor = somebody("staff", "lee.coordinado")
    visitor.launch("setup")
    assert "Grade names" in visitor.click("Grade names").text
    assert visitor.click("Electronic Reporting Communication Setup").status == 200


def test_names_are_typed_saved_and_said_back(stage, lee):
    page = lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"), **row(2, "0", "Kínder 幼稚園", "KN", "2025-26"))
    assert page.status == 200
    assert "Saved." in page.text
    assert saved(stage) == [(-2, "TK", "TK", 2023), (0, "Kínder 幼稚園", "KN", 2025)]
    again = lee.open("/grade-names")
    assert [in_field(again, f"name-{place}") for place in (1, 2, 3)] == ["TK", "Kínder 幼稚園", ""]


def test_what_is_saved_is_not_sent_again_when_the_page_is_loaded_again(stage, lee):
    page = lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    assert (page.response.history[0].status_code, page.response.request.method) == (303, "GET")
    assert "Saved." in lee.open(page.url).text
    assert "Saved." not in lee.open("/grade-names?done=elsewhere").text


def test_a_wren_in_tk_is_called_what_the_district_says_from_then_on(stage, lee):
    wren = next(one for one in stage.district.pupils if (one.first, one.last) == ("Wren", "Sampleton"))
    address = f"/students/{wren.dcid}/score-reports"
    assert words(lee.open(address).all("dd")[2]) == "Before kindergarten"
    lee.open("/grade-names")
    lee.send("Save", **row(1, str(TK), "TK – Tiny Tots", "TK", "2023-24"))
    assert words(lee.open(address).all("dd")[2]) == "TK – Tiny Tots"


def test_a_name_is_changed_and_another_removed(stage, lee):
    lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"), **row(2, "0", "Kinder", "KN", "2023-24"))
    lee.send("Save", **{"name-1": "Explorers", "remove-2": "yes"})
    assert saved(stage) == [(-2, "Explorers", "TK", 2023)]


def test_each_save_makes_room_for_three_more(stage, lee):
    numbers = range(1, 8)
    for first in (1, 4, 7):
        lee.send(
            "Save",
            **{
                k: v
                for n in numbers[first - 1 : first + 2]
                for k, v in row(n, str(n), f"Grade {n}", f"0{n}", "2023-24").items()
            },
        )
    assert [number for number, *_ in saved(stage)] == list(numbers)


def test_emptying_a_row_removes_it_and_a_table_may_be_empty(stage, lee):
    lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    lee.send("Save", **row(1, "", "", "", ""))
    assert saved(stage) == []


def test_saving_what_is_saved_changes_and_records_nothing(stage, lee):
    lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    recorded = len(on_record(stage))
    assert "Saved." in lee.send("Save").text
    assert len(on_record(stage)) == recorded


BAD = [
    ("number", "", "Write PowerSchool's grade number"),
    ("number", "\N{MINUS SIGN}2", "Write PowerSchool's grade number"),
    ("number", "\N{FULLWIDTH DIGIT TWO}", "Write PowerSchool's grade number"),
    ("number", "TK", "Write PowerSchool's grade number"),
    ("number", "100", "Write PowerSchool's grade number"),
    ("number", "-1; drop table grade_names", "Write PowerSchool's grade number"),
    ("name", "", "Write a name of 1 to 25 characters"),
    ("name", "x" * 26, "Write a name of 1 to 25 characters"),
    ("name", "T\N{RIGHT-TO-LEFT OVERRIDE}K", "Write a name of 1 to 25 characters"),
    ("code", "", "Choose one of CALPADS's grade codes: IN TD PS TK KN 01"),
    ("code", "13", "Choose one of CALPADS's grade codes"),
    ("from_year", "2022-23", "Write a school year from 2023-24 to"),
    ("from_year", "2023", "Write a school year from 2023-24 to"),
    ("from_year", "2203-04", "Write a school year from 2023-24 to"),
    ("from_year", "2023\N{EN DASH}24", "Write a school year from 2023-24 to"),
]


def test_bad_input_has_a_sentence_beside_it_and_nothing_typed_is_lost(stage, lee):
    typed = row(len(BAD) + 1, "0", "Kinder", "KN", "2024-25")
    for place, (field, value, _) in enumerate(BAD, 1):
        typed |= row(place, str(place), "TK & co", "TK", "2023-24") | {f"{field}-{place}": value}
    page = lee.send("Save", **typed)
    assert page.status == 422
    assert "Nothing is saved" in page.text
    for place, (field, _, sentence) in enumerate(BAD, 1):
        assert sentence in told_next_to(page, f"{field}-{place}")
    assert len(page.all("small")) == len(BAD)
    assert {name: in_field(page, name) for name in typed} == typed
    assert saved(stage) == []


def test_a_control_character_is_refused(stage, lee):
    page = lee.send("Save", **row(1, "-2", "T\x00K", "TK", "2023-24"))
    assert "without line breaks and invisible characters" in told_next_to(page, "name-1")
    assert saved(stage) == []


def test_a_corrected_row_is_saved(stage, lee):
    lee.send("Save", **row(1, "-2", "x" * 26, "TK", "2023-24"), **row(2, "0", "Kinder", "KN", "2023-24"))
    assert "Saved." in lee.send("Save", **{"name-1": "TK"}).text
    assert [name for _, name, _, _ in saved(stage)] == ["TK", "Kinder"]


def test_twenty_five_characters_of_any_script_are_enough(stage, lee):
    assert "Saved." in lee.send("Save", **row(1, "-2", "準" * 24 + "😀", "TK", "2023-24")).text
    assert saved(stage)[0][1] == "準" * 24 + "😀"


def test_one_number_twice_from_the_same_year_is_refused_and_from_another_year_not(stage, lee):
    twice = row(1, "-2", "TK", "TK", "2023-24") | row(2, "-02", "Tiny", "TK", "2023-24")
    page = lee.send("Save", **twice)
    assert "already has a name from this school year, in row or line 1" in told_next_to(page, "number-2")
    assert "Saved." in lee.send("Save", **{"from_year-2": "2025-26"}).text
    assert len(saved(stage)) == 2


def test_markup_in_a_name_is_text(stage, lee):
    name = "<b>TK</b>&amp;%(x)s{{1}}"
    page = read_file(lee, HEADER + f"-2,{name},TK,2023-24\n".encode())
    assert f"{name} (TK) is new" in page.text
    assert in_field(page, "name-1") == name


# --- Whose, and who ------------------------------------------------------------------------------------------


def test_each_lea_has_its_own_table(stage, lee):
    lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    page = lee.click("Redwood Bridge Charter")
    assert in_field(page, "name-1") == ""
    lee.send("Save", **row(1, "-2", "Seedlings", "TK", "2023-24"))
    assert (saved(stage)[0][1], saved(stage, CHARTER)[0][1]) == ("TK", "Seedlings")


@pytest.mark.parametrize("address", ["/grade-names/19999990000000", "/grade-names/..", "/grade-names/x/export"])
def test_an_lea_that_is_not_there_is_not_found(lee, address):
    assert lee.open(address).status == 404


def test_view_shows_the_table_and_saves_nothing(stage, lee, somebody):
    form = lee.page.form("Save")
    lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    principal = arriving(somebody, "pat.principle")
    assert ["-2", "TK", "TK", "2023-24"] in principal.page.table()
    assert "Save" not in [words(button) for button in principal.page.all("button")]
    token = next(field.attrib["value"] for field in principal.page.all("input") if field.attrib["name"] == "csrf_token")
    for address in (form.attrib["action"], form.attrib["action"] + "/import"):
        answer = principal.session.post(stage.url + address, data={"csrf_token": token, "version": ""})
        assert answer.status_code == 403
    assert len(saved(stage)) == 1


@pytest.mark.parametrize(("persona", "username"), [("staff", "kelly.clerkson"), ("parent", "alex.sampleton")])
def test_others_do_not_see_it(somebody, persona, username):
    visitor = somebody(persona, username)
    visitor.launch("score-reports-portal" if persona == "parent" else "setup", persona=persona)
    assert visitor.open("/grade-names").status == 403


def test_what_changed_stands_in_the_record_with_the_lea(stage, lee):
    lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    lee.send("Save", **{"name-1": "Explorers"})
    assert on_record(stage)[-2:] == [
        ("grade_names_changed", "ok", DISTRICT, {"-2 from 2023-24": "– → TK (TK)"}),
        ("grade_names_changed", "ok", DISTRICT, {"-2 from 2023-24": "TK (TK) → Explorers (TK)"}),
    ]


def test_of_two_who_save_the_second_is_told_and_may_save_after_all(stage, lee, somebody):
    dana = arriving(somebody, "dana.overlook")
    lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    page = dana.send("Save", **row(1, "0", "Kinder", "KN", "2023-24"))
    assert page.status == 409
    assert "Somebody else saved this table after you opened it" in page.text
    assert "TK (TK) is gone" in page.text
    assert in_field(page, "name-1") == "Kinder"
    assert [name for _, name, _, _ in saved(stage)] == ["TK"]
    assert "Saved." in dana.send("Save").text
    assert [name for _, name, _, _ in saved(stage)] == ["Kinder"]


def test_who_is_overtaken_between_the_record_and_the_save_changes_nothing_and_that_is_on_record(stage, lee):
    with closing(database(stage)) as connection, connection:
        connection.execute(
            "create trigger overtake after insert on audit when new.event = 'grade_names_changed' begin "
            "insert into grade_names (lea_cds, number, from_year, name, code) "
            "values (new.lea_cds, 5, 2024, 'Theirs', '05'); end"
        )
    try:
        page = lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24"))
    finally:
        with closing(database(stage)) as connection, connection:
            connection.execute("drop trigger overtake")
    assert page.status == 409
    assert [name for _, name, _, _ in saved(stage)] == ["Theirs"]
    assert on_record(stage)[-1] == ("refused", "grade_names_changed_meanwhile", DISTRICT, None)


def test_without_a_record_nothing_is_saved(stage, lee):
    with closing(database(stage)) as connection, connection:
        connection.execute("create trigger full before insert on audit begin select raise(abort, 'disk full'); end")
    try:
        assert lee.send("Save", **row(1, "-2", "TK", "TK", "2023-24")).status == 503
    finally:
        with closing(database(stage)) as connection, connection:
            connection.execute("drop trigger full")
    assert saved(stage) == []


# --- Files ---------------------------------------------------------------------------------------------------


def test_a_file_is_read_into_the_table_and_saved_from_there(stage, lee):
    lee.send("Save", **row(1, "0", "Kinder", "KN", "2023-24"), **row(2, "5", "Five", "05", "2024-25"))
    page = read_file(
        lee, b"\xef\xbb\xbf" + HEADER + '-2,"TK, die Kleinen",tk,2023-24\r\n5,Fünfte,5,2024-25\r\n'.encode()
    )
    assert page.status == 200
    assert "Nothing is saved yet" in page.text
    assert "Grade number 0 from 2023-24: Kinder (KN) is gone." in page.text
    assert "Grade number 5 from 2024-25: Five (05) becomes Fünfte (05)." in page.text
    assert [name for _, name, _, _ in saved(stage)] == ["Kinder", "Five"]
    assert "Saved." in lee.send("Save").text
    assert saved(stage) == [(-2, "TK, die Kleinen", "TK", 2023), (5, "Fünfte", "05", 2024)]


def test_every_bad_line_is_named_and_the_table_stays(stage, lee):
    lee.send("Save", **row(1, "0", "Kinder", "KN", "2023-24"))
    page = read_file(lee, HEADER + b"-2,TK,TK,2023-24\n\n1,One,99,2023-24\n2,Two,02\n-2,Again,TK,2023-24\n")
    assert page.status == 422
    assert "Line 4: Choose one of CALPADS's grade codes" in page.text
    assert "Line 5: A line has four values" in page.text
    assert "Line 6: This grade number already has a name from this school year, in row or line 2" in page.text
    assert "Line 2:" not in page.text
    assert in_field(page, "name-1") == "Kinder"


def test_a_bad_line_of_a_file_marks_no_row_of_the_table(lee):
    lee.send("Save", **row(1, "0", "Kinder", "KN", "2023-24"), **row(2, "1", "One", "01", "2023-24"))
    page = read_file(lee, HEADER + b"0,Kinder,99,2023-24\n")
    assert "Line 2: Choose one of CALPADS's grade codes" in page.text
    assert not page.all("small")


def test_no_file_at_all_is_said(lee):
    assert "The first line has to be: number,name,code,from_year" in read_file(lee, b"").text
    assert lee.upload("Read the file").status == 422


def test_a_file_that_is_too_large_is_said(lee):
    assert "The file is larger than 64 kB" in read_file(lee, HEADER + b"x" * 65_536).text


def test_the_saved_table_comes_back_as_a_file_that_is_taken_again(stage, lee):
    lee.send("Save", **row(1, "-2", "=TK()", "TK", "2023-24"), **row(2, "0", "K, „klein“", "KN", "2023-24"))
    file = lee.session.get(lee.page.link("Download"))
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"] == f"attachment; filename=grade-names-{DISTRICT}.csv"
    assert file.content.decode("utf-8-sig").splitlines()[1] == "-2,'=TK(),TK,2023-24"
    assert "The file has the names that are saved already" in read_file(lee, file.content).text
