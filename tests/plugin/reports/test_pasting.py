"""What gets into credentials on the way from the state's screen is named, and nothing else is touched."""

from __future__ import annotations

import string
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.reports.faults import Fault
from plugin.reports.pasting import LONGEST, look

USER, KEY = "sis-19999010000000", "aB3dE6gH9jK2mN5pQ8sT"
#: Zl, Zp, Zs, and what is neither letter nor sign; and what Unicode calls printable though nobody sees it.
UNSEEN = [
    chr(number)
    for number in range(sys.maxunicode + 1)
    if unicodedata.category(chr(number)) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
] + list("\u034f\u115f\u1160\u17b4\u17b5\u180b\u2800\u3164\ufe0f\uffa0\U000e0100")


def said(faults: tuple[Fault, ...]) -> str:
    return " ".join(one.text % one.facts for one in faults)


def test_what_is_as_on_the_screen_is_left_alone():
    pasted = look(USER, KEY)
    assert (pasted.user, pasted.secret, pasted.faults) == (USER, KEY, ())


@given(st.text(string.ascii_letters + string.digits + string.punctuation, min_size=1, max_size=40))
def test_no_plain_text_loses_anything(text):
    if text[0] not in "\"'":
        assert look("", text).secret == text


@given(st.sampled_from(UNSEEN), st.integers(0, len(KEY)), st.booleans())
def test_every_single_invisible_character_anywhere_is_named(sign, place, in_secret):
    spoilt = KEY[:place] + sign + KEY[place:]
    pasted = look(USER, spoilt) if in_secret else look(spoilt, "")
    [fault] = pasted.faults
    number, known = f"U+{ord(sign):04X}", {" ": "blank", "\t": "tab", "\n": "line break", "\r": "line break"}
    assert known.get(sign, number) in said(pasted.faults)
    assert ("secret key" if in_secret else "user name") in said(pasted.faults)
    left = pasted.secret if in_secret else pasted.user
    assert left == (KEY if fault.is_mended else "")


@pytest.mark.parametrize("around", [" ", "\t", "\r\n", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\ufeff \u3000"])
def test_what_stands_around_is_taken_away(around):
    pasted = look(around + USER, KEY + around)
    assert (pasted.user, pasted.secret) == (USER, KEY)
    assert {(one.field, one.is_mended) for one in pasted.faults} == {("user", True), ("secret", True)}


def test_what_has_no_width_is_taken_out_of_the_middle():
    pasted = look(USER, f"{KEY[:9]}\N{SOFT HYPHEN}{KEY[9:]}")
    assert pasted.secret == KEY
    assert "soft hyphen (U+00AD)" in said(pasted.faults)


@pytest.mark.parametrize("gap", [" ", "\t", "\n", "\r\n", "\N{NO-BREAK SPACE}", "\N{LINE SEPARATOR}", "\u3000"])
def test_both_lines_in_one_field_have_to_be_typed_again(gap):
    pasted = look("", f"{USER}{gap}{KEY}")
    assert pasted.secret == ""
    assert "user name and secret key both got into this one field" in said(pasted.faults)


def test_one_field_that_holds_the_other_too_is_told():
    """Browsers leave the line break out of what is pasted into a field of one line."""
    pasted = look(USER + KEY, KEY)
    assert (pasted.user, pasted.secret) == ("", KEY)
    assert "The user name holds the secret key as well" in said(pasted.faults)
    pasted = look(USER, USER + KEY)
    assert (pasted.user, pasted.secret) == (USER, "")
    assert look(KEY, KEY).user == look(KEY, KEY).secret == ""


def test_a_very_short_text_may_stand_in_the_other_by_chance():
    assert look("aB3", KEY).faults == ()


@pytest.mark.parametrize("quoted", ["“{}”", "‘{}’", "„{}“", "«{}»", '"{}"', "'{}'"])
def test_quotation_marks_around_are_named(quoted):
    pasted = look(USER, quoted.format(KEY))
    assert pasted.secret == ""
    assert "quotation mark" in said(pasted.faults) or "U+" in said(pasted.faults)


@pytest.mark.parametrize("sign", "’“”–—−")
def test_a_typographic_sign_within_is_named(sign):
    pasted = look(USER, KEY[:5] + sign + KEY[5:])
    assert pasted.secret == ""
    assert unicodedata.name(sign).lower() in said(pasted.faults)


def test_a_plain_quotation_mark_or_hyphen_may_belong_to_a_key():
    assert look(USER, "aB'3-dE\"6gH9jK2mN5pQ").faults == ()


def test_a_whole_page_is_no_key():
    pasted = look(USER, "x" * (LONGEST + 1))
    assert pasted.secret == ""
    assert "something else was pasted" in said(pasted.faults)


def test_a_field_of_nothing_but_blanks_is_empty():
    assert look(" \N{NO-BREAK SPACE} ", "").user == ""


@given(st.text(string.ascii_letters, min_size=8, max_size=30), st.sampled_from(UNSEEN))
def test_what_was_typed_is_neither_told_nor_shown(secret, sign):
    pasted = look("", f"{sign}{secret}“")
    assert secret not in said(pasted.faults) + repr(pasted)


def test_all_that_is_wrong_is_named_at_once():
    pasted = look(f" {USER}", f"“{KEY}\N{ZERO WIDTH SPACE}”")
    assert len(pasted.faults) == 3
