"""Whose LEA a page lets somebody change: a charter's office has no business with the district's, nor it with theirs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from sandbox.stage import Stage
from tests.visitor import Visitor, filled, words

DISTRICT, CHARTER = "19999010000000", "19999010999003"
PAGES = ("setup", "new_reports", "grade_names")
#: What each page's forms are sent to, and the buttons that send them.
FORMS = {
    "setup": (["/setup/{}", "/setup/{}/test", "/setup/{}/contacts", "/setup/{}/discard"], "Save"),
    "new-reports": (["/new-reports/{}", "/new-reports/{}/search"], "Save the plan"),
    "notices": (
        ["/notices/{}", *(f"/notices/{{}}/en/released{what}" for what in ("", "/preview", "/built-in"))],
        "Save",
    ),
    "grade-names": (["/grade-names/{}", "/grade-names/{}/import"], "Save"),
}


@pytest.fixture
def charlie(stage: Stage, somebody) -> Iterator[Visitor]:
    """The charter's director, to whom all of these pages are open to the full."""
    services = stage.services()
    account = "account:charlie.charterhouse"
    now = datetime.datetime.now(datetime.UTC)
    services.grants.save({(page, account): "full" for page in PAGES}, replaces={}, saved_by="test", now=now)
    visitor = somebody("staff", "charlie.charterhouse")
    visitor.launch("setup")
    yield visitor
    services.grants.forget()


def buttons(visitor: Visitor, address: str) -> set[str]:
    page = visitor.open(address)
    assert page.status == 200
    return {words(one) for one in page.all("button")}


@pytest.mark.parametrize("page", FORMS)
def test_another_leas_forms_are_not_shown_and_can_not_be_sent(stage, charlie, page):
    addresses, save = FORMS[page]
    if page != "setup":  # where the LEAs stand one below the other
        assert save not in buttons(charlie, f"/{page}/{DISTRICT}")
        assert "None of your schools is of this LEA" in charlie.page.text
        assert save in buttons(charlie, f"/{page}/{CHARTER}")
        assert "None of your schools" not in charlie.page.text
    token = filled(charlie.open(f"/{page}").form("Sign out"))["csrf_token"]
    for address in addresses:
        sent = charlie.session.post(stage.url + address.format(DISTRICT), data={"csrf_token": token, "version": "0"})
        assert (address, sent.status_code) == (address, 403)


def test_a_page_without_a_code_begins_with_the_own_lea(charlie):
    for page in ("new-reports", "notices", "grade-names"):
        assert "None of your schools" not in charlie.open(f"/{page}").text


def test_a_text_of_another_leas_mails_is_read_and_not_written(charlie):
    assert "Preview" not in buttons(charlie, f"/notices/{DISTRICT}/en/released")
    assert "Preview" in buttons(charlie, f"/notices/{CHARTER}/en/released")


def test_the_set_up_page_has_forms_for_the_own_lea_alone(charlie):
    page = charlie.open("/setup")
    assert page.text.count("None of your schools is of this LEA") == 1
    addresses = " ".join(form.attrib.get("action", "") for form in page.all("form"))
    assert f"/setup/{CHARTER}#" in addresses
    assert DISTRICT not in addresses
