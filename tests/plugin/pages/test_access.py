"""Who may open what: first start, changing it, and what can't be changed, over real HTTP."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from requests.cookies import RequestsCookieJar

from sandbox.stage import Stage
from tests.visitor import Page, Visitor, words

DANA, LEE = "group:9", "group:11"
GROUP = "USERS.GROUPVALUE"

Opening = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def first_start(stage: Stage) -> Iterator[None]:
    yield
    stage.command("reset-access")
    stage.school.refuse_column(GROUP, refused=False)
    stage.pass_a_minute()


@pytest.fixture(scope="module")
def signed_in() -> dict[str, RequestsCookieJar]:
    """Who has come in by the launch of the setup page already."""
    return {}


@pytest.fixture
def opening(stage: Stage, somebody, signed_in: dict[str, RequestsCookieJar]) -> Opening:
    """Staff on a page of the service."""

    def opening(username: str, address: str = "/access") -> Visitor:
        if username not in signed_in:
            visitor = somebody("staff", username)
            visitor.launch("setup")
            signed_in[username] = visitor.session.cookies
        visitor = Visitor(stage.url, forbidden=stage.secrets)
        visitor.session.cookies.update(signed_in[username])
        visitor.open(address)
        return visitor

    return opening


@pytest.fixture
def dana(opening: Opening) -> Visitor:
    return opening("dana.overlook")


def level(page: Page, cell: str) -> str:
    """What is chosen in the form: `cell` is page/grantee."""
    [chooser] = [one for one in page.all("select") if one.attrib["name"] == f"is/{cell}"]
    [chosen] = [option.attrib["value"] for option in chooser if "selected" in option.attrib]
    return chosen


def columns(page: Page) -> list[str]:
    return page.table()[0]


def told(page: Page) -> list[str]:
    return [words(one) for one in page.all("p") if one.attrib.get("role") == "status"]


def audited(stage: Stage, event: str) -> list[dict[str, str]]:
    """What each audit row of an event says that changed."""
    with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("select change from audit where event = ? order by id", (event,)).fetchall()
    return [json.loads(change) if change else {} for (change,) in rows]


def test_the_page_has_a_row_for_each_page_and_a_column_for_each_group_and_persona(dana):
    assert [row[0] for row in dana.page.table()[1:]] == [
        "Score Reports",
        "Electronic Reporting Communication Setup",
        "Who may open what",
        "Grade names",
        "New reports",
        "Report manager",
    ]
    assert [name.partition(" ")[0] for name in columns(dana.page)] == ["Page"] + ["Group"] * 7 + [
        "Teachers",
        "Parents",
        "Students",
    ]
    assert columns(dana.page)[2] == "Group 9 1 account"


def test_the_setup_page_leads_there(dana):
    dana.open("/setup")
    assert dana.click("Who may open what").status == 200


def test_at_first_whom_the_district_named_has_full_and_other_staff_nothing(dana):
    assert "what the settings file (district.toml) says counts" in dana.page.text
    for page in ("score_reports", "setup", "access", "grade_names", "new_reports", "report_manager"):
        levels = [level(dana.page, f"{page}/group:{group}") for group in (2, 9, 10, 11, 12, 13, 14)]
        assert levels == ["none", "full", "view", "full", "view", "none", "none"]


def test_at_first_teachers_parents_and_students_view_their_own_page_and_can_have_no_other(dana):
    for persona in ("teacher", "parent", "student"):
        assert level(dana.page, f"score_reports/persona:{persona}") == "view"
    choosers = [one.attrib["name"] for one in dana.page.all("select") if "persona:" in one.attrib["name"]]
    assert len(choosers) == 3


def test_view_shows_and_cannot_save(stage, opening):
    pat = opening("pat.principle")
    assert pat.page.status == 200
    assert not pat.page.all("select")
    assert "Group 9: Full" in pat.page.table()[1]
    form = pat.page.form("Sign out")
    token = next(one.attrib["value"] for one in form.iter("input"))
    answer = pat.session.post(f"{stage.url}/access", data={"csrf_token": token, "is/setup/group:10": "full"})
    assert answer.status_code == 403


def test_staff_without_a_grant_see_nothing_of_it(opening):
    assert opening("kelly.clerkson").page.status == 403


@pytest.mark.parametrize(("door", "username"), [("parent", "alex.sampleton"), ("teacher", "emery.letterby")])
def test_families_and_teachers_see_nothing_of_it(somebody, door, username):
    visitor = somebody(door, username)
    visitor.launch(*{"parent": ["score-reports-portal"], "teacher": ["score-reports-teacher"]}[door], persona=door)
    assert visitor.open("/access").status == 403
    assert visitor.open("/setup").status == 403


def test_what_is_saved_counts_at_the_next_click(dana, opening):
    kelly = opening("kelly.clerkson", "/setup")
    assert kelly.page.status == 403
    dana.send("Save", **{"is/setup/group:13": "view"})
    assert kelly.open("/setup").status == 200
    dana.send("Save", **{"is/setup/group:13": "none"})
    assert kelly.open("/setup").status == 403


def test_a_persona_is_shut_out_and_let_in_again(stage, dana, somebody):
    parent = somebody("parent", "alex.sampleton")
    page = parent.launch("score-reports-portal", persona="parent")
    assert page.status == 200
    dana.send("Save", **{"is/score_reports/persona:parent": "none"})
    assert parent.open(page.url).status == 403
    dana.send("Save", **{"is/score_reports/persona:parent": "view"})
    assert parent.open(page.url).status == 200


def test_full_of_one_column_counts_with_view_of_another(dana, opening):
    dana.send("Save", **{"account": "corey.counselwell", "further/access": "full"})
    assert level(dana.page, "access/group:12") == "view"
    corey = opening("corey.counselwell")
    assert corey.send("Save", **{"is/setup/group:14": "view"}).status == 200


def test_after_the_first_save_the_page_says_by_whom(dana):
    page = dana.send("Save", **{"is/setup/group:13": "view"})
    assert "by dana.overlook" in page.text
    assert level(page, "setup/group:13") == "view"
    assert level(page, "setup/group:9") == "full"


def test_a_save_is_said(dana):
    assert told(dana.page) == []
    assert told(dana.send("Save", **{"is/setup/group:13": "view"})) == ["Saved."]
    page = dana.send("Save", **{"account": "kelly.clerkson", "further/setup": "view"})
    assert told(page) == ["Saved. kelly.clerkson has a column now."]
    assert columns(page)[1] == "kelly.clerkson"
    assert told(dana.send("Save")) == ["Nothing was changed, so nothing is saved."]


def test_an_account_that_an_address_made_up_is_not_said_to_have_a_column(dana):
    assert told(dana.open("/access?done=saved&account=nobody")) == ["Saved."]


def test_every_change_is_on_record_with_what_became_what(stage, dana):
    before = len(audited(stage, "access_changed"))
    dana.send("Save", **{"is/setup/group:13": "view", "is/grade_names/group:10": "none"})
    [change] = audited(stage, "access_changed")[before:]
    assert change == {"setup/group:13": "none → view", "grade_names/group:10": "view → none"}


def test_a_save_without_a_change_saves_and_records_nothing(stage, dana):
    before = audited(stage, "access_changed")
    assert "Nobody has saved this page yet" in dana.send("Save").text
    assert audited(stage, "access_changed") == before


def test_of_two_who_save_the_second_is_told_and_nothing_is_lost(stage, dana, opening):
    lee = opening("lee.coordinado")
    before = len(audited(stage, "access_changed"))
    dana.send("Save", **{"is/setup/group:13": "view"})
    page = lee.send("Save", **{"is/setup/group:14": "view", "account": "robin.headley", "further/setup": "full"})
    assert page.status == 409
    assert "Somebody else saved this page" in page.text
    assert len(audited(stage, "access_changed")) == before + 1
    assert [level(page, f"setup/group:{group}") for group in (13, 14)] == ["view", "view"]
    page = lee.send("Save")
    assert page.status == 200
    assert [level(page, f"setup/group:{group}") for group in (13, 14)] == ["view", "view"]
    assert level(page, "setup/account:robin.headley") == "full"


def test_the_last_who_can_change_the_page_cannot_be_shut_out(dana):
    page = dana.send("Save", **{"is/access/group:9": "view", "is/access/group:11": "none", "confirmed": "yes"})
    assert page.status == 409
    assert "nobody could change this page any more" in page.text
    assert level(dana.open("/access"), "access/group:9") == "full"


def test_a_group_that_nobody_is_in_does_not_count_as_somebody(stage, dana):
    stage.school.execute("update users set groupvalue = 13 where groupvalue = 11")
    try:
        assert dana.send("Save", **{"is/access/group:9": "none", "confirmed": "yes"}).status == 409
    finally:
        stage.school.execute("update users set groupvalue = 11 where last_name = 'Coordinado'")


def test_who_shuts_themselves_out_is_warned_first(dana):
    page = dana.send("Save", **{"is/access/group:9": "view"})
    assert page.status == 409
    assert "takes your own full access" in page.text
    assert level(page, "access/group:9") == "view"
    assert dana.send("Save", confirmed="").status == 409
    page = dana.send("Save", confirmed="yes")
    assert page.status == 200
    assert not page.all("select")


def test_a_further_account_gets_a_column_and_loses_it_with_its_last_access(dana, opening):
    page = dana.send("Save", **{"account": " kelly.clerkson ", "further/setup": "view"})
    assert "kelly.clerkson" in columns(page)
    assert opening("kelly.clerkson", "/setup").page.status == 200
    page = dana.send("Save", **{"is/setup/account:kelly.clerkson": "none"})
    assert "kelly.clerkson" not in columns(page)


def test_a_parent_who_is_called_like_an_account_has_no_part_in_its_access(dana, somebody):
    dana.send("Save", **{"account": "alex.sampleton", "further/setup": "full"})
    parent = somebody("parent", "alex.sampleton")
    parent.launch("score-reports-portal", persona="parent")
    assert parent.open("/setup").status == 403


@pytest.mark.parametrize(
    "further",
    [
        {"account": "kelly.clerkson"},
        {"further/setup": "view"},
        {"account": "a\u202eb", "further/setup": "view"},
        {"account": "a\x00b", "further/setup": "view"},
        {"account": "a\u200bb", "further/setup": "view"},
        {"account": "a" * 101, "further/setup": "view"},
        {"account": "ada\r\nSet-Cookie: x=1", "further/setup": "view"},
    ],
)
def test_a_further_account_that_is_filled_in_half_or_oddly_is_explained(dana, further):
    page = dana.send("Save", **further)
    assert page.status == 409
    assert "type one PowerSchool user name that has no column yet" in page.text
    assert "Nobody has saved this page yet" in dana.open("/access").text


def test_a_further_account_that_has_a_column_is_explained(dana):
    dana.send("Save", **{"account": "kelly.clerkson", "further/setup": "view"})
    page = dana.send("Save", **{"account": "kelly.clerkson", "further/setup": "full"})
    assert page.status == 409
    assert level(dana.open("/access"), "setup/account:kelly.clerkson") == "view"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"onmouseover="x', "{{7*7}}", "' OR 1=1--", "á/é:=ß"])
def test_an_account_with_an_odd_name_is_only_a_text(dana, name):
    page = dana.send("Save", **{"account": name, "further/setup": "view"})
    assert page.status == 200
    assert name in columns(page)
    assert level(page, f"setup/account:{name}") == "view"
    assert dana.send("Save", **{f"is/setup/account:{name}": "full"}).status == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"is/setup/group:9": ""},
        {"is/setup/group:9": "FULL"},
        {"is/setup/group:9": ["full", "none"]},
        {"is/setup/group:9": "f" * 60_000},
        {"is/nothing/group:9": "view"},
        {"is/setup/group:９": "view"},
        {"is/setup/group:" + "9" * 5000: "view"},
        {"is/setup/persona:parent": "view"},
        {"is/score_reports/persona:parent": "full"},
        {"is/score_reports/persona:staff": "view"},
        {"is/setup/group:99": "full"},
        {"is/": "view"},
        {"was/setup/group:9": "' OR 1=1--"},
        {"further/nothing": "view"},
        {"further/setup": "root"},
    ],
)
def test_a_form_that_is_not_ours_is_refused_in_words_and_changes_nothing(dana, fields):
    page = dana.send("Save", **fields)
    assert page.status == 400
    assert "We could not read this request" in page.text
    assert "Nobody has saved this page yet" in dana.open("/access").text


def test_a_form_without_any_of_its_fields_changes_nothing(stage, dana):
    token = next(one.attrib["value"] for one in dana.page.form("Save").iter("input"))
    answer = dana.session.post(f"{stage.url}/access", data={"csrf_token": token})
    assert answer.status_code in {400, 409}
    assert "Nobody has saved this page yet" in dana.open("/access").text


def test_where_powerschool_refuses_groups_the_page_says_so_and_takes_accounts(stage, dana, opening):
    dana.send("Save", **{"account": "dana.overlook", "further/access": "full", "further/setup": "view"})
    stage.school.refuse_column(GROUP)
    stage.pass_a_minute()
    dana = opening("dana.overlook")
    assert dana.page.status == 200
    assert "by their PowerSchool user names" in dana.send("Save", **{"is/access/group:12": "full"}).text
    assert opening("lee.coordinado").page.status == 403
    dana.send("Save", **{"account": "lee.coordinado", "further/access": "full"})
    assert opening("lee.coordinado").page.status == 200


def test_where_powerschool_refuses_groups_a_group_does_not_count_as_somebody(stage, dana, opening):
    dana.send("Save", **{"account": "dana.overlook", "further/access": "full"})
    stage.school.refuse_column(GROUP)
    dana = opening("dana.overlook")
    page = dana.send("Save", **{"is/access/account:dana.overlook": "none", "confirmed": "yes"})
    assert page.status == 409
    assert "nobody could change this page any more" in page.text


def test_who_runs_the_service_can_go_back_to_the_first_start(stage, dana):
    dana.send("Save", **{"is/setup/group:9": "none"})
    assert dana.open("/setup").status == 403
    stage.command("reset-access")
    assert dana.open("/setup").status == 200
    assert audited(stage, "access_changed")[-1] == {"everything": "as district.toml says"}
