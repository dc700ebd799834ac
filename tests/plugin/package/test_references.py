"""Permission mappings and the page catalogue: what they name must be there."""

from __future__ import annotations

import pytest

CATALOGUE = "pagecataloging/ca_score_reports.json"
ENGLISH = "MessageKeys/ca_score_reports.US_en.properties"
KEY = "psx.htmlc.wildcards.ca_score_reports"


MAPPING = "permissions_root/org.cascorereports.permission_mappings.xml"


def mapped(page: str, implies: str) -> str:
    return f'<permission_mappings>\n <permission name="{page}">\n{implies}\n </permission>\n</permission_mappings>\n'


@pytest.mark.parametrize(
    ("page", "implies", "line", "what"),
    [
        ("/admin/students/gone.html", "", 2, "/admin/students/gone.html is mapped, but the archive has no such page"),
        ("admin/students/ca_score_reports.html", "", 2, "it must be a path"),
        ("/admin/students/ca_score_reports.html", "", 2, "<permission> lacks its <implies>"),
        ("/admin/students/ca_score_reports.html", '<implies allow="read">/ws/schema/query/a</implies>', 3, "get, post"),
        ("/admin/students/ca_score_reports.html", '<implies allow="post">/ws/v1/student</implies>', 3, "/ws/schema"),
        ("/admin/students/ca_score_reports.html", "<implies>/ws/schema/query/a</implies>", 3, "lacks its allow"),
    ],
)
def test_a_permission_mapping_names_a_page_of_the_archive(tree, page: str, implies: str, line: int, what: str) -> None:
    tree.write(MAPPING, mapped(page, implies))
    refusals = tree.refusals()
    assert any(said.startswith(f"{MAPPING}: line {line}: ") and what in said for said in refusals), refusals


def test_a_file_of_permission_mappings_is_one(tree) -> None:
    tree.write(MAPPING, "<permissions/>")
    assert f"{MAPPING}: line 1: the document is a <permissions>, not a <permission_mappings>" in tree.refusals()


def test_a_permission_mapping_names_a_query_of_the_archive(tree) -> None:
    tree.refuses(MAPPING, "roster.leas.all", "roster.leas.gone", "roster.leas.gone is mapped, but the archive has no")


def test_a_permission_mapping_to_a_page_of_ours_is_taken(tree) -> None:
    call = '<implies allow="post">/ws/schema/query/org.cascorereports.roster.leas.all</implies>'
    tree.write(MAPPING, mapped("/admin/students/ca_score_reports.html", call))
    assert tree.build()


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("/admin/students/ca_score_reports.html", "/admin/students/gone.html", 4, "gone.html is catalogued, but"),
        ('"version": "0.1.0"', '"version": "0.0.9"', 4, "it must rise with the plugin's, 0.1.0"),
        ('"districtLevelContext": 0', '"districtLevelContext": 3', 4, "districtLevelContext is 3"),
        ('"requiredContext": "none"', '"requiredContext": "staff"', 16, "requiredContext is 'staff'"),
        ('"sortOrder": 250', '"sortOrder": "first"', 4, "sortOrder is 'first'"),
        (f'"title": "{KEY}.setup"', '"title": ["a"]', 16, "title is ['a']"),
        ('"sortOrder": 250', '"sortOrder": true', 4, "sortOrder is True"),
        ('"navCaScoreReportsNew"', '"navCaScoreReportsSetup"', 16, "htmlID navCaScoreReportsSetup stands in this file"),
        ('"sortOrder": 250', '"order": 250', 4, "the page lacks its sortOrder"),
        (f'"title": "{KEY}.setup"', f'"title": "{KEY}.gone"', 16, f"message {KEY}.gone is not in {ENGLISH}"),
    ],
)
def test_the_page_catalogue_names_pages_and_messages_that_are_there(
    tree, old: str, new: str, line: int, what: str
) -> None:
    tree.replace(CATALOGUE, old, new)
    refusals = tree.refusals()
    assert any(said.startswith(f"{CATALOGUE}: line {line}: ") and what in said for said in refusals), refusals


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"pages": 1}', '{"pages": ["a"]}', "null", '{"pages": [[1]]}', '{"pages":' + "[" * 100_000]
)
def test_a_page_catalogue_of_another_form_is_refused(tree, text: str) -> None:
    tree.write(CATALOGUE, text)
    assert any(said.startswith(f"{CATALOGUE}: line 1: the file holds one object") for said in tree.refusals())


def test_a_page_catalogue_that_is_not_json_is_refused(tree) -> None:
    tree.refuses(CATALOGUE, '"htmlID": "navCaScoreReportsSetup",', '"htmlID": ,', "this is not JSON")
