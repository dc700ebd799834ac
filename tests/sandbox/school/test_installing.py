"""What an archive adds to the school system's pages."""

import zipfile
from collections.abc import Callable

import pytest

from sandbox.district import make
from sandbox.school import SchoolSystem
from sandbox.school.installed.pshtml import UnknownTag
from tests.visitor import Page, Visitor

PAGE = "<!DOCTYPE html><html><head><title>Ours</title></head><body>{}</body></html>"
INJECT = """<insertionMetadata xmlns="http://www.powerschool.com">
<inject location="{}" how="{}"/></insertionMetadata>"""
CATALOGUE = """{"pages": [{"htmlID": "navOurs", "parentHTMLID": "navSomewhere", "title": "psx.htmlc.ours.title",
"pageURL": "/admin/ours.html?frn=~(studentfrn)", "contextType": "student", "districtLevelContext": %d}]}"""

Installed = Callable[[dict[str, str]], SchoolSystem]
Person = Callable[[SchoolSystem, str, str], Visitor]


def test_a_page_is_served_at_its_address_with_its_tags_read(installed: Installed, person: Person) -> None:
    school = installed({"web_root/admin/ours.html": PAGE.format("~(gpv.frn;encodehtml)")})
    page = person(school, "staff", "dana.overlook").open(school.url + "/admin/ours.html?frn=001<b>'\"%26")
    assert "001&lt;b&gt;&#39;&#34;&amp;" in page.response.text


def test_a_page_of_one_portal_is_not_served_in_another(installed: Installed, person: Person) -> None:
    school = installed({"web_root/guardian/ours.html": PAGE.format("")})
    assert person(school, "parent", "alex.sampleton").open(school.url + "/guardian/ours.html").status == 200
    assert person(school, "staff", "dana.overlook").open(school.url + "/admin/ours.html").status == 404


def test_an_unknown_tag_is_an_error_page_that_names_it(installed: Installed, person: Person) -> None:
    school = installed({"web_root/admin/ours.html": PAGE.format("~[tlist_sql;select 1]")})
    page = person(school, "staff", "dana.overlook").open(school.url + "/admin/ours.html")
    assert page.status == 500
    assert "~[tlist_sql;select 1]" in page.text
    with pytest.raises(UnknownTag, match="tlist_sql"):
        school.check()


def test_a_message_without_text_is_an_error_page_that_names_it(installed: Installed, person: Person) -> None:
    school = installed(
        {
            "web_root/admin/ours.html": PAGE.format("~[text:psx.htmlc.ours.missing]"),
            "MessageKeys/ours.US_en.properties": "psx.htmlc.ours.title=Ours",
        }
    )
    page = person(school, "staff", "dana.overlook").open(school.url + "/admin/ours.html")
    assert page.status == 500
    assert "psx.htmlc.ours.missing" in page.text


def test_messages_follow_the_language_chosen_at_sign_in(installed: Installed) -> None:
    school = installed(
        {
            "web_root/guardian/ours.html": PAGE.format(
                "<p>~[text:psx.htmlc.ours.title], ~[text:psx.htmlc.ours.only]</p>"
            ),
            "MessageKeys/ours.US_en.properties": "# a note\npsx.htmlc.ours.title=Reports\npsx.htmlc.ours.only=English",
            "MessageKeys/ours.US_es.properties": "psx.htmlc.ours.title=P\\u00E1gina = 1",
        }
    )
    reader = Visitor(school.sidecar_url)
    for locale, text in (("US_en", "Reports, English"), ("US_es", "Página = 1, English")):
        reader.open(school.url + "/public/home.html?loginTarget=/guardian/ours.html")
        page = reader.send("Sign In", username="alex.sampleton", password="let-me-look", locale=locale)
        assert text in page.text


def test_the_backpack_lists_pages_by_their_title(installed: Installed, person: Person) -> None:
    school = installed(
        {
            "web_root/teachers/studentpages/one.html": PAGE.format("<select>~[x:teacherpages]</select>"),
            "web_root/teachers/studentpages/two.html": PAGE.format("<!--NoLink-->"),
            "web_root/teachers/other.html": PAGE.format(""),
        }
    )
    page = person(school, "teacher", "frankie.verbena").open(school.url + "/teachers/studentpages/one.html")
    assert [(option.attrib["value"], option.text) for option in page.all("option")] == [
        ("/teachers/studentpages/one.html?frn=", "Ours")
    ]


