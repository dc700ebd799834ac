"""One release to sixty students: what the state has, who gets a mail, the manager's list and the summary add up."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import html5lib
import pytest
import time_machine

from plugin.config import from_environ
from plugin.mail import mailer
from plugin.model import SchoolYear
from plugin.reports.detection import searching
from plugin.reports.detection.plan import SearchPlan
from plugin.reports.languages import language
from plugin.reports.looking_after import look_after
from plugin.reports.manager.keeping import keep_up
from plugin.reports.notices.telling import tell
from sandbox.district import Pupil, make
from sandbox.mail import Caught
from sandbox.stage import Stage
from sandbox.state.catalogue import sheets
from tests.office import pacific
from tests.sixty import BLOCKED, STUDENTS, TRANSFERRED, WITHOUT_MAIL, WITHOUT_SSID, families
from tests.visitor import words

OFFICE = "assessment@district.example"
HOW = "We send it by registered mail."
PROGRAMS = {"21": "Summative ELPAC", "23": "Summative ELPAC", "22": "Initial ELPAC", "24": "Initial ELPAC"}


@dataclass(frozen=True)
class Expected:
    """A release as the district's own records have it: whose, and whom it is told to, in which language."""

    pupil: Pupil
    program: str
    year: str
    addresses: frozenset[str]

    @property
    def blocked(self) -> bool:
        return self.pupil.release_block or self.pupil.hidden_contact


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """In autumn, when the state has all that last spring's tests came to."""
    with (
        time_machine.travel(pacific(2026, 11, 20, 9)),
        Stage(make(STUDENTS, families=families()), tmp_path_factory.mktemp("sixty")) as running,
    ):
        release(running)
        yield running


def release(stage: Stage) -> None:
    """A search, and rounds of telling until nobody is left to tell."""
    services, lea = stage.services(), stage.services().district.lea
    choice = {"enabled": True, "click_rate": 1, "summary_to": [OFFICE], "blocked_how": HOW}
    services.choices.save(lea.cds, "notices", choice, replaces=0, by="dana", now=services.now())
    plan = SearchPlan(rate=100)
    searching.begin(services, lea, "dana.overlook", plan)
    searching.go_on(services, services.searches.latest(lea.cds), "worker", plan, in_flight=8)
    post = mailer(from_environ(stage.environ))
    for _ in range(3):
        tell(services, post)
        keep_up(services)
    look_after(services, post)
    assert services.mails.unfinished() == []


@pytest.fixture(scope="module")
def expected(stage: Stage) -> list[Expected]:
    """From the made-up district itself, without asking anything of the product."""
    today = stage.district.today
    years = {str(SchoolYear(today.year - 1)), str(SchoolYear.containing(today))}
    found = []
    for pupil in stage.district.pupils:
        told = sheets(pupil, today) if pupil.ssid and pupil.outcome == "reports" else []
        which = {(_program(sheet.record_types), str(sheet.year)) for sheet in told if str(sheet.year) in years}
        found += [Expected(pupil, *one, frozenset(_addresses(stage, pupil))) for one in sorted(which)]
    return found


def _program(record_types: tuple[str, ...]) -> str:
    return next((PROGRAMS[one] for one in record_types if one in PROGRAMS), "CAASPP")


def _addresses(stage: Stage, pupil: Pupil) -> Iterator[str]:
    for guardian in stage.district.guardians:
        for contact in guardian.contacts:
            begun = contact.start is None or contact.start <= stage.district.today
            goes_on = contact.end is None or contact.end >= stage.district.today
            counts = contact.data_access and contact.active and contact.educational_rights and begun and goes_on
            if contact.pupil_dcid == pupil.dcid and guardian.email and counts:
                yield guardian.email


@pytest.fixture(scope="module")
def mails(stage: Stage) -> list[Caught]:
    return [mail for mail in stage.mail.mails if list(mail.recipients) != [OFFICE]]


@pytest.fixture(scope="module")
def summary(stage: Stage) -> str:
    [mail] = [mail for mail in stage.mail.mails if list(mail.recipients) == [OFFICE]]
    return mail.text.replace("\r\n", "\n")


