"""The pages: their tags, what they insert and the messages they use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB_ROOT = Path(__file__).parents[3] / "web_root"
PAGES = sorted(path.relative_to(WEB_ROOT).as_posix() for path in WEB_ROOT.rglob("*.html"))
LINKS = {
    "admin/students/ca_score_reports.html": "/launch/score-reports-admin?frn=~(gpv.frn;encodehtml)",
    "admin/ca_score_report_manager.html": "/launch/report-manager",
    "admin/district/ca_new_score_reports.html": "/launch/new-reports",
    "admin/district/electronic_reporting_setup.html": "/launch/setup",
    "teachers/studentpages/ca_score_reports.html": "/launch/score-reports-teacher?frn=~(gpv.frn;encodehtml)",
    "guardian/ca_score_reports.html": (
        "/launch/score-reports-portal?student_id=~(curstudid)&amp;persona=~[if.isguardian]parent[else]student[/if]"
    ),
}

ADMIN = "web_root/admin/students/ca_score_reports.html"
SETUP = "web_root/admin/district/electronic_reporting_setup.html"
PORTAL = "web_root/guardian/ca_score_reports.html"
ENGLISH = "MessageKeys/ca_score_reports.US_en.properties"
SPANISH = "MessageKeys/ca_score_reports.US_es.properties"
KEY = "psx.htmlc.wildcards.ca_score_reports"


@pytest.mark.parametrize(
    ("path", "old", "new", "what"),
    [
        (PORTAL, "student[/if]", "student", "~[if] is not closed by [/if]"),
        (PORTAL, "~[if.isguardian]", "", "[/if] belongs to no block that is open"),
        (PORTAL, "~[if.isguardian]", "~[if#who.isguardian]", "[/if] belongs to no block that is open"),
        (PORTAL, "student[/if]", "student[/if][else]", "[else] belongs to no block that is open"),
        (PORTAL, "[else]student", "[elsestudent", "[else is not closed on its line"),
        (PORTAL, "[/if]", "[/if", "[/if is not closed on its line"),
        (PORTAL, "[else]student", "[else]a[else]student", "[else] belongs to no block that is open and waits for it"),
        (PORTAL, "[else]student", "[ELSE]student", "[ELSE] belongs to no block that is open"),
        (PORTAL, "~[wc:guardian_header]", "~[IF.isguardian]", "~[IF] is not closed by [/IF]"),
        (PORTAL, "~[if.isguardian]", "~[if]", "[/if] belongs to no block that is open"),
        (PORTAL, "~[wc:guardian_footer]", "~[wc:guardian_footer", "~[ is not closed on its line"),
        (PORTAL, "~(curstudid)", "~(curstudid", "~( is not closed on its line"),
        (PORTAL, "student[/if]", "student[/case]", "[/case] belongs to no block that is open"),
        (SETUP, "[/if]\n", "\n", None),
        (ADMIN, "~(gpv.frn;encodehtml)", "~(gpv.frn)", "end it with ;encodehtml"),
        (ADMIN, "~(gpv.frn;encodehtml)", "~([Students]First_Name)", "end it with ;encodehtml"),
        (ADMIN, "~[wc:commonscripts]", "~[tlist_sql;select 1 from dual;]", "reads past the restrictions on rows"),
        (ADMIN, "~[wc:commonscripts]", "~[TList_SQL;select 1 from dual;]", "reads past the restrictions on rows"),
        (ADMIN, "~[wc:commonscripts]", "@NAVIGATION@", "@NAVIGATION@ was not filled in"),
        (ADMIN, f"~[text:{KEY}.opening]", f"~[text:{KEY}.closing]", f"message {KEY}.closing is not in {ENGLISH}"),
        (ADMIN, f"~[text:{KEY}.opening]", f"~[text:{KEY}.closing]", f"message {KEY}.closing is not in {SPANISH}"),
        (ADMIN, f"~[text:{KEY}.opening]", f"~[Text:{KEY}.closing]", f"message {KEY}.closing is not in {SPANISH}"),
    ],
)
def test_a_page_s_tags_are_closed_safe_and_known(tree, path: str, old: str, new: str, what: str | None) -> None:
    if what is None:
        tree.replace(path, old, new)
        line = (tree.root / path).read_text().split("~[if.district.office]")[0].count("\n") + 1
        assert f"{path}: line {line}: ~[if] is not closed by [/if]" in tree.refusals()
    else:
        tree.refuses(path, old, new, what)


def test_nested_blocks_are_told_apart_by_their_names(tree) -> None:
    nested = "~[if#a.~(curstudid)=1]~[if#b.~[x:userid]=2]x[else#b]y[/if#b][else#a]z[/if#a]"
    tree.replace(PORTAL, "~[wc:commonscripts]", nested)
    assert tree.build()


def test_every_page_leads_to_its_own_place_in_the_sidecar() -> None:
    assert set(PAGES) == set(LINKS)
    for path, link in LINKS.items():
        assert f'href="@SIDECAR_URL@{link}"' in read(path)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_forwards_at_the_top_of_the_same_tab_and_has_a_link_where_scripts_are_off(path: str) -> None:
    page = read(path)
    assert len(re.findall(r'<a id="ca-score-reports" target="_top"\s', page)) == 1
    assert "window.top.location.replace" in page
    assert page.index('id="ca-score-reports"') < page.index("<script>")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_its_language_and_nothing_from_another_host(path: str) -> None:
    page = read(path)
    assert len(re.findall(r"<h1>|~\[wc:title_student_begin_css\]", page)) == 1
    assert re.search(r'<html lang="~\[text:[\w.]+\.language\]">', page)
    assert "://" not in page
    assert page.isascii()


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("admin/district/")])
def test_a_page_of_the_district_leads_on_from_the_district_office_only(path: str) -> None:
    office, elsewhere = read(path).split("~[if.district.office]")[1].split("[else]")
    assert LINKS[path] in office
    assert "district_office_only" in elsewhere
    assert "/launch" not in elsewhere


def test_the_report_manager_leads_on_from_every_school() -> None:
    assert "~[if." not in read("admin/ca_score_report_manager.html")


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(WEB_ROOT).as_posix()
        for path in WEB_ROOT.rglob("*.ca_score_reports.*.txt")
        if "guardian" not in path.name
    ),
)
def test_a_link_of_the_admin_portal_shows_only_to_groups_that_may_open_its_page(path: str) -> None:
    *guarded, rest = read(path).split("[/if]\n")
    assert not rest
    for choice in guarded:
        (page,) = re.findall(r'href="(/admin/[\w/.]+)', choice)
        assert choice.startswith(f"~[if.security.pagenone={page}][else]\n")
        assert (WEB_ROOT / page.lstrip("/")).is_file()


@pytest.mark.parametrize("wildcard", ["guardian_header", "guardian_header_yui"])
def test_both_navigations_of_the_parent_and_student_portal_lead_to_its_page(wildcard: str) -> None:
    fragment = read(f"wildcards/{wildcard}.ca_score_reports.leftnav.footer.txt")
    assert re.findall(r'href="([^"]*)"', fragment) == ["/guardian/ca_score_reports.html"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("web_root/wildcards/guardian_header.ca_score_reports.leftnav.footer.txt", "/guardian/", "/parent/"),
        ("web_root/admin/students/more2.ca_score_reports.leftnav.footer.txt", "pagenone=/admin/", "pagenone=/a/"),
    ],
)
def test_a_fragment_names_pages_of_the_archive_only(tree, path: str, old: str, new: str) -> None:
    tree.refuses(path, old, new, "ca_score_reports.html is named, but the archive has no such page")


def test_a_page_that_is_gone_is_missed_where_it_is_linked(tree) -> None:
    (tree.root / PORTAL).unlink()
    linked = "web_root/wildcards/guardian_header_yui.ca_score_reports.leftnav.footer.txt: line 2"
    missed = f"{linked}: /guardian/ca_score_reports.html is named, but the archive has no such page"
    assert missed in tree.refusals()


def read(path: str) -> str:
    return (WEB_ROOT / path).read_text(encoding="utf-8")
