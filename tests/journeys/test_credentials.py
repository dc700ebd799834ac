"""The worst day of every vendor's users, as it goes here: noticed within minutes, told, and mended."""

from __future__ import annotations

import datetime
import os

import pytest
from playwright.sync_api import expect

from plugin.config import from_environ
from plugin.mail import mailer
from plugin.reports.looking_after import look_after
from sandbox.stage import Stage
from tests.journeys.barriers import barriers
from tests.journeys.window import Window

pytestmark = pytest.mark.browser

REPLACED = "somebody has made a newer set"


def pass_minutes(stage: Stage, minutes: int) -> None:
    """What the worker does in these minutes, without waiting for them."""
    begun = datetime.datetime.now(datetime.UTC)
    sends = mailer(from_environ(stage.environ))
    for minute in range(minutes + 1):
        now = begun + datetime.timedelta(minutes=minute)
        look_after(stage.services(now=lambda now=now: now), sends)


def enter(office: Window, secret: str) -> None:
    """Into the card of the district, which stands first."""
    office.page.get_by_label("Client Authentication Credentials (Secret Key)").first.fill(secret)


def press(office: Window, name: str) -> None:
    office.page.get_by_role("button", name=name, exact=True).first.click()


def test_from_a_refused_set_to_a_working_one_and_to_a_replaced_one(open_window, own_stage):
    lea, office = own_stage.district.cds, open_window(own_stage)
    services = own_stage.services()
    address = f"{os.urandom(4).hex()}@poppyvalley.example"
    services.contacts.save(lea, [address], "SEIS", replaces=0, by="the office", now=services.now())

    issued = own_stage.state.replace_credentials(lea)
    pass_minutes(own_stage, 5)
    office.sign_in("staff", "dana.overlook")
    office.reports_of("Rowan Sampleton")
    banner = office.page.get_by_label("State credentials")
    expect(banner).to_contain_text(REPLACED)

    banner.get_by_role("link").click()
    office.page.get_by_label("User Name").first.fill(issued.user)
    enter(office, "not-the-right-secret")
    press(office, "Test connection")
    expect(office.page.get_by_role("alert")).to_contain_text("The state refuses what you typed")
    assert barriers(office.page) == []

    enter(office, issued.secret)
    press(office, "Test connection")
    expect(office.page.get_by_role("status")).to_contain_text("The state takes what you typed")
    press(office, "Save")
    expect(office.page.get_by_role("status")).to_have_text("Saved.")
    expect(office.page.locator(".state").first).to_have_text("Works")
    expect(banner).to_have_count(0)

    own_stage.mail.forget()
    own_stage.state.replace_credentials(lea)
    pass_minutes(own_stage, 5)
    office.page.reload()
    expect(office.page.locator(".state").first).to_have_text("Replaced by a newer set elsewhere")
    expect(banner).to_contain_text(REPLACED)
    [mail] = own_stage.mail.mails
    assert (list(mail.recipients), mail.subject) == (
        [address],
        "State credentials of Poppy Valley Unified were replaced: score reports are closed",
    )

    parent = open_window(own_stage, width=360)
    parent.sign_in("parent", "alex.sampleton")
    parent.launch("score-reports-portal", persona="parent")
    parent.get_report()
    expect(parent.page.locator("#results")).to_contain_text(
        "The school office knows. Please try again later. Nothing is wrong with your account."
    )
    assert parent.page.get_by_label("State credentials").count() == 0
    assert barriers(parent.page) == []