@pytest.fixture
def listed(administrator) -> list[dict[str, str]]:
    """The manager's whole list as a file."""
    page = administrator.launch("report-manager")
    file = administrator.session.get(page.link("Download the whole list"))
    assert file.status_code == 200
    return [row for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))) if row["PowerSchool DCID"]]


def test_the_sixty_are_as_odd_as_they_should_be(stage, expected):
    pupils = stage.district.pupils
    families_of = {one.pupil.dcid: one for one in expected}
    assert len(pupils) == STUDENTS
    assert len({pupil.home_language for pupil in pupils}) == 7
    assert sum(not one.addresses for one in families_of.values()) == WITHOUT_MAIL
    assert sum(one.blocked for one in families_of.values()) == BLOCKED
    assert sum(pupil.outcome == "lea_mismatch" for pupil in pupils) == TRANSFERRED
    assert sum(pupil.ssid is None for pupil in pupils) == WITHOUT_SSID
    assert len(expected) > STUDENTS


def test_every_address_gets_one_mail_for_each_release_and_nobody_else_any(expected, mails):
    assert Counter(address for mail in mails for address in mail.recipients) == Counter(
        address for one in expected for address in one.addresses
    )


def test_each_mail_speaks_the_familys_language_and_then_english(expected, mails):
    spoken = {address: language(one.pupil.home_language).tag for one in expected for address in one.addresses}
    for mail in mails:
        parts = html5lib.parse(mail.html, namespaceHTMLElements=False).iter("div")
        tags = [part.attrib["lang"] for part in parts]
        own = spoken[mail.recipients[0]]
        assert tags == ([own, "en"] if own != "en" else ["en"])


def test_families_whose_page_is_closed_are_told_how_they_get_the_report(expected, mails):
    told = Counter(mail.recipients[0] for mail in mails if HOW in mail.text)
    assert told == Counter(address for one in expected if one.blocked for address in one.addresses)


def test_no_mail_names_a_child(stage, mails):
    names = {pupil.last for pupil in stage.district.pupils} | {pupil.ssid for pupil in stage.district.pupils}
    assert not [name for name in names if name and any(name in mail.raw.decode() for mail in mails)]


def test_the_managers_list_has_each_release_once_and_says_who_was_told(expected, listed):
    def told(one: Expected) -> str:
        return "Told" if one.addresses else "No: nobody to write to"

    assert Counter(
        (row["PowerSchool DCID"], row["Program"], row["Test year"], row["Told"], row["Release blocked"])
        for row in listed
    ) == Counter(
        (str(one.pupil.dcid), one.program, one.year, told(one), "yes" if one.blocked else "no") for one in expected
    )


def test_who_could_not_be_told_stands_first(listed):
    untold = [row["Told"].startswith("No") for row in listed]
    assert untold == sorted(untold, reverse=True)
    assert any(untold)


def test_the_pages_hold_what_the_file_holds(administrator, listed):
    page = administrator.launch("report-manager")
    found = _ticks(page)
    while any(words(link) == "Next page" for link in page.all("a")):
        page = administrator.click("Next page")
        found += _ticks(page)
    assert len(found) == len(set(found)) == len(listed)


def _ticks(page) -> list[str]:
    return [box.attrib["value"] for box in page.all("input") if box.attrib.get("name") == "release"]


def test_the_summary_says_the_same_numbers(expected, summary):
    def said(line: str) -> int:
        [number] = re.findall(rf"^(?:- )?{re.escape(line)}: ([0-9]+)$", summary, re.MULTILINE)
        return int(number)

    untold = [one for one in expected if not one.addresses]
    blocked = [one for one in expected if one.blocked]
    assert said("New reports, counted once for each student, program and year") == len(expected)
    assert said("Of them told to a family by mail") == len(expected) - len(untold)
    assert said("nobody to write to") == len(untold)
    assert said("blocked in PowerSchool, so that the school hands the report over") == len(blocked)
    assert said("To follow up by hand") == len(untold) + len(blocked)
    assert f"- {TRANSFERRED}: " in summary
