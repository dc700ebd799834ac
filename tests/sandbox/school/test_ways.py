"""The ways that PowerSchool's help describes to Score Reports, walked from link to link, and what stands around them.

All of them end on a link that leads top level to the sidecar; nothing listens there in these tests.
"""

import datetime
from collections.abc import Callable, Iterator
from urllib.parse import quote, urljoin

import html5lib
import pytest
import time_machine

from plugin.model import PACIFIC
from sandbox.school import Level, SchoolSystem
from tests.visitor import Page, Visitor, words

Person = Callable[[SchoolSystem, str, str], Visitor]

REPORTS = "/admin/students/ca_score_reports.html"
MANAGER = "/admin/ca_score_report_manager.html"
OF_THE_DISTRICT = ("electronic_reporting_setup", "ca_new_score_reports")


def test_an_administrator_selects_a_student_then_state_province_then_score_reports(
    school: SchoolSystem, person: Person
) -> None:
    visitor = person(school, "staff", "pat.principle")
    visitor.send("Search", search="Sampl")
    visitor.click("Juniper Sampleton")
    visitor.click("State/Province - CA")
    page = visitor.open(main_link(visitor.page, "Score Reports"))
    assert launch(page) == f"{school.sidecar_url}/launch/score-reports-admin?frn=001{dcid(school, 'Juniper')}"


def test_an_administrator_finds_score_reports_in_the_left_list_and_in_enhanced_navigation(
    school: SchoolSystem, person: Person
) -> None:
    visitor = person(school, "staff", "pat.principle")
    page = visitor.open(f"{school.url}/admin/students/home.html?frn=001{dcid(school, 'Juniper')}")
    wanted = f"{REPORTS}?frn=001{dcid(school, 'Juniper')}"
    assert [link.attrib["href"] for link in page.all("a") if words(link) == "Score Reports"] == [wanted, wanted]


def test_a_teacher_selects_class_backpack_student_then_score_reports(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "teacher", "emery.letterby")
    visitor.click("Homeroom")
    visitor.click("Backpack")
    student = words(next(iter(visitor.page.all("li"))))
    page = visitor.click(student)
    listed = {words(option): option.attrib["value"] for option in page.all("option")}
    page = visitor.send("Open", page=listed["Score Reports"])
    first = student.split()[0]
    assert launch(page) == f"{school.sidecar_url}/launch/score-reports-teacher?frn=001{dcid(school, first)}"


def test_a_parent_chooses_a_child_and_score_reports(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "parent", "alex.sampleton")
    visitor.send("Rowan Sampleton", selected_student_id=str(student_id(school, "Rowan")))
    assert "Rowan Sampleton" in words(visitor.page.all("h1")[0])
    page = visitor.click("Score Reports")
    wanted = f"score-reports-portal?student_id={student_id(school, 'Rowan')}&persona=parent"
    assert launch(page) == f"{school.sidecar_url}/launch/{wanted}"


def test_a_student_opens_score_reports(school: SchoolSystem, person: Person) -> None:
    page = person(school, "student", "rowan.sampleton").click("Score Reports")
    wanted = f"score-reports-portal?student_id={student_id(school, 'Rowan')}&persona=student"
    assert launch(page) == f"{school.sidecar_url}/launch/{wanted}"


def test_an_administrator_finds_the_set_up_page_under_district_setup(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "staff", "dana.overlook")
    page = visitor.click("District Setup")
    assert "System Administrator" in page.text
    page = visitor.open(main_link(page, "Electronic Reporting Communication Setup"))
    assert launch(page) == f"{school.sidecar_url}/launch/setup"


def test_an_administrator_finds_new_reports_under_district_setup(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "staff", "dana.overlook")
    page = visitor.open(main_link(visitor.click("District Setup"), "New reports"))
    assert launch(page) == f"{school.sidecar_url}/launch/new-reports"


@pytest.mark.parametrize("username", ["dana.overlook", "pat.principle"])
def test_the_report_manager_stands_in_every_administrators_menu(
    school: SchoolSystem, person: Person, username: str
) -> None:
    visitor = person(school, "staff", username)
    ways = [link.attrib["href"] for link in visitor.page.all("a") if words(link) == "Report manager"]
    assert ways == [MANAGER, MANAGER]  # in the main menu and in enhanced navigation
    assert launch(visitor.click("Report manager")) == f"{school.sidecar_url}/launch/report-manager"


@pytest.mark.parametrize("address", [f"/admin/district/{page}.html" for page in OF_THE_DISTRICT])
def test_a_page_of_the_district_leads_nowhere_outside_of_its_office(
    school: SchoolSystem, person: Person, address: str
) -> None:
    visitor = person(school, "staff", "dana.overlook")
    visitor.send("Change", school="101")
    page = visitor.open(school.url + address)
    assert not [link for link in page.all("a") if link.attrib.get("id") == "ca-score-reports"]
    assert "district office" in page.text


