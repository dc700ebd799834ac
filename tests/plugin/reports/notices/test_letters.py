"""What families read: their language first, English below, and nothing that another reader of the mail may not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import html5lib
import pytest

from plugin.config import from_environ
from plugin.mail import mailer
from plugin.model import Lea
from plugin.reports.detection import searching
from plugin.reports.detection.plan import SearchPlan
from plugin.reports.notices.letters import family_letter
from plugin.reports.notices.telling import tell
from sandbox.district import make
from sandbox.mail import Caught
from sandbox.stage import Stage
from tests.canaries import sightings
from tests.households import Households
from tests.office import LEA as CDS

LEA = Lea(CDS, "Poppy Valley Unified")
HEADERS = [
    *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "List-Id"),
    *("MIME-Version", "Content-Type", "Content-Language"),
]
PLAN = SearchPlan(previous_years=True, rate=200)


@pytest.fixture(scope="module")
def caught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, list[Caught]]]:
    """Every mail to a family of a small district, with whoever's name, SSID or secret might stand in it."""
    with Stage(make(30), tmp_path_factory.mktemp("told")) as stage:
        services, lea = stage.services(), Lea(stage.district.cds, stage.district.name)
        chosen = {"enabled": True, "summary_to": []}
        services.choices.save(lea.cds, "notices", chosen, replaces=0, by="a test", now=services.now())
        searching.begin(services, lea, "a test", PLAN)
        searching.go_on(services, services.searches.latest(lea.cds), "worker", PLAN)
        tell(services, mailer(from_environ(stage.environ)))
        yield stage, stage.mail.mails


def letter(households: Households, *, language: str = "ENG", lea: Lea = LEA) -> EmailMessage:
    households.enrol(1, "ada@family.example", language=language)
    households.find(1)
    households.round()
    [mail] = households.mails
    return family_letter(households.services, lea, mail, "score-reports@poppyvalley.example")


def readings(mail: Caught) -> list[str]:
    """All that a mail program may show: its headers and every part of it, decoded."""
    shown = [f"{name}: {value}" for name, value in mail.message.items()]
    return [*shown, *(part.get_content() for part in mail.message.walk() if part.get_content_maintype() == "text")]


def test_a_family_reads_its_own_language_first_and_english_below(households):
    message = letter(households, language="SPA")
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert 0 < body.index("PowerSchool") < body.index("Dear parent or guardian")
    assert message["Content-Language"] == "es, en"
    assert "New score report" not in message["Subject"]


def test_who_reads_english_reads_it_once(households):
    message = letter(households)
    assert message.get_body(("plain",)).get_content().count("Dear parent or guardian") == 1
    assert message["Content-Language"] == "en"


def test_arabic_runs_from_right_to_left_and_the_english_below_it_does_not(households):
    html = letter(households, language="ARA").get_body(("html",)).get_content()
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    assert [(part.get("lang"), part.get("dir")) for part in page.iter("div")] == [("ar", "rtl"), ("en", "ltr")]


def test_no_line_ends_within_an_arabic_school_year(households):
    """Torn in two, it reads as two numbers, of which the second begins a line at the right."""
    arabic, english = letter(households, language="ARA").get_body(("plain",)).get_content().split("Dear parent")
    assert re.search(r"\u206820\d\d-\u2060\d\d\u2069", arabic)
    assert not re.search(r"20\d\d-\d\d", arabic.partition("New score report")[0])
    assert "\u2060" not in english


def test_a_machine_that_answers_mails_knows_that_nobody_reads_its_answer(households):
    message = letter(households)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<score-reports.localhost>"
    assert message["Message-ID"] == households.mails[0].message_id


@pytest.mark.parametrize(
    "name", ["Poppy\r\nBcc: all@family.example", "Poppy\u2028Bcc: x", 'Po"ppy <a@b.example>', "\0"]
)
def test_an_leas_name_brings_no_header_of_its_own(households, name):
    message = letter(households, lea=Lea(CDS, name))
    assert message.keys() == HEADERS
    assert message["From"].addresses[0].addr_spec == "score-reports@poppyvalley.example"
    heads, _, _ = message.as_bytes().replace(b"\r", b"\n").partition(b"\n\n")
    assert b"\nBcc" not in heads


def test_an_leas_own_text_is_text_and_not_html(households):
    own = {"subject": "A <b>report</b>\r\nBcc: x@y.example", "body": "<script>alert(1)</script> $portal"}
    kept = {"replaces": 0, "by": "somebody", "now": households.now}
    households.services.choices.save(CDS, "text/en/released", own, **kept)
    message = letter(households)
    assert message.keys() == HEADERS
    assert "<script>" not in message.get_body(("html",)).get_content()
    assert "<script>alert(1)</script>" in message.get_body(("plain",)).get_content()


def test_no_part_of_a_mail_names_a_child_an_ssid_a_score_or_a_secret(caught):
    stage, mails = caught
    people = (*stage.district.pupils, *stage.district.guardians)
    names = {part for one in people for name in (one.first, one.last) for part in name.split()}
    named = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    assert len(mails) > 50
    for mail in mails:
        assert sightings(mail.raw) == []
        for reading in readings(mail):
            text = reading.replace(mail.recipients[0], "")
            assert not named.search(text)
            assert not any(word in text for word in stage.secrets)


def test_the_only_numbers_are_the_year_and_the_steps(caught):
    _, mails = caught
    for mail in mails:
        text = re.sub(r"https?://\S+|\u2060", "", mail.text)
        assert all(re.fullmatch("20[0-9]{2}-[0-9]{2}|[1-3]", number) for number in re.findall("[0-9][0-9-]*", text))


def test_the_only_link_is_the_portals_front_door(caught):
    stage, mails = caught
    for mail in mails:
        links = set(re.findall(r'https?://[^\s<>"]+', mail.text + mail.html))
        assert links <= {f"{stage.school.url}/public/"}


def test_every_part_of_a_mail_is_well_formed(caught):
    _, mails = caught
    for mail in mails:
        page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail.html)
        assert page.get("lang") == mail.message["Content-Language"].partition(",")[0]


def test_a_blocked_students_family_reads_how_the_school_hands_it_over_and_of_no_portal_page(caught):
    stage, mails = caught
    [haneul] = [one for one in stage.district.pupils if one.first == "Haneul"]
    addresses = {
        guardian.email
        for guardian in stage.district.guardians
        if any(contact.pupil_dcid == haneul.dcid for contact in guardian.contacts)
    }
    texts = [mail.text for mail in mails if mail.recipients[0] in addresses and "is not shown" in mail.text]
    assert haneul.release_block
    assert texts
    assert all("Please ask the school office for the report on paper" in text for text in texts)


def test_families_of_seven_languages_are_told(caught):
    _, mails = caught
    tags = {mail.message["Content-Language"].partition(",")[0] for mail in mails}
    assert tags == {"en", "es", "vi", "zh-Hant", "fil", "ko", "ar"}
