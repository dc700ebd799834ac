"""Thirty minutes later, made shorter: links die on the page, and a link used too late leads back to a report."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from sandbox.stage import Stage
from tests.journeys.barriers import barriers

pytestmark = pytest.mark.browser

#: The sidecar calls a link dead a minute before the state does, so these live for nine seconds or ten.
SHORT = 70


@pytest.fixture
def short_lives(stage: Stage) -> Iterator[None]:
    usual = stage.state.settings.link_life
    stage.state.settings.link_life = SHORT
    yield
    stage.state.settings.link_life = usual


@pytest.mark.usefixtures("short_lives")
def test_a_link_dies_before_the_eyes_and_is_requested_again(office, stage):
    office.reports_of("Rowan Sampleton")
    office.get_report()
    saved = stage.url + office.link("View: English PDF").get_attribute("href")
    expect(office.page.get_by_role("timer")).to_have_text(re.compile("^0:0[0-9]$"))
    office.link("View: English PDF").focus()

    expect(office.button("Request again")).to_be_focused(timeout=20_000)
    expect(office.link("View:")).to_have_count(0)
    by_script = office.page.locator("#results").inner_text()
    office.page.reload()
    assert office.page.locator("#results").inner_text() == by_script

    stage.state.settings.link_life = 1800
    office.page.wait_for_timeout(2_000)  # the first link of an answer ends them all; this one may be a second younger
    assert office.page.goto(saved).status == 410
    expect(office.page.get_by_role("heading", level=1)).to_have_text("This link has expired")
    assert barriers(office.page) == []
    office.button("Request again").click()
    assert office.view().startswith(b"%PDF-")