def test_pages_are_closed_to_the_clerk_and_their_links_are_not_there(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "staff", "kelly.clerkson")
    frn = f"?frn=001{dcid(school, 'Juniper')}"
    for address in (f"/admin/students/state/stateCA.html{frn}", "/admin/district/home.html"):
        page = visitor.open(school.url + address)
        assert page.status == 200
        assert "Score Reports" not in page.text
        for title in ("Electronic Reporting", "New reports", "Report manager"):
            assert title not in page.text
    for address in (f"{REPORTS}{frn}", MANAGER, *(f"/admin/district/{page}.html" for page in OF_THE_DISTRICT)):
        assert visitor.open(school.url + address).status == 403


def test_a_page_closed_to_a_group_is_closed_at_once(own_school: SchoolSystem, person: Person) -> None:
    visitor = person(own_school, "staff", "pat.principle")
    address = f"{own_school.url}{REPORTS}?frn=001{dcid(own_school, 'Juniper')}"
    assert visitor.open(address).status == 200
    own_school.set_page_permission(10, REPORTS, Level.NONE)
    assert visitor.open(address).status == 403
    own_school.set_page_permission(10, REPORTS, Level.READ)
    assert visitor.open(address).status == 200


def test_an_administrator_finds_the_students_of_the_accounts_schools_and_no_others(
    school: SchoolSystem, person: Person
) -> None:
    visitor = person(school, "staff", "charlie.charterhouse")
    assert {words(option) for option in visitor.page.all("option")} == {"Redwood Bridge Charter"}
    assert {row[3] for row in visitor.page.table()[1:]} == {"Redwood Bridge Charter"}
    page = visitor.open(f"{school.url}/admin/students/home.html?frn=001{dcid(school, 'Juniper')}")
    assert page.status == 404
    assert visitor.session.post(school.url + "/admin/school", data={"school": "101"}).status_code == 403


def test_the_district_office_finds_students_of_all_schools(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "staff", "dana.overlook")
    assert len({row[3] for row in visitor.page.table()[1:]}) == 3
    visitor.send("Change", school="401")
    assert len({row[3] for row in visitor.page.table()[1:]}) == 1


@pytest.mark.parametrize("text", ["%", "_", "Sampl%", pytest.param("x" * 60_000, id="endless")])
def test_a_search_takes_its_text_by_the_letter_however_long(school: SchoolSystem, person: Person, text: str) -> None:
    page = person(school, "staff", "dana.overlook").open(f"{school.url}/admin/home.html?search={quote(text)}")
    assert (page.status, page.table()[1:]) == (200, [])


def test_a_search_heeds_no_capitals(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "staff", "dana.overlook")
    for text in ("Sampl", "sAMPL", "juni"):
        assert "Juniper Sampleton" in [row[0] for row in visitor.send("Search", search=text).table()]


def test_the_backpacks_list_leads_to_its_pages_only(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "teacher", "emery.letterby")
    for page in ("/teachers/home.html", "//evil.example", "", "/teachers/studentpages/\r\nX:y"):
        assert visitor.open(f"{school.url}/teachers/studentpages/select?page={quote(page)}").status == 404


def test_a_teacher_sees_the_students_of_today(school: SchoolSystem, person: Person) -> None:
    section = next(teaching.section_id for teaching in school.district.teachings if not teaching.lead)
    with time_machine.travel(datetime.datetime.combine(school.district.today, datetime.time(12), PACIFIC)):
        visitor = person(school, "teacher", "andy.cohelper")
        page = visitor.open(f"{school.url}/teachers/backpack.html?section={section}")
        assert "Mateo Ejemplo" in page.text
        for first in ("Raúl", "Belén", "Robin", "Sage"):
            assert f"{first} N" not in page.text
            assert f"{first} T" not in page.text
            about = f"/teachers/studentpages/quicklookup.html?frn=001{dcid(school, first)}"
            assert visitor.open(school.url + about).status == 404


@pytest.mark.parametrize("username", ["billie.soonhere", "gale.formerly"])
def test_a_co_teacher_of_another_day_has_no_class(school: SchoolSystem, person: Person, username: str) -> None:
    section = next(teaching.section_id for teaching in school.district.teachings if not teaching.lead)
    visitor = person(school, "teacher", username)
    assert "no class today" in visitor.page.text
    assert visitor.open(f"{school.url}/teachers/backpack.html?section={section}").status == 404


def test_a_dropped_student_is_gone_from_the_class_at_once(own_school: SchoolSystem, person: Person) -> None:
    visitor = person(own_school, "teacher", "emery.letterby")
    visitor.click("Homeroom")
    page = visitor.click("Backpack")
    student = words(next(iter(page.all("li"))))
    own_school.drop_from_classes(dcid(own_school, student.split()[0]))
    assert student not in visitor.open(page.url).text


