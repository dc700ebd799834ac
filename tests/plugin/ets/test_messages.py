"""The state's JSON, as it should be and as nobody should send it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.ets import messages
from plugin.ets.contract import Contract
from plugin.ets.strict_json import Unreadable, document
from plugin.model import SchoolYear

CONTRACT = Contract()
SSID = "1234567890"
REPORT = {
    "recordTypes": ["21"],
    "testName": "Summative ELPAC",
    "program": "ELPAC",
    "adminYear": "2024-25",
    "gradeAssessed": "KN",
    "language": "SPA",
    "format": "PDF",
    "status": "Final",
    "url": "https://bucket.example/a.pdf",
}


def read(*listed: Any) -> Any:
    return messages.reports({"ssid": SSID, "reports": list(listed)}, CONTRACT, SSID)


def test_a_report_is_read_into_our_noun() -> None:
    (report,) = read(REPORT)
    assert report.record_types == {"21"}
    assert (report.test_name, report.program, report.grade) == ("Summative ELPAC", "ELPAC", "KN")
    assert (report.language, report.format, report.url) == ("SPA", "PDF", REPORT["url"])
    assert (report.year, report.year_text) == (SchoolYear(2024), "2024-25")


def test_unknown_fields_types_languages_formats_and_years_are_kept_or_ignored_but_break_nothing() -> None:
    odd = REPORT | {
        "recordTypes": ["99"],
        "language": "xx",
        "format": "HOLOGRAM",
        "adminYear": "Spring",
        "new": {"a": 1},
    }
    (report,) = read(odd)
    assert (report.record_types, report.language, report.format) == ({"99"}, "xx", "HOLOGRAM")
    assert (report.year, report.year_text) == (None, "Spring")


def test_what_a_person_can_do_without_may_be_missing() -> None:
    lean = {
        name: value for name, value in REPORT.items() if name not in {"program", "gradeAssessed", "language", "format"}
    }
    (report,) = read(lean)
    assert (report.program, report.grade, report.language, report.format) == ("", "", "", "")


@pytest.mark.parametrize("name", ["recordTypes", "testName", "adminYear", "status", "url"])
@pytest.mark.parametrize("value", [..., [], {}, 1.5, True], ids=repr)
def test_what_matters_must_be_there_and_be_text(name: str, value: Any) -> None:
    broken = {**REPORT, name: value}
    if value is ...:
        del broken[name]
    with pytest.raises(Unreadable):
        read(broken)


@pytest.mark.parametrize("types", ["21", [], [21], ["21", None], {"21": 1}, None], ids=repr)
def test_record_types_are_a_list_of_texts(types: Any) -> None:
    with pytest.raises(Unreadable):
        read(REPORT | {"recordTypes": types})


def test_a_report_without_a_link_yet_has_an_empty_one() -> None:
    assert read(REPORT | {"url": None})[0].url == ""


def test_of_some_years_only_their_reports_are_read_and_those_of_a_year_that_we_can_not_read() -> None:
    listed = [REPORT | {"adminYear": year} for year in ("2023-24", "2024-25", "Spring")] + [REPORT | {"grade": None}]
    found = messages.reports({"ssid": SSID, "reports": listed}, CONTRACT, SSID, frozenset({SchoolYear(2023)}))
    assert [report.year_text for report in found] == ["2023-24", "Spring"]


def test_text_that_could_break_a_page_or_a_database_is_made_harmless() -> None:
    content = document(
        b'{"ssid": "1234567890", "reports": [%s]}'
        % json.dumps(REPORT).encode().replace(b"Summative ELPAC", b"a\\ud800\\u0000\\u202e\\u001b[2Jb" + b"c" * 10_000)
    )
    (report,) = messages.reports(content, CONTRACT, SSID)
    assert report.test_name.startswith("a\N{REPLACEMENT CHARACTER}")
    assert report.test_name.isprintable()
    assert len(report.test_name) == messages.LONGEST_TEXT
    report.test_name.encode()


def test_a_single_report_that_can_not_be_read_does_not_take_the_others_from_the_student() -> None:
    with structlog.testing.capture_logs() as logged:
        found = read(REPORT | {"testName": None}, REPORT, 7)
    assert [report.test_name for report in found] == ["Summative ELPAC"]
    assert [(line["event"], line["left_out"], line["of"]) for line in logged] == [("state.report_unreadable", 2, 3)]


@pytest.mark.parametrize("seconds", [3600, "3600", 3600.0])
def test_the_life_of_a_token_may_be_a_number_or_a_text(seconds: Any) -> None:
    content = {"token": "t", "expiresIn": seconds, "leas": ["19647330000000", 7]}
    token = messages.token(content, CONTRACT)
    assert (token.seconds, token.leas) == (3600.0, {"19647330000000"})


@pytest.mark.parametrize("seconds", [None, "soon", "", [], True, "１２"], ids=repr)
def test_a_life_that_is_no_number_is_unknown(seconds: Any) -> None:
    assert messages.token({"token": "t", "expiresIn": seconds}, CONTRACT).seconds is None


def test_a_token_is_not_shown() -> None:
    assert "private" not in repr(messages.token({"token": "private"}, CONTRACT))


# --- Hostile ------------------------------------------------------------------------------------------------

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([SSID, "Final"])
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@settings(deadline=None)
@given(content=st.dictionaries(st.sampled_from(["token", "expiresIn", "leas", "code", "x"]), values))
def test_whatever_object_comes_for_a_token_it_is_one_or_unreadable(content: dict[str, Any]) -> None:
    messages.code(content, CONTRACT)
    try:
        assert messages.token(content, CONTRACT).text.isascii()
    except Unreadable:
        pass


@settings(deadline=None)
@given(
    changes=st.dictionaries(st.sampled_from([*REPORT, "x"]), values),
    around=st.dictionaries(st.sampled_from(["ssid", "reports", "x"]), values),
    count=st.integers(0, 3),
)
def test_whatever_is_changed_in_an_answer_it_is_read_or_unreadable(
    changes: dict[str, Any], around: dict[str, Any], count: int
) -> None:
    content = {"ssid": SSID, "reports": [copy.deepcopy(REPORT), *[REPORT | changes] * count]} | around
    try:
        found = messages.reports(content, CONTRACT, SSID)
    except Unreadable:
        return
    for report in found:
        texts = [report.test_name, report.program, report.grade, report.language, report.format, report.year_text]
        for text in [*texts, *report.record_types]:
            assert "\x00" not in text.encode().decode()
    assert len(set(found)) == len(found)
