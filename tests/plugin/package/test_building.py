"""The archive as a whole."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from plugin.district import District
from plugin.package import __main__ as command
from plugin.package.elements import parse
from plugin.package.manifest import requested
from plugin.package.queries import read

ROOT = Path(__file__).parents[3]
SIDECAR = "https://scores.district.example"

#: Everything that the product ships for PowerSchool.
SHIPPED = [
    "MessageKeys/ca_score_reports.US_en.properties",
    "MessageKeys/ca_score_reports.US_es.properties",
    "pagecataloging/ca_score_reports.json",
    "permissions_root/org.cascorereports.permission_mappings.xml",
    "plugin.xml",
    "queries_root/org.cascorereports.district.named_queries.xml",
    "queries_root/org.cascorereports.roster.named_queries.xml",
    "web_root/admin/ca_score_report_manager.html",
    "web_root/admin/district/ca_new_score_reports.html",
    "web_root/admin/district/electronic_reporting_setup.html",
    "web_root/admin/district/home.ca_score_reports.content.footer.txt",
    "web_root/admin/students/ca_score_reports.html",
    "web_root/admin/students/more2.ca_score_reports.leftnav.footer.txt",
    "web_root/admin/students/state/stateCA.ca_score_reports.content.footer.txt",
    "web_root/guardian/ca_score_reports.html",
    "web_root/teachers/studentpages/ca_score_reports.html",
    "web_root/wildcards/admin_nav_menu_left_css.ca_score_reports.leftnav.footer.txt",
    "web_root/wildcards/guardian_header.ca_score_reports.leftnav.footer.txt",
    "web_root/wildcards/guardian_header_yui.ca_score_reports.leftnav.footer.txt",
]

#: What PowerSchool's installer accepts at an archive's root.
ACCEPTED = {
    "plugin.xml",
    "MessageKeys",
    "web_root",
    "queries_root",
    "permissions_root",
    "user_schema_root",
    "pagecataloging",
    "data_change_configuration_root",
}


def test_the_tree_as_it_is_makes_an_archive(tree) -> None:
    assert tree.build().name == "ca-score-reports-0.1.0.zip"


def test_the_archive_holds_every_file_of_the_product_and_no_other(tree) -> None:
    assert zipfile.ZipFile(tree.build()).namelist() == SHIPPED


def test_the_archives_root_holds_only_what_powerschool_installs(tree) -> None:
    names = zipfile.ZipFile(tree.build()).namelist()
    assert {name.split("/")[0] for name in names} <= ACCEPTED
    assert "plugin.xml" in names


def test_the_archive_is_the_same_byte_for_byte_whoever_builds_it_and_whenever(tree, another_tree) -> None:
    other = another_tree("elsewhere")
    for number, path in enumerate(sorted(other.root.rglob("*"))):
        os.utime(path, (number * 1e7, number * 1e7))
        path.chmod(0o700)
    before = os.umask(0o077)
    try:
        again = other.build().read_bytes()
    finally:
        os.umask(before)
    assert again == tree.build().read_bytes()


def test_building_again_makes_the_same_archive(tree) -> None:
    first = tree.build().read_bytes()
    assert tree.build().read_bytes() == first


def test_files_with_the_line_ends_of_windows_make_the_same_archive(tree, another_tree) -> None:
    other = another_tree("elsewhere")
    page = other.root / "web_root/guardian/ca_score_reports.html"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert other.build().read_bytes() == tree.build().read_bytes()


def test_no_entry_tells_who_built_the_archive_or_when(tree) -> None:
    for entry in zipfile.ZipFile(tree.build()).infolist():
        assert (entry.date_time, entry.external_attr >> 16, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 0o100644, 3)


def test_the_sidecars_address_stands_wherever_the_tree_leaves_its_place(tree) -> None:
    archive = zipfile.ZipFile(tree.build())
    places = [path for path in tree.root.rglob("*") if path.is_file() and b"@SIDECAR_URL@" in path.read_bytes()]
    filled = [path.relative_to(tree.root).as_posix() for path in places if path.suffix != ".zip"]
    assert "plugin.xml" in filled
    assert len(filled) == 7
    for name in filled:
        assert SIDECAR.encode() in archive.read(name)
    assert not any(b"@SIDECAR_URL@" in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example",
        "https://a.example:8443",
        "https://a-1.b.example:65535",
        "http://localhost:8000",
        "http://127.0.0.1",
    ],
)
def test_the_sidecar_runs_on_https_or_on_this_machine(tree, url: str) -> None:
    assert url.encode() in zipfile.ZipFile(tree.build(url)).read("plugin.xml")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "scores.district.example",
        "http://scores.district.example",
        "http://localhost.district.example",
        "http://127.0.0.1.district.example",
        "http://[::1]:8000",
        "ftp://scores.district.example",
        "https://",
        "https://scores.district.example/reports",
        "https://scores.district.example?a=b",
        "https://scores.district.example#top",
        "https://admin@scores.district.example",
        "https://admin:secret@scores.district.example",
        "https://scores.district.example:port",
        "https://scores.district.example:0",
        "https://scores.district.example:65536",
        "http://localhost:99999",
        "https://scores..example",
        "https://scores-.example",
        "https://scores.district.example\n",
        'https://a.example"><script>',
        "https://ｓcores.example",
    ],
)
def test_any_other_address_of_the_sidecar_is_refused(tree, url: str) -> None:
    (line,) = tree.refusals(url)
    assert line.startswith("SIDECAR_URL: ")


def test_nothing_is_written_when_the_build_refuses(tree) -> None:
    tree.write("web_root/README.md", "hello")
    tree.refusals()
    assert not (tree.root / "dist").exists()


def test_every_fault_is_reported_at_once_in_the_order_of_the_files(tree) -> None:
    tree.replace("plugin.xml", 'name="CA Score Reports"', f'name="{"x" * 41}"')
    tree.replace("web_root/guardian/ca_score_reports.html", "student[/if]", "student")
    tree.replace("queries_root/org.cascorereports.roster.named_queries.xml", "order by s.dcid", "")
    tree.write("web_root/admin/.DS_Store", "junk")
    refusals = tree.refusals("http://scores.district.example")
    assert [line.split(":")[0] for line in refusals] == [
        "SIDECAR_URL",
        "plugin.xml",
        "queries_root/org.cascorereports.roster.named_queries.xml",
        "web_root/admin/.DS_Store",
        "web_root/guardian/ca_score_reports.html",
    ]


def test_the_district_s_own_fields_become_queries_and_requests_together(tree) -> None:
    archive = zipfile.ZipFile(tree.build())
    path = "queries_root/org.cascorereports.district.named_queries.xml"
    generated = parse(path, archive.read(path).decode())
    asked = {column for column, _ in requested(parse("plugin.xml", archive.read("plugin.xml").decode()))}
    own = {column for column, _ in read(generated)}
    assert own <= asked
    assert {"U_SCORE_REPORTS.DO_NOT_RELEASE", "U_CONTACT_RIGHTS.EDUCATIONAL_RIGHTS"} <= own
    fields = District.load(tree.root / "district.toml").fields
    assert [query.attributes["name"] for query in generated.each("query")] == [
        f"org.cascorereports.district.{role}.{which}"
        for role in fields
        for which in (["value"] if role == "educational_rights" else ["value", "all"])
    ]


def test_a_district_without_fields_of_its_own_gets_no_query_for_them(tree) -> None:
    tree.write("district.toml", '[district]\nname = "Poppy Valley Unified"\ncds = "19999010000000"\n')
    archive = zipfile.ZipFile(tree.build())
    assert "queries_root/org.cascorereports.district.named_queries.xml" not in archive.namelist()
    assert archive.read("plugin.xml").decode() == (tree.root / "plugin.xml").read_text().replace(
        "@SIDECAR_URL@", SIDECAR
    )


def test_a_field_that_is_requested_already_is_requested_once(tree) -> None:
    told = '[fields.status]\ntable = "Students"\nfield = "Enroll_Status"\nkey = "DCID"\nwhen = ["2"]\n'
    tree.write("district.toml", '[district]\nname = "Poppy Valley"\ncds = "19999010000000"\n' + told)
    plugin = zipfile.ZipFile(tree.build()).read("plugin.xml").decode()
    assert plugin.count('field="ENROLL_STATUS"') == 1


def test_a_field_whose_name_no_query_takes_is_refused_where_the_district_named_it(tree) -> None:
    tree.replace("district.toml", 'field = "test_status"', 'field = "Date"')
    assert tree.refusals() == ["district.toml: 'date' reckons with dates; the sidecar does that, in Pacific time"]


@pytest.mark.parametrize("text", [None, "[[", "[project]\n", "project = 1\n", '[project]\nname = "a"\n'])
def test_a_tree_without_a_version_is_refused(tree, text: str | None) -> None:
    (tree.root / "pyproject.toml").unlink()
    if text is not None:
        tree.write("pyproject.toml", text)
    assert tree.refusals() == ["pyproject.toml: no version of the product can be read here"]


def test_a_district_that_builds_again_gets_a_higher_version(tree) -> None:
    tree.replace("district.toml", "# revision = 1 ", "revision = 2 ")
    archive = tree.build()
    assert archive.name == "ca-score-reports-0.1.0.2.zip"
    plugin = parse("plugin.xml", zipfile.ZipFile(archive).read("plugin.xml").decode())
    assert plugin.attributes["version"] == "0.1.0.2"


def test_the_command_prints_where_the_archive_is(tree, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments(tree)) == 0
    assert capsys.readouterr().out.strip().endswith("ca-score-reports-0.1.0.zip")


def test_the_command_prints_one_line_for_each_fault_and_fails(tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.write("web_root/a.md", "")
    tree.write("web_root/b.md", "")
    assert command.main(arguments(tree)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "web_root/a.md: this file has no place in a plugin archive\n"
        "web_root/b.md: this file has no place in a plugin archive\n"
    )


def test_no_earlier_archive_of_this_version_is_left_where_the_command_refuses(tree) -> None:
    this = tree.build()
    tree.replace("district.toml", "# revision = 1 ", "revision = 2 ")
    other = tree.build()
    tree.replace("district.toml", "revision = 2 ", "# revision = 1 ")
    tree.write("web_root/a.md", "")
    assert command.main(arguments(tree)) == 1
    assert [this.exists(), other.exists()] == [False, True]


def test_a_folder_that_can_t_be_made_gets_one_line(tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.write("dist", "a file")
    assert command.main(arguments(tree)) == 1
    assert capsys.readouterr().err == f"[Errno 20] Not a directory: '{tree.root}/dist/ca-score-reports-0.1.0.zip'\n"


def test_the_command_takes_the_address_from_the_environment(tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDECAR_URL", "https://other.example")
    monkeypatch.setenv("DISTRICT_FILE", str(tree.root / "district.toml"))
    monkeypatch.chdir(tree.root)
    assert command.main([]) == 0
    archive = zipfile.ZipFile(tree.root / "dist/ca-score-reports-0.1.0.zip")
    assert b"https://other.example" in archive.read("plugin.xml")


def test_a_bad_district_file_stops_the_command(tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.write("district.toml", "[district]\n")
    assert command.main(arguments(tree)) == 1
    assert capsys.readouterr().err.count("is missing") == 2


def arguments(tree) -> list[str]:
    root = str(tree.root)
    return ["--root", root, "--sidecar-url", SIDECAR, "--district", f"{root}/district.toml", "--out", f"{root}/dist"]
