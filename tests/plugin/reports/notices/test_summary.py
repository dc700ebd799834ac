"""What came of a search, in one mail to the office: once, in numbers that add up, without a name."""

from __future__ import annotations

import datetime

import pytest

from plugin.mail import Delayed, Refused, Unclear
from plugin.reports.looking_after import look_after
from plugin.reports.notices.summary import summary_of
from plugin.store.searched import Outcome
from tests.households import Households
from tests.office import LEA

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
OFFICE = "office@poppyvalley.example"


@pytest.fixture
def office(households: Households) -> Households:
    """Named one address for summaries. Its postbox treats families by the name of their address."""
    households.choose(summary_to=[OFFICE])
    usual = households.postbox.send
    faults = {"refused": Refused("recipient 550"), "unclear": Unclear("text"), "busy": Delayed("recipient 451")}

    def send(message: object, recipient: str) -> None:
        if fault := faults.get(recipient.partition("@")[0]):
            raise fault
        usual(message, recipient)

    households.postbox.send = send
    return households


def sent(office: Households) -> list[str]:
    """The summaries that go to the office, as text."""
    before = len(office.postbox.posted)
    office.round()
    look_after(office.services, office.postbox)
    mails = [message for recipient, message in office.postbox.posted[before:] if recipient == OFFICE]
    return [" ".join(message.get_body(("plain",)).get_content().split()) for message in mails]


def test_the_numbers_add_up(office):
    for dcid, address in enumerate(["ada", "ben", "refused", "unclear", "cleo"], 1):
        office.enrol(dcid, f"{address}@family.example")
    office.school.blocked = {2, 6}
    office.find(*range(1, 7))
    office.round()  # which may end where the mail server breaks off
    [text] = sent(office)
    summary = summary_of(office.services, 1)
    ends = summary.told + summary.nobody + summary.refused + summary.unknown + summary.off + summary.on_their_way
    assert (summary.found, summary.told, ends) == (6, 3, 6)
    assert "New reports, counted once for each student, program and year: 6" in text
    assert "Of them told to a family by mail: 3" in text
    assert "To follow up by hand: 4 " in text  # the blocked one who was told, the blocked one whom nobody could tell
    assert "nobody to write to: 1" in text
    assert "refused by a mail server: 1" in text
    assert "not known whether the mail arrived: 1" in text
    assert "blocked in PowerSchool, so that the school hands the report over: 2" in text
    assert "http://localhost:8000/launch/report-manager" in text


def test_failures_are_told_by_cause_in_words(office):
    searches = office.services.searches
    searches.begin(LEA, [1, 2, 3], by="the plan", now=office.now)
    search = searches.latest(LEA)
    searches.keep(
        search, [Outcome(1, "ssid_unknown"), Outcome(2, "ssid_unknown"), Outcome(3, "state_down")], office.now
    )
    searches.change(search.id, "stopped", office.now)
    [text] = sent(office)
    assert "was stopped" in text
    assert "2: The state does not find this student." in text
    assert "1: The state's service has a fault." in text


def test_a_search_that_found_nothing_is_summed_up_too(office):
    office.find()
    [text] = sent(office)
    assert "To follow up by hand: 0" in text
    assert "The state answered for every student." in text


def test_it_goes_once_whoever_works(office):
    office.find()
    assert len(sent(office)) == 1
    for _ in range(3):
        office.now += DAY
        assert sent(office) == []


def test_it_waits_for_mails_on_their_way_but_no_longer_than_half_a_day(office):
    office.enrol(1, "busy@family.example")
    office.find(1)
    assert sent(office) == []
    office.now += 11 * HOUR
    assert sent(office) == []
    office.now += HOUR
    [text] = sent(office)
    assert "Mails still on their way: 1" in text


def test_where_nobody_is_named_none_goes_and_none_is_made_up_for_later(office):
    office.choose(summary_to=[])
    office.find()
    assert sent(office) == []
    office.choose(summary_to=[OFFICE])
    assert sent(office) == []


def test_where_notices_are_off_it_says_so(office):
    office.choose(enabled=False)
    office.enrol(1, "ada@family.example")
    office.find(1)
    [text] = sent(office)
    assert "Nobody told, because notices were off: 1" in text


def test_html_says_the_same_as_the_text(office):
    office.enrol(1, "ada@family.example")
    office.find(1)
    sent(office)
    [message] = [message for recipient, message in office.postbox.posted if recipient == OFFICE]
    assert message["Subject"] == "New score reports of Poppy Valley Unified: 1 found, 0 to follow up"
    assert "<td>1</td>" in message.get_body(("html",)).get_content()
    assert "ada@family.example" not in message.as_string()