def test_a_parent_sees_the_children_with_data_access_and_no_others(school: SchoolSystem, person: Person) -> None:
    assert "Minh" not in person(school, "parent", "hung.mau").page.text
    assert "Minh" in person(school, "parent", "thao.vidu").page.text
    assert "There is no student on this account" in person(school, "parent", "duc.mau").page.text


def test_a_parent_cannot_switch_to_somebody_elses_child(school: SchoolSystem, person: Person) -> None:
    visitor = person(school, "parent", "hung.mau")
    wrong = {"selected_student_id": str(student_id(school, "Minh"))}
    assert visitor.session.post(school.url + "/guardian/home.html", data=wrong).status_code == 404


def test_access_taken_away_and_given_back_shows_at_the_next_page(own_school: SchoolSystem, person: Person) -> None:
    visitor = person(own_school, "parent", "alex.sampleton")
    own_school.remove_guardian_access("alex.sampleton", dcid(own_school, "Rowan"))
    assert "Rowan" not in visitor.open(own_school.url + "/guardian/home.html").text
    own_school.restore_guardian_access("alex.sampleton", dcid(own_school, "Rowan"))
    assert "Rowan" in visitor.open(own_school.url + "/guardian/home.html").text
    with pytest.raises(LookupError):
        own_school.remove_guardian_access("alex.sampleton", 1)
    with pytest.raises(LookupError, match="parent"):
        own_school.remove_guardian_access("rowan.sampleton", dcid(own_school, "Rowan"))


@pytest.mark.parametrize("frn", ["", "001", "0015041x", "002{}", "001" + "9" * 30, "00199999"])
def test_a_student_screen_needs_a_student(school: SchoolSystem, person: Person, frn: str) -> None:
    visitor = person(school, "staff", "dana.overlook")
    address = f"{school.url}/admin/students/home.html?frn={frn.format(dcid(school, 'Juniper'))}"
    assert visitor.open(address).status == 404


def test_every_page_is_sound_html_and_says_that_it_is_a_stand_in(school: SchoolSystem, person: Person) -> None:
    for page in walk(school, person):
        html5lib.HTMLParser(strict=True).parse(page.response.text)
        assert "Sandbox: a stand-in, not PowerSchool" in page.text
        assert len(page.all("h1")) == 1, page.url
        ids = [element.attrib["id"] for element in page.tree.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids)), page.url
        labelled = {label.attrib["for"] for label in page.all("label")}
        fields = [field for kind in ("input", "select") for field in page.all(kind)]
        assert all(field.attrib["id"] in labelled for field in fields if field.attrib.get("type") != "hidden"), page.url
        signed_in = not page.url.endswith(("/", "pw.html", "/public/home.html"))
        assert ("Sign Out" in page.text) == signed_in, page.url


def walk(school: SchoolSystem, person: Person) -> Iterator[Page]:
    """Every page, each reached as somebody who may see it."""
    frn = f"?frn=001{dcid(school, 'Juniper')}"
    pages = {
        ("staff", "dana.overlook"): [
            "/admin/home.html",
            f"/admin/students/home.html{frn}",
            f"/admin/students/state/stateCA.html{frn}",
            f"{REPORTS}{frn}",
            "/admin/district/home.html",
            *(f"/admin/district/{page}.html" for page in OF_THE_DISTRICT),
            MANAGER,
        ],
        ("teacher", "toni.chalkwell"): ["/teachers/home.html"],
        ("parent", "alex.sampleton"): ["/guardian/home.html", "/guardian/schoolinformation.html"],
        ("student", "rowan.sampleton"): ["/guardian/home.html", "/guardian/ca_score_reports.html"],
    }
    for address in ("/", "/admin/pw.html", "/teachers/pw.html", "/public/home.html"):
        yield Visitor(school.sidecar_url).open(school.url + address)
    for (persona, username), addresses in pages.items():
        visitor = person(school, persona, username)
        yield from (visitor.open(school.url + address) for address in addresses)
    visitor = person(school, "teacher", "toni.chalkwell")
    yield visitor.click("Homeroom")
    yield visitor.click("Backpack")
    yield visitor.click(words(visitor.page.all("li")[0]))
    yield visitor.send("Open")


def launch(page: Page) -> str:
    """Where the installed page sends the browser."""
    link = next(link for link in page.all("a") if link.attrib.get("id") == "ca-score-reports")
    assert link.attrib["target"] == "_top"
    return link.attrib["href"]


def main_link(page: Page, text: str) -> str:
    """The link with these words in the page's own content, not in its menus."""
    content = next(iter(page.all("main")))
    return next(urljoin(page.url, link.attrib["href"]) for link in content.iter("a") if words(link) == text)


def dcid(school: SchoolSystem, first: str) -> int:
    return next(pupil.dcid for pupil in school.district.pupils if pupil.first == first)


def student_id(school: SchoolSystem, first: str) -> int:
    return next(pupil.id for pupil in school.district.pupils if pupil.first == first)
