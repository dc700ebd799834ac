"""The texts of notices: what is built in, what an LEA writes itself, and what becomes of the placeholders."""

from __future__ import annotations

import dataclasses
import datetime
import json
import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.model import Lea
from plugin.reports.faults import Faulty
from plugin.reports.languages import ARABIC, ENGLISH, KOREAN, ON_PAGES, SPANISH
from plugin.reports.notices import own_texts
from plugin.reports.notices.own_texts import faults, tidied
from plugin.reports.notices.texts import KINDS, PLACEHOLDERS, Text, built_in, filled, place, text_of
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.audit import Audit
from plugin.store.choices import Choices
from plugin.store.database import Database
from plugin.store.versions import SavedMeanwhile

NOW = datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC)
LEA = Lea("19647330000000", "Maple Unified")
DANA = Operator("dana.overlook", {"subject": "1"})
FACTS = {
    "district": "Maple Unified",
    "program": "CAASPP",
    "year": "2025-26",
    "portal": "https://ps.district.example/public/",
    "contact": "The school office",
    "how": "Come to the office.",
}
#: With the marks that right-to-left scripts need, and those that join letters.
OWN = Text("News of \u2068$program\u2069", "Look at $portal.\n\n$contact \u200f\u200d")

in_every_language = pytest.mark.parametrize("language", ON_PAGES, ids=lambda language: language.tag)
of_every_kind = pytest.mark.parametrize("kind", KINDS)
#: Any characters, halves of such included, and more dollar signs and names than chance would bring.
anything = st.text(st.characters() | st.sampled_from("$ {}\n")) | st.lists(
    st.sampled_from(
        ["$", "$$", "${", "}", "$program", "${how}", "$nobody", "%(x)s", "{{config}}", "{% x %}", "\r\nBcc: a@b.c"]
    )
).map("".join)


@pytest.fixture
def services(tmp_path: Path) -> Services:
    database = Database(f"sqlite:///{tmp_path}/texts.sqlite3")
    database.migrate()
    nothing = dict.fromkeys((field.name for field in dataclasses.fields(Services)), None)
    known = {"choices": Choices(database), "audit": Audit(database), "now": lambda: NOW}
    return Services(**{**nothing, **known})


@in_every_language
@of_every_kind
def test_a_built_in_text_can_be_sent_as_it_is(language, kind):
    text = built_in(language, kind)
    assert faults(text, kind) == ()
    assert tidied(text.subject, text.body) == text


@in_every_language
def test_it_says_where_to_sign_in_or_how_else_the_report_comes_and_whom_to_ask(language):
    released, blocked = (filled(built_in(language, kind), FACTS) for kind in KINDS)
    assert FACTS["portal"] in released.body
    assert FACTS["how"] in blocked.body
    assert FACTS["portal"] not in blocked.body
    for text in (released, blocked):
        assert "CAASPP" in text.subject
        assert all(FACTS[name] in text.body for name in ("program", "year", "contact", "district"))


@of_every_kind
def test_each_language_has_a_text_of_its_own(kind):
    assert len({built_in(language, kind) for language in ON_PAGES}) == len(ON_PAGES)


@of_every_kind
def test_nothing_of_a_student_can_stand_in_a_text(kind):
    assert not {"name", "student", "first_name", "last_name", "score", "link", "grade"} & set(PLACEHOLDERS[kind])


@given(subject=anything, body=anything, facts=st.dictionaries(st.sampled_from(sorted(FACTS)), anything))
def test_filling_never_fails_whatever_is_written_and_whatever_the_words_are(subject, body, facts):
    text = filled(Text(subject, body), facts)
    assert len(text.subject.splitlines()) <= 1
    for sign in text.subject + text.body.replace("\n", ""):
        assert unicodedata.category(sign) not in {"Cc", "Cs"}
    text.subject.encode(), text.body.encode()


@given(subject=anything, body=anything)
def test_what_has_no_fault_leaves_no_placeholder_behind(subject, body):
    text = tidied(subject, body)
    if not faults(text, "released") and "$$" not in text.subject + text.body:
        whole = filled(text, FACTS)
        assert "$" not in whole.subject + whole.body


@given(subject=anything, body=anything)
def test_what_the_library_would_stumble_over_is_a_fault(subject, body):
    text = Text(subject, body)
    try:
        string.Template(subject).substitute(FACTS), string.Template(body).substitute(FACTS)
    except (KeyError, ValueError):
        assert faults(text, "blocked")


def test_a_word_is_never_read_as_a_text_of_its_own():
    assert filled(Text("$how", "$how"), {"how": "$portal ${year} $$"}) == Text(
        "$portal ${year} $$", "$portal ${year} $$"
    )


