"""The district's file."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from plugin.district import District, DistrictError, DistrictField, Families, Pages
from plugin.model import Lea

SAMPLE = Path(__file__).parents[2] / "district.toml"
DISTRICT = '[district]\nname = "Poppy Valley Unified"\ncds = "19999010000000"\n'
CHARTER = '[[lea]]\ncds = "19999010999003"\nname = "Redwood Bridge Charter"\nschools = [901, 902]\n'
BLOCK = '[fields.release_block]\ntable = "U_X"\nfield = "blocked"\nkey = "studentsdcid"\nwhen = ["Y", "1"]\n'


def test_the_sample_loads_and_names_the_made_up_district() -> None:
    district = District.load(SAMPLE)
    assert district.lea == Lea("19999010000000", "Poppy Valley Unified")
    assert "9" in district.full_groups
    assert set(district.fields) == {"release_block", "hidden_contact", "exemption", "status", "educational_rights"}


def test_a_name_and_a_code_are_enough(tmp_path: Path) -> None:
    district = load(tmp_path, DISTRICT)
    assert not district.full_groups | district.full_accounts | district.view_groups
    assert not district.schools
    assert not district.fields


def test_groups_are_kept_as_the_text_that_powerschool_answers_with(tmp_path: Path) -> None:
    district = load(tmp_path, DISTRICT + '[access]\nfull_groups = [9, "11"]\nfull_accounts = ["dana.overlook"]\n')
    assert district.full_groups == {"9", "11"}
    assert district.full_accounts == {"dana.overlook"}


def test_a_school_that_reports_on_its_own_is_found_by_its_number(tmp_path: Path) -> None:
    district = load(tmp_path, DISTRICT + CHARTER)
    assert district.schools[902] == Lea("19999010999003", "Redwood Bridge Charter")
    assert 101 not in district.schools


def test_a_field_says_yes_to_the_values_that_the_district_named(tmp_path: Path) -> None:
    field = load(tmp_path, DISTRICT + BLOCK).fields["release_block"]
    assert field == DistrictField("release_block", "U_X", "blocked", "studentsdcid", frozenset({"Y", "1"}))
    assert field.says_yes("Y")
    assert field.says_yes(" 1 ")
    assert not field.says_yes("N")
    assert not field.says_yes("")
    assert not field.says_yes(None)


def test_how_pages_behave_has_a_default_for_everything(tmp_path: Path) -> None:
    district = load(tmp_path, DISTRICT + "[pages]\n[families]\n[calendar]\n")
    assert district.pages == Pages(list_on_opening=False, student_self_access="all", teachers_see_blocked=False)
    assert district.families == Families()
    assert district.families.elpac_guide == "https://elpac.startingsmarter.org/"
    assert not district.holidays


def test_pages_families_and_holidays_are_the_districts_own(tmp_path: Path) -> None:
    district = load(
        tmp_path,
        DISTRICT + '[pages]\nlist_on_opening = true\nstudent_self_access = "off"\n[families]\ncontact_phone = "555"\n'
        "[calendar]\nholidays = [2026-11-11]\n",
    )
    assert district.pages == Pages(list_on_opening=True, student_self_access="off")
    assert district.families.contact_phone == "555"
    assert district.holidays == {datetime.date(2026, 11, 11)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "district is missing"),
        ('[district]\ncds = "19999010000000"\n', "district.name is missing"),
        ('[district]\nname = "  "\ncds = "19999010000000"\n', "district.name is '  '; it must be a name"),
        (
            '[district]\nname = "P"\ncds = 19999010000000\n',
            "district.cds is 19999010000000; it must be 14 digits between",
        ),
        ('[district]\nname = "P"\ncds = "1999901"\n', "the last seven of them 0"),
        ('[district]\nname = "P"\ncds = "19999010999003"\n', "the last seven of them 0"),
        ('[district]\nname = "P"\ncds = "１9999010000000"\n', "the last seven of them 0"),
        (DISTRICT + "revision = 0\n", "district.revision is 0; it must be a whole number from 1 on"),
        ("district = 1\n", "district is not a table"),
        (DISTRICT + 'colour = "red"\n', "district.colour is not a name known here"),
        (DISTRICT + "[school]\n", "school is not a name known here"),
        (DISTRICT + "[access]\nfull_groups = 9\n", "access.full_groups is not a list"),
        (DISTRICT + "[access]\nfull_groups = [true]\n", "access.full_groups number 1 is True; it must be a number"),
        (DISTRICT + "[access]\nview_groups = [1, -1]\n", "access.view_groups number 2 is -1; it must be a number"),
        (DISTRICT + "[access]\nfull_accounts = [9]\n", "access.full_accounts number 1 is 9; it must be a user name"),
        (DISTRICT + CHARTER.replace("901, 902", ""), "lea number 1.schools is not a list with something in it"),
        (DISTRICT + CHARTER.replace("902", "0"), "it must be a school number"),
        (DISTRICT + CHARTER.replace("902", "901"), "school 901 is listed twice under lea"),
        (DISTRICT + CHARTER + CHARTER, "CDS code 19999010999003 stands for more than one LEA"),
        (DISTRICT + CHARTER.replace("cds", "code"), "lea number 1.cds is missing"),
        (DISTRICT + BLOCK.replace("release_block", "block"), "fields.block is not a name known here"),
        (DISTRICT + BLOCK.replace('["Y", "1"]', "[]"), "fields.release_block.when is not a list with something in it"),
        (DISTRICT + BLOCK.replace('"Y"', "true"), "fields.release_block.when number 1 is True; it must be a text"),
        (DISTRICT + BLOCK.replace("U_X", "U_X; drop table students"), "it must be a name of letters, digits and _"),
        (DISTRICT + BLOCK.replace("U_X", "U" * 31), "at most 30 long"),
        (DISTRICT + BLOCK.replace("blocked", "1st"), "fields.release_block.field is '1st'"),
        (DISTRICT + BLOCK.replace("blocked", "STUDENTSDCID"), "fields.release_block.key is the field itself"),
        (DISTRICT + '[pages]\nlist_on_opening = "yes"\n', "pages.list_on_opening is 'yes'; it must be true or false"),
        (DISTRICT + "[pages]\nteachers_see_blocked = 1\n", "it must be true or false"),
        (DISTRICT + '[pages]\nstudent_self_access = "16"\n', "it must be all or 16_or_grade_10 or off"),
        (DISTRICT + '[families]\ncaaspp_guide = "javascript:1"\n', "it must be an address that starts with https://"),
        (DISTRICT + '[families]\ncontact_email = "the office"\n', "it must be an e-mail address"),
        (DISTRICT + '[calendar]\nholidays = ["2026-11-11"]\n', "it must be a date without quotation marks"),
        (DISTRICT + "[calendar]\nholidays = [2026-11-11T08:00:00]\n", "it must be a date without quotation marks"),
        ("[district\n", "this is not a readable TOML file"),
    ],
)
def test_a_file_that_describes_no_district_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(DistrictError) as refused:
        load(tmp_path, text)
    assert any(what in problem for problem in refused.value.problems), refused.value.problems
    assert all(line.startswith(str(tmp_path / "district.toml")) for line in str(refused.value).splitlines())


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(DistrictError) as refused:
        load(tmp_path, '[district]\ncds = ""\n[access]\nview_groups = ["x"]\n[fields.status]\ntable = "T"\n')
    assert len(refused.value.problems) == 6


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DistrictError, match="this is not a readable TOML file"):
        District.load(tmp_path / "district.toml")


def load(folder: Path, text: str) -> District:
    (folder / "district.toml").write_text(text, encoding="utf-8")
    return District.load(folder / "district.toml")
