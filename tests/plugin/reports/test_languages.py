"""The languages of reports by the state's codes, and of our pages by a browser's tags."""

from __future__ import annotations

import pytest

from plugin.reports.languages import CODES, ON_PAGES, language, of_tag, on_pages


@pytest.mark.parametrize(
    ("codes", "tag"),
    [
        (("00", "ENG", "eng"), "en"),
        (("01", "SPA"), "es"),
        (("02", "VIE"), "vi"),
        (("03", "YUE", "07", "CMN"), "zh-Hant"),
        (("04", "KOR"), "ko"),
        (("05", "FIL", "TGL"), "fil"),
        (("11", "ARA"), "ar"),
        (("12", "ARM", "HYE"), "hy"),
        (("16", "PER", "FAS"), "fa"),
        (("23", "HMN"), "hmn"),
        (("28", "PAN"), "pa"),
        (("38", "UKR"), "uk"),
    ],
)
def test_old_and_new_codes_name_the_same_language(codes, tag):
    assert {language(code).tag for code in codes} == {tag}


def test_a_language_without_translated_reports_is_called_by_its_own_name():
    assert language("ARM").name == "Հայերեն"
    assert language("PER").name == "فارسی"


def test_a_code_that_nobody_knows_is_shown_as_it_is_and_claims_no_language():
    assert (language("QQX").name, language("QQX").tag) == ("QQX", "")


def test_no_two_languages_share_a_name_or_a_tag():
    languages = set(CODES.values())
    assert len({one.name for one in languages}) == len({one.tag for one in languages}) == len(languages)


def test_our_pages_speak_the_languages_that_the_state_translates_reports_into():
    assert set(ON_PAGES) == {language(code) for code in ("ENG", "SPA", "VIE", "CMN", "YUE", "FIL", "KOR", "ARA")}


@pytest.mark.parametrize(
    ("tag", "known"),
    [
        ("es-US", "es"),
        ("zh_Hant", "zh-Hant"),
        ("zh-Hans-CN", "zh-Hant"),
        ("tl", "fil"),
        ("AR", "ar"),
        ("ru", None),
        ("", None),
    ],
)
def test_a_tag_leads_to_a_language_of_our_pages_or_to_none(tag, known):
    found = on_pages(tag)
    assert (found.tag if found else None) == known
    assert of_tag(tag).tag == (known or "en")
