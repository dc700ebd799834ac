"""The page "Notices to families", over real HTTP: on and off, the pace, the texts with their preview."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from plugin.model import SchoolYear
from plugin.reports.languages import ARABIC, ENGLISH, SPANISH
from plugin.reports.notices.settings import HOW, NoticeSettings, settings_of
from plugin.reports.notices.texts import Text, built_in, text_of
from plugin.reports.services import Services
from plugin.store import refusals
from sandbox.stage import Stage
from tests.visitor import Page, Visitor, filled, words

DISTRICT, CHARTER = "19999010000000", "19999010999003"
SPANISH_TEXT = f"/notices/{DISTRICT}/es/released"
OWN = {"subject": "Noticias: $program", "body": "Vea $portal.\r\n\r\nPregunte: $contact\r\n$district"}
SAVED = Text("Noticias: $program", "Vea $portal.\n\nPregunte: $contact\n$district")
YES = {"enabled": "yes"}
NAMES = (
    "English",
    "Spanish (Español)",
    "Vietnamese (Tiếng Việt)",
    "Chinese (繁體中文)",
    "Filipino",
    "Korean (한국어)",
    "Arabic (العربية)",
)


@pytest.fixture(autouse=True)
def as_before(stage: Stage) -> Iterator[None]:
    yield
    with closing(database(stage)) as connection, connection:
        for table in ("choices", "refusals"):
            connection.execute(f"delete from {table}")  # noqa: S608  no text from outside


@pytest.fixture
def services(stage: Stage) -> Services:
    return stage.services()


@pytest.fixture
def lee(somebody) -> Visitor:
    """The coordinator, on the page."""
    return arriving(somebody, "lee.coordinado")


@pytest.fixture
def writing(lee: Visitor) -> Visitor:
    """The same at the Spanish text."""
    lee.open(SPANISH_TEXT)
    return lee


def arriving(somebody, username: str) -> Visitor:
    visitor = somebody("staff", username)
    visitor.launch("setup")
    visitor.open("/notices")
    return visitor


def database(stage: Stage) -> sqlite3.Connection:
    return sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))


def saves(page: Page) -> list[str]:
    """The texts that can be saved from here."""
    return [filled(form)["body"] for form in page.all("form") if form.attrib.get("action") == SPANISH_TEXT]


def facts(page: Page) -> dict[str, str]:
    terms, told = ([words(one) for one in page.all(tag)] for tag in ("dt", "dd"))
    return dict(zip(terms, told, strict=True))


# On, off, and how fast


def test_notices_are_off_until_somebody_switches_them_on(lee, services):
    assert "Notices are off: no family gets a mail." in lee.page.text
    page = lee.send("Save", **YES)
    assert "Saved. Notices are on" in page.text
    assert settings_of(services, DISTRICT).enabled
    assert not settings_of(services, CHARTER).enabled


def test_the_pace_follows_what_is_chosen(lee):
    assert facts(lee.send("Save", **YES))["Mails a minute, at most"] == "1,000"
    assert facts(lee.send("Save", click_rate="50 %"))["Mails a minute, at most"] == "600"


def test_what_keeps_mails_back_is_said(lee, services):
    services.state_paces.keep(DISTRICT, 1.0, 0.1, services.now(), stopped=True)
    assert "Mails wait until it does." in lee.send("Save", **YES).text


def test_summary_addresses_and_words_for_blocked_reports_are_saved(lee, services):
    lee.send("Save", summary_to="dana@poppyvalley.example\r\nlee@poppyvalley.example", blocked_how="Come to\r\nroom 5.")
    wanted = NoticeSettings(False, 30, ("dana@poppyvalley.example", "lee@poppyvalley.example"), "Come to room 5.")
    assert settings_of(services, DISTRICT) == wanted
    assert "lee@poppyvalley.example" in filled(lee.page.form("Save"))["summary_to"]


def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost(lee, services):
    typed = {"click_rate": "9" * 5_000, "summary_to": "<script>alert(1)</script>", "blocked_how": "a\u202eb" * 200}
    page = lee.send("Save", **YES, **typed)
    assert page.status == 422
    assert "open the report right away: Write a whole number from 1 to 100." in page.text
    assert "This is not an e-mail address: <script>alert(1)</script>." in page.text
    assert "This is longer than 500 characters." in page.text
    assert "There are signs in it that can't be seen: U+202E." in page.text
    assert {**filled(page.form("Save")), **YES, **typed} == filled(page.form("Save"))
    assert settings_of(services, DISTRICT) == NoticeSettings()


def test_what_somebody_else_saved_meanwhile_is_not_lost(lee, somebody, services):
    arriving(somebody, "dana.overlook").send("Save", click_rate="40")
    page = lee.send("Save", click_rate="20")
    assert page.status == 409
    assert "dana.overlook saved these settings on" in page.text
    assert settings_of(services, DISTRICT).click_rate == 40
    lee.send("Save")
    assert settings_of(services, DISTRICT).click_rate == 20


def test_whoever_may_only_look_sees_what_holds_and_no_form(somebody, services):
    page = arriving(somebody, "robin.headley").page
    assert facts(page)["How families get a report that is blocked in PowerSchool"] == HOW
    assert [form.attrib["action"] for form in page.all("form")] == ["/sign-out"]


def test_each_lea_has_its_own(lee, services):
    lee.open(f"/notices/{CHARTER}")
    lee.send("Save", **YES)
    assert settings_of(services, CHARTER).enabled
    assert not settings_of(services, DISTRICT).enabled


# Addresses that don't work


def test_refused_addresses_are_counted_for_all_and_listed_for_who_may_change_something(lee, somebody, stage, services):
    assert "No mail server has refused an address." in lee.page.text
    with services.refusals.database.begin() as connection:
        refusals.keep(connection, services.refusals.vault, "gone@example.org", "recipient 550", services.now())
    assert "Mail servers refused 1 address of a family." in lee.open("/notices").text
    assert "gone@example.org" in lee.page.text
    looking = arriving(somebody, "robin.headley").page
    assert "Mail servers refused 1 address of a family." in looking.text
    assert "gone@example.org" not in looking.response.text


# Texts


def test_the_table_says_for_each_language_which_text_holds(lee, services):
    assert [row[0] for row in lee.page.table()] == ["Language", *NAMES]
    assert {cell for row in lee.page.table()[1:] for cell in row[1:]} == {"Built-in text"}
    lee.open(SPANISH_TEXT)
    lee.send("Preview", **OWN)
    page = lee.send("Save this text")
    [spanish] = [row for row in page.table() if row[0] == "Spanish (Español)"]
    assert spanish[1].startswith("Own text changed on")
    assert spanish[1].endswith("by lee.coordinado")
    assert spanish[2] == "Built-in text"


def test_the_heading_says_which_mail_it_is_with_the_foreign_name_in_its_own_language(lee):
    page = lee.open(f"/notices/{DISTRICT}/ar/released")
    [heading] = page.all("h1")
    assert words(heading) == "Notice in Arabic (العربية): a new report"
    assert [(one.attrib["lang"], one.text) for one in heading.iter("bdi")] == [(ARABIC.tag, ARABIC.name)]
    [blocked] = lee.open(f"/notices/{DISTRICT}/en/blocked").all("h1")
    assert words(blocked) == "Notice in English: a report blocked in PowerSchool"


def test_a_text_is_previewed_as_the_mail_that_families_get(writing, stage):
    page = writing.send("Preview", **OWN)
    assert "Nothing is saved yet." in page.text
    assert facts(page) == {"From": "Poppy Valley Unified", "Subject": "Noticias: CAASPP"}
    portal = f"{stage.school.url}/public/"
    assert f"Vea {portal}. Pregunte:" in page.text
    assert page.link(portal) == portal
    [plain] = page.all("pre")
    assert f"Vea {portal}.\n\nPregunte: " in plain.text
    assert "Dear parent or guardian," in plain.text, "English below"


def test_the_preview_asks_about_what_a_family_wants_to_know_and_may_be_right_all_the_same(writing):
    page = writing.send("Preview", subject="Noticias", body="Llame a la oficina.")
    assert "There is no $portal in this text: does it tell families where to sign in?" in page.text
    assert "There is no $contact in this text" in page.text
    assert saves(page) == ["Llame a la oficina."]
    assert "There is no $" not in writing.send("Preview", **OWN).text


def test_nothing_can_be_saved_but_what_was_previewed(writing, services):
    assert saves(writing.page) == []
    page = writing.send("Preview", **OWN)
    [form] = [form for form in page.all("form") if words(form) == "Save this text"]
    assert {field.attrib["type"] for field in form.iter("input")} == {"hidden"}
    assert "textarea" not in {field.tag for field in form.iter()}
    writing.send("Preview", body="Another text")
    assert saves(writing.page) == ["Another text"]
    assert text_of(services, DISTRICT, SPANISH, "released") == built_in(SPANISH, "released")


def test_a_saved_text_is_as_it_was_previewed_line_by_line(writing, services):
    writing.send("Preview", **OWN)
    writing.send("Save this text")
    assert text_of(services, DISTRICT, SPANISH, "released") == SAVED
    assert filled(writing.open(SPANISH_TEXT).form("Preview"))["body"].strip() == SAVED.body


def test_the_placeholders_are_told_with_what_they_become(writing, stage):
    released = dict(writing.page.table()[1:])
    assert set(released) == {"$district", "$program", "$year", "$portal", "$contact"}
    assert released["$portal"] == f"{stage.school.url}/public/"
    assert dict(writing.open(f"/notices/{DISTRICT}/en/blocked").table()[1:])["$how"] == HOW


@pytest.mark.parametrize("end", ["/preview", ""], ids=["previewed", "saved"])
def test_a_text_that_cannot_be_sent_is_refused_in_words_and_kept_in_its_field(writing, services, end):
    typed = {"subject": "a\r\nBcc: " + "x" * 1_000, "body": "Hello $student_name, that is $5.\x1b[2J"}
    page = writing.send_form(writing.page.form("Preview"), SPANISH_TEXT + end, **typed)
    assert page.status == 422
    assert "Subject: A subject is one line." in page.text
    assert "This is longer than 150 characters: there are 1008." in page.text
    assert "There is no placeholder $student_name here." in page.text
    assert "A $ stands alone here: “" in page.text
    assert "that mail programs may take amiss: U+001B." in page.text
    assert "Hello $student_name, that is $5." in filled(page.form("Preview"))["body"]
    assert saves(page) == []
    assert text_of(services, DISTRICT, SPANISH, "released") == built_in(SPANISH, "released")


def test_nothing_in_a_text_is_run_or_taken_for_html(writing):
    typed = "{{config}} {% for x in y %} %(x)s </pre></div><script>alert(1)</script><b>"
    page = writing.send("Preview", subject=typed, body=typed)
    assert facts(page)["Subject"] == typed
    assert typed in page.all("pre")[0].text
    assert page.all("script") == []


def test_a_text_that_somebody_changed_meanwhile_is_not_overwritten_unseen(writing, somebody, services):
    writing.send("Preview", **OWN)
    dana = arriving(somebody, "dana.overlook")
    dana.open(SPANISH_TEXT)
    dana.send("Preview", body="Otro texto")
    dana.send("Save this text")
    page = writing.send("Save this text")
    assert page.status == 409
    assert "dana.overlook changed this text on" in page.text
    assert text_of(services, DISTRICT, SPANISH, "released").body == "Otro texto"
    writing.send("Save this text")
    assert text_of(services, DISTRICT, SPANISH, "released") == SAVED


def test_the_built_in_text_can_be_taken_again(writing, services):
    writing.send("Preview", **OWN)
    writing.send("Save this text")
    writing.open(SPANISH_TEXT)
    assert "The built-in text holds again." in writing.send("Use the built-in text again").text
    assert text_of(services, DISTRICT, SPANISH, "released") == built_in(SPANISH, "released")


def test_an_arabic_mail_runs_from_right_to_left_and_its_english_from_left_to_right(lee):
    page = lee.open(f"/notices/{DISTRICT}/ar/released")
    [mail] = [one for one in page.all("div") if one.attrib.get("class") == "mail"]
    assert [(part.attrib["lang"], part.attrib["dir"]) for part in mail.iter("div") if "lang" in part.attrib] == [
        (ARABIC.tag, "rtl"),
        (ENGLISH.tag, "ltr"),
    ]
    assert page.all("textarea")[0].attrib["dir"] == "auto"


def test_whoever_may_only_look_reads_the_mail_and_changes_nothing(somebody):
    robin = arriving(somebody, "robin.headley")
    page = robin.open(SPANISH_TEXT)
    assert "Estimados padres o tutores:" in page.text
    assert [form.attrib["action"] for form in page.all("form")] == ["/sign-out"]


def test_there_is_no_text_but_in_our_languages_and_of_our_kinds(lee):
    for address in ("tlh/released", "ES/released", "es-MX/released", "zh_Hant/released", "%00/released", "es/other"):
        assert lee.open(f"/notices/{DISTRICT}/{address}").status == 404, address


def test_the_mail_of_today_names_this_school_year(stage, lee):
    this_year = SchoolYear.containing(stage.services().today())
    assert f"school year {this_year}." in lee.open(f"/notices/{DISTRICT}/en/released").text