@pytest.mark.parametrize("point", ["content.header", "content.footer"])
def test_a_fragment_goes_to_its_point_of_one_page(installed: Installed, person: Person, point: str) -> None:
    school = installed(
        {f"web_root/admin/district/home.ours.{point}.txt": "<p id='ours'>~[if.district.office]A[/if]</p>"}
    )
    administrator = person(school, "staff", "dana.overlook")
    assert texts(administrator.open(school.url + "/admin/district/home.html"), "ours") == ["A"]
    assert texts(administrator.open(school.url + "/admin/home.html"), "ours") == []


@pytest.mark.parametrize(
    ("wildcard", "address"),
    [("guardian_header", "/guardian/home.html"), ("guardian_header_yui", "/guardian/schoolinformation.html")],
)
def test_a_fragment_goes_to_the_wildcard_it_names(
    installed: Installed, person: Person, wildcard: str, address: str
) -> None:
    school = installed({f"web_root/wildcards/{wildcard}.ours.leftnav.footer.txt": "<p id='ours'>A</p>"})
    parent = person(school, "parent", "alex.sampleton")
    shown = {path: texts(parent.open(school.url + path), "ours") for path in HOMES}
    assert shown == {path: ["A"] if path == address else [] for path in HOMES}


def test_metadata_moves_a_fragment(installed: Installed, person: Person) -> None:
    stem = "web_root/wildcards/guardian_header.ours.leftnav.footer"
    school = installed({f"{stem}.txt": "<li id='ours'>A</li>", f"{stem}.xml": INJECT.format("#nav-main", "insert")})
    page = person(school, "parent", "alex.sampleton").open(school.url + "/guardian/home.html")
    menu = next(element for element in page.tree.iter() if element.attrib.get("id") == "nav-main")
    assert menu[0].attrib["id"] == "ours"


def test_a_fragment_whose_place_is_not_there_stays_at_its_point(installed: Installed, person: Person) -> None:
    stem = "web_root/admin/district/home.ours.content.footer"
    school = installed({f"{stem}.txt": "<p id='ours'>A</p>", f"{stem}.xml": INJECT.format("#nowhere", "append")})
    page = person(school, "staff", "dana.overlook").open(school.url + "/admin/district/home.html")
    assert texts(page, "ours") == ["A"]


@pytest.mark.parametrize(("level", "in_office", "in_school"), [(0, True, True), (1, False, True), (2, True, False)])
def test_the_catalogue_adds_to_the_navigation_at_its_level(
    installed: Installed, person: Person, level: int, in_office: bool, in_school: bool
) -> None:
    school = installed(
        {
            "pagecataloging/ours.json": CATALOGUE % level,
            "MessageKeys/ours.US_en.properties": "psx.htmlc.ours.title=Our page",
        }
    )
    frn = f"001{next(pupil.dcid for pupil in school.district.pupils if pupil.school_number == 101)}"
    administrator = person(school, "staff", "dana.overlook")
    for change, shown in (("0", in_office), ("101", in_school)):
        administrator.open(school.url + "/admin/home.html")
        administrator.send("Change", school=change)
        page = administrator.open(f"{school.url}/admin/students/home.html?frn={frn}")
        links = [link.attrib["href"] for link in page.all("a") if link.text == "Our page"]
        assert links == ([f"/admin/ours.html?frn={frn}"] if shown else [])


def test_pictures_of_the_archive_are_served(installed: Installed, person: Person) -> None:
    school = installed({"web_root/images/ours.svg": "<svg/>"})
    picture = Visitor(school.sidecar_url).session.get(school.url + "/images/ours.svg")
    assert (picture.text, picture.headers["Content-Type"].partition(";")[0]) == ("<svg/>", "image/svg+xml")
    assert Visitor(school.sidecar_url).session.get(school.url + "/images/theirs.svg").status_code == 404


@pytest.mark.parametrize("files", [{"plugin.xml": "<plugin/>"}, {"plugin.xml": "no xml"}])
def test_what_is_not_a_plugin_is_not_installed(installed: Installed, files: dict[str, str]) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        installed(files)


def test_what_is_not_an_archive_is_not_installed() -> None:
    with pytest.raises(zipfile.BadZipFile):
        SchoolSystem(make(1), b"nothing")


HOMES = ("/guardian/home.html", "/guardian/schoolinformation.html")


def texts(page: Page, element_id: str) -> list[str | None]:
    return [element.text for element in page.tree.iter() if element.attrib.get("id") == element_id]
