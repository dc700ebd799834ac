"""The banner about credentials: for whoever may open the set-up page, on every page, and for nobody else."""

from __future__ import annotations

import datetime

import pytest

from plugin.model import PACIFIC

DISTRICT, CHARTER = "19999010000000", "19999010999003"


def day(ahead: int) -> str:
    return (datetime.datetime.now(PACIFIC).date() + datetime.timedelta(days=ahead)).isoformat()


def banner(page) -> str:
    return " ".join("".join(aside.itertext()) for aside in page.all("aside"))


def asked(office, dcid: int):
    office.launch("score-reports-admin", frn=f"001{dcid}")
    return office.ask()


@pytest.fixture
def rowan(stage) -> int:
    return next(one.dcid for one in stage.district.pupils if (one.first, one.last) == ("Rowan", "Sampleton"))


@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        (15, ""),
        (14, "credentials of Poppy Valley Unified end in 14 days"),
        (0, "credentials of Poppy Valley Unified end today"),
        (-1, "credentials of Poppy Valley Unified have expired"),
    ],
)
def test_it_is_there_from_two_weeks_before_the_end(stage, dana, ahead, says):
    stage.expire_credentials(DISTRICT, day(ahead))
    assert says in banner(dana.visitor.open("/setup"))
    assert bool(says) == bool(banner(dana.page))


def test_it_is_there_while_a_set_is_refused_and_gone_with_one_that_works(stage, dana):
    stage.state.replace_credentials(DISTRICT)
    assert "refuses the credentials of Poppy Valley Unified: somebody has made a newer set" in banner(dana.test())
    newest = stage.state.credentials[DISTRICT]
    assert banner(dana.save(user=newest.user, secret=newest.secret)) == ""


def test_it_is_there_while_a_set_cant_be_opened(stage, dana, ask_database):
    ask_database("update credentials set secret = x'00' where lea_cds = ?", DISTRICT)
    assert "credentials of Poppy Valley Unified can't be opened" in banner(dana.visitor.open("/access"))


def test_an_lea_without_a_set_is_named_from_when_a_family_asked_in_vain(stage, dana, somebody, ask_database):
    ask_database("delete from credentials where lea_cds = ?", CHARTER)
    ask_database("delete from trials where lea_cds = ?", CHARTER)
    child = next(one.dcid for one in stage.district.pupils if one.first == "Ka-yan")
    assert "No state-issued credentials are saved" in asked(somebody("staff", "dana.overlook"), child).text
    assert banner(dana.visitor.open("/setup")) == ""  # the charter may take no part, and staff read the cause
    parent = somebody("parent", "mankit.laizi")
    parent.launch("score-reports-portal", persona="parent")
    assert "The school office knows" in parent.ask().text
    assert "ask for reports of Redwood Bridge Charter since" in banner(dana.visitor.open("/setup"))
    assert dana.visitor.page.link("Electronic Reporting Communication Setup").endswith(f"/setup#lea-{CHARTER}")
    issued = stage.state.credentials[CHARTER]
    stage.save_credentials(CHARTER, issued.user, issued.secret)
    assert banner(dana.visitor.open("/setup")) == ""


def test_it_is_on_every_page_and_leads_to_the_card(stage, dana, rowan):
    stage.expire_credentials(DISTRICT, day(3))
    for address in (
        "/setup",
        "/access",
        "/grade-names",
        f"/students/{rowan}/score-reports",
        "/students/1/score-reports",
    ):
        page = dana.visitor.open(address)
        assert "end in 3 days" in banner(page)
    assert dana.visitor.page.link("Electronic Reporting Communication Setup").endswith(f"/setup#lea-{DISTRICT}")


def test_whoever_only_views_the_page_sees_it_and_others_never_do(stage, dana, set_up, somebody):
    stage.expire_credentials(DISTRICT, day(3))
    assert "end in 3 days" in banner(set_up("pat.principle").page)
    assert banner(set_up("kelly.clerkson").page) == ""
    parent = somebody("parent", "alex.sampleton")
    assert banner(parent.launch("score-reports-portal", persona="parent")) == ""


def test_where_it_cant_be_known_the_page_is_there_all_the_same(stage, dana, ask_database):
    ask_database("alter table trials rename to lost")
    try:
        assert dana.visitor.open("/access").status == 200
    finally:
        ask_database("alter table lost rename to trials")