def test_a_word_that_is_missing_is_left_out():
    assert filled(Text("News $program", "$nobody knows"), {}) == Text("News", " knows")


def test_a_dollar_sign_itself_is_written_twice():
    assert filled(Text("a", "It costs $$5."), FACTS).body == "It costs $5."


def test_a_word_brings_no_header_of_its_own_into_a_subject():
    assert filled(Text("New: $program", "b"), {"program": "x\r\nBcc: a@b.example"}).subject == "New: x Bcc: a@b.example"


@pytest.mark.parametrize(
    ("subject", "body", "wrong"),
    [
        ("", "b", ["subject"]),
        ("a", " \n ", ["body"]),
        ("a\nBcc: x@y.example", "b", ["subject"]),
        ("a\x1b[2J", "b", ["subject"]),
        ("a", "b\x00", ["body"]),
        ("a", "b\ud800", ["body"]),
        ("a", "\u202eb", ["body"]),
        ("s" * 151, "b" * 5001, ["subject", "body"]),
        ("$name", "$student_name", ["subject", "body"]),
        ("a", "$Program", ["body"]),
        ("a", "costs 5 $", ["body"]),
        ("a", "${program", ["body"]),
        ("a", "$how", ["body"]),
        ("a", "{{ 7*7 }} {% for %} %(x)s <script> `id` #{1} =1+1", []),
        ("s" * 150, "b" * 5000, []),
        ("a", "${program}s, $$5 \u200f\u2068x\u2069", []),
    ],
)
def test_what_keeps_a_text_from_being_sent_is_said_in_sentences(subject, body, wrong):
    found = faults(Text(subject, body), "released")
    assert [one.field for one in found] == wrong
    assert all((one.text % one.facts).endswith((".", "$$.")) for one in found)


def test_the_sentence_names_the_unknown_placeholder_and_those_there_are():
    [fault] = faults(Text("a", "For $student_name"), "released")
    assert fault.text % fault.facts == (
        "There is no placeholder $student_name here. These are there: $district, $program, $year, $portal, $contact."
    )


@in_every_language
@of_every_kind
def test_a_built_in_text_tells_what_a_family_wants_to_know(language, kind):
    assert own_texts.doubts(built_in(language, kind), kind) == []


def test_a_text_that_does_not_say_how_a_report_comes_is_doubted():
    [how, contact] = own_texts.doubts(Text("$how", "A report is there. $$contact $portal"), "blocked")
    assert "$how" in how
    assert "$contact" in contact


def test_a_text_comes_from_a_form_without_the_ends_of_its_lines():
    assert tidied(" a ", "\r\nOne \r\ntwo\t\r\n\r\nthree\n") == Text("a", "One\ntwo\n\nthree")


def test_an_lea_has_the_built_in_text_until_it_saves_its_own(services):
    assert text_of(services, LEA.cds, SPANISH, "released") == built_in(SPANISH, "released")
    own_texts.save(services, DANA, LEA, SPANISH, "released", OWN, seen=0)
    assert text_of(services, LEA.cds, SPANISH, "released") == OWN
    assert text_of(services, LEA.cds, KOREAN, "released") == built_in(KOREAN, "released")
    assert text_of(services, LEA.cds, SPANISH, "blocked") == built_in(SPANISH, "blocked")
    assert text_of(services, "another", SPANISH, "released") == built_in(SPANISH, "released")


def test_it_can_go_back_to_the_built_in_text(services):
    own_texts.save(services, DANA, LEA, ARABIC, "blocked", OWN, seen=0)
    own_texts.save(services, DANA, LEA, ARABIC, "blocked", None, seen=1)
    assert text_of(services, LEA.cds, ARABIC, "blocked") == built_in(ARABIC, "blocked")


def test_a_change_is_on_record_without_its_words(services):
    own_texts.save(services, DANA, LEA, ENGLISH, "released", OWN, seen=0)
    with services.audit.database.read() as connection:
        [(event, change)] = connection.exec_driver_sql("select event, change from audit").all()
    assert event == "choice_changed"
    assert json.loads(change) == {"notice en released": "built-in text → own text of 29 characters"}


def test_a_faulty_text_is_not_saved(services):
    with pytest.raises(Faulty):
        own_texts.save(services, DANA, LEA, ENGLISH, "released", Text("$name", "b"), seen=0)
    assert services.choices.of(LEA.cds, place(ENGLISH, "released")).version == 0


def test_nobody_saves_over_what_somebody_else_saved_meanwhile(services):
    own_texts.save(services, DANA, LEA, ENGLISH, "released", OWN, seen=0)
    with pytest.raises(SavedMeanwhile):
        own_texts.save(services, DANA, LEA, ENGLISH, "released", Text("Other", "text"), seen=0)
    assert text_of(services, LEA.cds, ENGLISH, "released") == OWN
