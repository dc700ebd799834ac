"""A family's or a library's computer: who sits down next sees nothing of the one before."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def open_score_reports(window):
    window.page.get_by_role("navigation").get_by_role("link", name="Score Reports").click()
    window.page.wait_for_url(f"{window.stage.url}/students/*/score-reports")


def sign_out_of_the_school_system(window):
    window.page.goto(f"{window.stage.school.url}/guardian/home.html")
    window.button("Sign Out").click()


def children(window):
    return window.page.get_by_role("navigation", name="Students").get_by_role("link").all_inner_texts()


@pytest.mark.parametrize("of_the_sidecar_too", [False, True])
def test_the_next_parent_sees_the_own_children_only(window, of_the_sidecar_too):
    window.sign_in("parent", "alex.sampleton")
    open_score_reports(window)
    assert children(window) == ["Juniper Sampleton", "Rowan Sampleton", "Wren Sampleton"]
    window.get_report()
    theirs, link = window.page.url, window.link("View: English PDF").get_attribute("href")
    if of_the_sidecar_too:
        window.button("Sign out").click()
        expect(window.page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    sign_out_of_the_school_system(window)

    window.sign_in("parent", "lucia.ejemplo")
    open_score_reports(window)
    assert children(window) == ["Inés Ejemplo", "Mateo Ejemplo"]
    assert "Sampleton" not in window.page.content()
    for address in (theirs, window.stage.url + link):
        assert window.page.goto(address).status == 404
        assert "Sampleton" not in window.page.content()


def test_who_is_not_signed_in_to_the_school_system_any_more_is_asked_to_sign_in(window):
    window.sign_in("parent", "alex.sampleton")
    open_score_reports(window)
    sign_out_of_the_school_system(window)
    window.launch("score-reports-portal", persona="parent")
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Student and Parent Sign In")


def test_the_back_button_shows_nothing_after_sign_out(window):
    window.sign_in("parent", "alex.sampleton")
    open_score_reports(window)
    window.button("Sign out").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    window.page.go_back()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Please sign in through PowerSchool")
    assert "Sampleton" not in window.page.content()


def test_a_copied_cookie_dies_at_sign_out(window, open_window):
    window.sign_in("parent", "alex.sampleton")
    open_score_reports(window)
    thief = open_window()
    thief.context.add_cookies(window.context.cookies(window.stage.url))
    assert thief.page.goto(window.page.url).status == 200
    address = window.page.url
    window.button("Sign out").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert thief.page.goto(address).status == 401
    assert "Sampleton" not in thief.page.content()
