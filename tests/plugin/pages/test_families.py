"""Score Reports as parents and students meet it: whose reports, in which words, and what the office is left with."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import requests
import time_machine

from plugin.district import District
from plugin.model import PACIFIC
from plugin.reports import business_days
from sandbox.district import Pupil
from sandbox.stage import ROOT, Stage
from tests.visitor import Page, Visitor

NOT_THERE = "There is no student on your account today"

Changing = Callable[..., None]


def pupil(stage: Stage, name: str) -> Pupil:
    return next(one for one in stage.district.pupils if f"{one.first} {one.last}" == name)


def come(visitor: Visitor, persona: str = "parent", student: Pupil | None = None, **more: str) -> Page:
    wish = {"student_id": student.id} if student else {}
    return visitor.launch("score-reports-portal", persona=persona, **wish, **more)


def tabs(page: Page) -> list[str]:
    [links] = [one for one in page.all("ul") if one.attrib.get("class") == "tabs"] or [[]]
    return ["".join(item.itertext()).strip() for item in links]


def follow_ups(stage: Stage) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as connection:
        return connection.execute("select student_dcid, due_on, closed_by from follow_ups order by id").fetchall()


@pytest.fixture
def changing(stage: Stage) -> Iterator[Changing]:
    """Changes PowerSchool for one test: a statement, the values for it, and the statement that takes it back."""
    undo: list[tuple[str, tuple[str, ...]]] = []

    def change(statement: str, back: str, *values: str) -> None:
        undo.append((back, values))
        stage.school.execute(statement, values)
        stage.pass_a_minute()

    yield change
    for back, values in undo:
        stage.school.execute(back, values)
    stage.pass_a_minute()


@pytest.fixture
def no_follow_ups(stage: Stage) -> Iterator[None]:
    yield
    with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as connection:
        connection.execute("delete from follow_ups")
        connection.commit()


# --- Whose reports ----------------------------------------------------------------------------------------


def test_the_way_from_the_portal_to_the_pdf(stage, somebody):
    parent = somebody("parent", "alex.sampleton")
    parent.click("Score Reports")
    page = parent.click("Open Score Reports")
    assert tabs(page) == ["Juniper Sampleton", "Rowan Sampleton", "Wren Sampleton"]
    parent.ask()
    pdf = requests.get(parent.view("View: English PDF").headers["Location"], timeout=30)
    assert pdf.content.startswith(b"%PDF-")


def test_every_child_is_a_tab_and_the_one_chosen_in_the_portal_is_open(stage, somebody):
    parent = somebody("parent", "alex.sampleton")
    rowan = pupil(stage, "Rowan Sampleton")
    page = come(parent, student=rowan)
    assert page.url.endswith(f"/students/{rowan.dcid}/score-reports")
    [current] = [one for one in page.all("a") if one.attrib.get("aria-current") == "page"]
    assert "".join(current.itertext()) == "Rowan Sampleton"
    assert parent.click("Wren Sampleton").url.endswith(f"/students/{pupil(stage, 'Wren Sampleton').dcid}/score-reports")


@pytest.mark.parametrize(
    ("username", "children"),
    [
        ("lucia.ejemplo", ["Inés", "Mateo"]),
        ("tomas.muestra", ["Inés", "Mateo"]),
        ("thao.vidu", ["Lan", "Minh"]),
        ("hung.mau", ["Lan"]),
        ("tala.halimbawa", ["Ligaya"]),
        ("quinn.pretendle", ["Willow", "Ash", "Briar"]),
        ("duc.mau", []),
        ("qing.lizi", []),
        ("suet.laizi", []),
        ("danbi.yesi", []),
    ],
    ids=[
        "one of divorced parents",
        "and the other, under another name",
        "the mother",
        "a stepfather who sees one of two",
        "not the legal guardian",
        "not custodial",
        "without data access",
        "from next week on",
        "until yesterday",
        "a contact record that is not active",
    ],
)
def test_a_parents_account_opens_what_the_school_lets_it_open(stage, somebody, username, children):
    parent = somebody("parent", username)
    page = come(parent)
    assert page.status == (200 if children else 404)
    assert (NOT_THERE in page.text) == (not children)
    [adult] = [one for one in stage.district.guardians if one.account and one.account.username == username]
    family = {contact.pupil_dcid for contact in adult.contacts}
    tried = [one for one in stage.district.pupils if one.dcid in family or one.last in {"Sampleton", "Pretendle"}]
    opened = [one.first for one in tried if parent.open(f"/students/{one.dcid}/score-reports").status == 200]
    assert opened == children


@pytest.mark.parametrize(
    ("username", "days", "status"),
    [("qing.lizi", 6, 404), ("qing.lizi", 7, 200), ("suet.laizi", -1, 200), ("suet.laizi", 0, 404)],
)
def test_the_dates_of_the_contact_record_count_to_the_day(stage, somebody, username, days, status):
    day = stage.district.today + datetime.timedelta(days=days)
    noon = datetime.datetime.combine(day, datetime.time(12), PACIFIC)
    stage.pass_a_minute()
    with time_machine.travel(noon):
        assert come(somebody("parent", username)).status == status


def test_a_parent_of_nobody_gets_a_clear_page(somebody):
    page = come(somebody("parent", "duc.mau"))
    assert NOT_THERE in page.text
    assert "ask the school office" in page.text
    assert "on paper" in page.text


def test_an_account_on_no_contact_record_keeps_its_access(stage, somebody, changing):
    turn = """update studentcontactassoc set personid = -personid
              where abs(personid) in (select id from person where firstname = ? and lastname = ?)"""
    changing(turn, turn, "Alex", "Sampleton")
    assert len(tabs(come(somebody("parent", "alex.sampleton")))) == 3


RIGHTS = """
    update u_contact_rights set educational_rights = {} where studentcontactdetailid in (
        select d.studentcontactdetailid from studentcontactdetail d
        join studentcontactassoc a on a.studentcontactassocid = d.studentcontactassocid
        join person p on p.id = a.personid join students s on s.dcid = a.studentdcid
        where p.firstname = ? and s.first_name = ? and s.last_name = ?)
"""


def test_a_contact_record_that_says_no_to_educational_rights_opens_nothing(stage, somebody, changing):
    changing(RIGHTS.format("'N'"), RIGHTS.format("'Y'"), "Tomás", "Mateo", "Ejemplo")
    assert [one.split()[0] for one in tabs(come(somebody("parent", "lucia.ejemplo")))] == ["Inés", "Mateo"]
    father = somebody("parent", "tomas.muestra")
    assert tabs(come(father)) == []
    assert "Inés Ejemplo" in father.page.text
    assert father.open(f"/students/{pupil(stage, 'Mateo Ejemplo').dcid}/score-reports").status == 404


def test_rights_that_cannot_be_read_close_the_page_and_the_office_is_told(stage, somebody, administrator):
    column = "U_CONTACT_RIGHTS.EDUCATIONAL_RIGHTS"
    stage.school.refuse_column(column)
    stage.pass_a_minute()
    try:
        assert NOT_THERE in come(somebody("parent", "alex.sampleton")).text
        juniper = pupil(stage, "Juniper Sampleton")
        page = administrator.launch("score-reports-admin", frn=f"001{juniper.dcid}")
        assert "does not let this service read the field of educational rights" in page.text
    finally:
        stage.school.refuse_column(column, refused=False)
        stage.pass_a_minute()


def test_a_student_sees_the_own_record_and_no_other(stage, somebody):
    rowan = pupil(stage, "Rowan Sampleton")
    student = somebody("student", rowan.username)
    page = come(student, "student", rowan)
    assert page.url.endswith(f"/students/{rowan.dcid}/score-reports")
    assert tabs(page) == []
    sister = pupil(stage, "Juniper Sampleton")
    assert student.open(f"/students/{sister.dcid}/score-reports").status == 404
    assert come(student, "student", sister).status == 404


# --- In which words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "name", "says"),
    [
        ("casey.mockridge", "Hazel Mockridge", "Please ask the school office. Nothing is wrong with your account."),
        (
            "casey.mockridge",
            "Jasper Mockridge",
            "Please ask the school office to check the student's state number.",
        ),
        (
            "casey.mockridge",
            "Reed Mockridge",
            "not yet recorded the move to this school. Please try again in a few days.",
        ),
        ("jordan.trialworth", "Fern Trialworth", "Most results come out between the end of May and August"),
        ("jordan.trialworth", "Linden Trialworth", "Please try again later. Your reports are safe."),
        ("jordan.trialworth", "Clover Trialworth", "Please try again later. Your reports are safe."),
        ("garam.yesi", "Haneul Yesi", "The school will give you the report another way. Please ask the school office."),
        (
            "salma.mithal",
            "Nūr Mithāl",
            "The school will give you the report another way. Please ask the school office.",
        ),
    ],
)
@pytest.mark.usefixtures("no_follow_ups")
def test_what_can_go_wrong_is_told_to_a_parent_in_plain_words(stage, somebody, username, name, says):
    parent = somebody("parent", username)
    come(parent, student=pupil(stage, name))
    assert_plain(parent.ask(), says)


@pytest.mark.parametrize(
    ("asked", "says", "not_this"),
    [
        ({}, "tests begin in grade 3.", "finds the older ones"),
        ({"assessment": "01"}, "finds the older ones. Most state tests begin in grade 3.", "View:"),
        ({"assessment": "elpac"}, "finds the older ones.", "begin in grade 3"),
        ({"assessment": "22", "year": ""}, "finds the older ones.", "begin in grade 3"),
    ],
)
def test_who_finds_nothing_reads_only_what_may_be_the_reason(stage, somebody, asked, says, not_this):
    parent = somebody("parent", "jordan.trialworth")
    come(parent, student=pupil(stage, "Fern Trialworth"))
    page = parent.ask(**asked)
    assert says in page.text
    assert not_this not in page.text


@pytest.mark.parametrize("fault", ["500", "not_json", "foreign_link"])
def test_a_fault_of_the_state_is_told_to_a_student_in_plain_words(stage, somebody, fault):
    rowan = pupil(stage, "Rowan Sampleton")
    student = somebody("student", rowan.username)
    come(student, "student")
    stage.state.settings.faults[fault] = None
    try:
        assert_plain(student.ask(), "Please try again later.")
    finally:
        stage.state.settings.faults.clear()


def test_credentials_are_no_matter_of_families(stage, somebody):
    lea, issued = stage.district.cds, stage.state.credentials[stage.district.cds]
    parent = somebody("parent", "alex.sampleton")
    come(parent)
    try:
        stage.expire_credentials(lea, "2026-01-31")
        page = parent.ask()
    finally:
        stage.save_credentials(lea, issued.user, issued.secret, "--untested")
    assert_plain(page, "The school office knows. Please try again later. Nothing is wrong with your account.")
    assert "expire" not in page.text


def assert_plain(page: Page, says: str) -> None:
    assert page.status == 200
    assert says in page.text
    assert "View:" not in page.text
    found = [word for word in ("authorized", "credential", "Cause:", "Request number", "SSID:") if word in page.text]
    assert not found


def test_families_read_what_the_report_is_where_to_learn_more_and_whom_to_ask(somebody, administrator, stage):
    page = come(somebody("parent", "alex.sampleton"))
    assert "A score report tells how a student did on a state test" in page.text
    assert page.link("CAASPP score reports") == "https://ca.startingsmarter.org/"
    assert page.link("ELPAC score reports") == "https://elpac.startingsmarter.org/"
    assert "Ask the school office for a copy on paper" in page.text
    office = administrator.launch("score-reports-admin", frn=f"001{pupil(stage, 'Juniper Sampleton').dcid}")
    assert "Starting Smarter" not in office.text


def test_the_language_of_the_page_comes_first_and_english_stays(stage, somebody):
    parent = somebody("parent", "lucia.ejemplo")
    parent.session.headers["Accept-Language"] = "es-MX,es;q=0.9"
    page = come(parent, student=pupil(stage, "Mateo Ejemplo"))
    token = next(one.attrib["value"] for one in page.all("input") if one.attrib.get("name") == "csrf_token")
    answer = parent.session.post(page.url, data={"csrf_token": token, "assessment": "", "year": ""})
    for row in Page(answer).table()[1:]:
        assert 0 <= row[-1].find("Español") < row[-1].find("English")


# --- A link on a language page ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "persona", "username"),
    [
        ("portal", "parent", "lucia.ejemplo"),
        ("admin", "staff", "lee.coordinado"),
        ("teacher", "teacher", "vic.twohats"),
    ],
)
def test_a_link_for_elpac_ends_on_the_results(stage, somebody, page, persona, username):
    visitor, mateo = somebody(persona, username), pupil(stage, "Mateo Ejemplo")
    who = {"persona": persona, "student_id": mateo.id} if page == "portal" else {"frn": f"001{mateo.dcid}"}
    asked = len(stage.state.calls)
    shown = visitor.launch(f"score-reports-{page}", assessment="elpac", **who)
    chosen = [option.attrib["value"] for option in shown.all("option") if "selected" in option.attrib]
    assert chosen[0] == "elpac"
    tests = {row[0] for row in shown.table()[1:]}
    assert tests
    assert all("ELPAC" in test for test in tests)
    assert len(stage.state.calls) > asked
    asked = len(stage.state.calls)
    visitor.open(f"/students/{mateo.dcid}/score-reports?assessment=elpac")
    assert len(stage.state.calls) == asked


@pytest.mark.parametrize("ahead", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_asks_the_state_nothing(stage, somebody, ahead):
    parent, mateo = somebody("parent", "tomas.muestra"), pupil(stage, "Mateo Ejemplo")
    come(parent)
    asked, link = len(stage.state.calls), f"{stage.url}/students/{mateo.dcid}/score-reports?assessment=elpac"
    assert parent.session.get(link, headers=ahead, allow_redirects=False).status_code == 200
    assert parent.session.head(link, allow_redirects=False).status_code == 200
    assert len(stage.state.calls) == asked


@pytest.mark.parametrize("nonsense", ["", "99", "ELPAC", "elpac&x=1", "https://evil.example", "<script>"])
def test_an_assessment_that_nobody_knows_opens_the_page_as_usual(stage, somebody, nonsense):
    parent = somebody("parent", "alex.sampleton")
    asked = len(stage.state.calls)
    page = come(parent, assessment=nonsense)
    assert page.status == 200
    assert "script" not in page.url
    assert len(stage.state.calls) == asked


# --- What the office is left with -------------------------------------------------------------------------


@pytest.mark.usefixtures("no_follow_ups")
def test_a_family_that_asks_for_blocked_reports_leaves_the_office_one_thing_to_do(stage, somebody, administrator):
    haneul = pupil(stage, "Haneul Yesi")
    parent = somebody("parent", "garam.yesi")
    come(parent, student=haneul)
    assert follow_ups(stage) == []
    parent.ask()
    parent.ask(assessment="elpac")
    holidays = District.load(ROOT / "district.toml").holidays
    due = business_days.after(stage.services().today(), 5, holidays)
    assert follow_ups(stage) == [(haneul.dcid, due.isoformat(), None)]
    page = administrator.launch("score-reports-admin", frn=f"001{haneul.dcid}")
    assert "Release is blocked in PowerSchool" in page.text
    assert "A follow-up is open since" in page.text
    assert f"{due:%A, %B} {due.day}, {due.year}" in page.text
    closed = administrator.send("Mark as handed over")
    assert closed.status == 200
    assert "by dana.overlook." in closed.text
    assert "A follow-up is open" not in closed.text
    assert follow_ups(stage) == [(haneul.dcid, due.isoformat(), "dana.overlook")]


@pytest.mark.usefixtures("no_follow_ups")
def test_opening_and_closing_are_on_record(stage, somebody, administrator):
    haneul = pupil(stage, "Haneul Yesi")
    student = somebody("student", haneul.username)
    come(student, "student")
    student.ask()
    administrator.launch("score-reports-admin", frn=f"001{haneul.dcid}")
    administrator.send("Mark as handed over")
    with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as connection:
        sql = "select event, persona, lea_cds from audit where student_dcid = ? order by id desc limit 3"
        written = connection.execute(sql, [haneul.dcid]).fetchall()
    assert written[::-1] == [
        ("get_report", "student", stage.district.cds),
        ("follow_up_opened", "student", stage.district.cds),
        ("follow_up_closed", "staff", stage.district.cds),
    ]


@pytest.mark.usefixtures("no_follow_ups")
def test_pressed_a_second_time_the_button_closes_nothing_and_puts_nothing_on_record(stage, somebody, administrator):
    haneul = pupil(stage, "Haneul Yesi")
    parent = somebody("parent", "garam.yesi")
    come(parent, student=haneul)
    parent.ask()
    page = administrator.launch("score-reports-admin", frn=f"001{haneul.dcid}")
    form = page.form("Mark as handed over")
    before = closings(stage)
    for _ in range(2):
        assert administrator.send_form(form, f"{stage.url}/students/{haneul.dcid}/follow-up").status == 200
    assert closings(stage) == before + 1


@pytest.mark.usefixtures("no_follow_ups")
def test_a_teacher_who_asks_for_blocked_reports_opens_no_follow_up(stage, somebody):
    teacher = somebody("teacher", "toni.chalkwell")
    teacher.launch("score-reports-teacher", frn=f"001{pupil(stage, 'Haneul Yesi').dcid}")
    teacher.ask()
    assert follow_ups(stage) == []


@pytest.mark.parametrize(
    ("persona", "username", "page"),
    [("staff", "pat.principle", "admin"), ("teacher", "toni.chalkwell", "teacher"), ("parent", "garam.yesi", "portal")],
)
@pytest.mark.usefixtures("no_follow_ups")
def test_who_may_only_look_closes_nothing(stage, somebody, persona, username, page):
    haneul = pupil(stage, "Haneul Yesi")
    parent = somebody("parent", "garam.yesi")
    come(parent, student=haneul)
    parent.ask()
    visitor = somebody(persona, username)
    who = {"persona": "parent"} if page == "portal" else {"frn": f"001{haneul.dcid}"}
    shown = visitor.launch(f"score-reports-{page}", **who)
    assert "Mark as handed over" not in shown.text
    token = next(one.attrib["value"] for one in shown.all("input") if one.attrib.get("name") == "csrf_token")
    answer = visitor.session.post(f"{stage.url}/students/{haneul.dcid}/follow-up", data={"csrf_token": token})
    assert answer.status_code == 403
    assert follow_ups(stage)[0][2] is None


def closings(stage) -> int:
    with closing(sqlite3.connect(stage.environ["DATABASE_URL"].removeprefix("sqlite:///"))) as connection:
        [[count]] = connection.execute("select count(*) from audit where event = 'follow_up_closed'").fetchall()
    return count


def test_a_follow_up_of_a_student_out_of_reach_is_nothing_to_see(stage, administrator):
    page = administrator.launch("score-reports-admin", frn=f"001{pupil(stage, 'Haneul Yesi').dcid}")
    token = next(one.attrib["value"] for one in page.all("input") if one.attrib.get("name") == "csrf_token")
    for number, form, status in ((9999999, {"csrf_token": token}, 404), (pupil(stage, "Haneul Yesi").dcid, {}, 400)):
        answer = administrator.session.post(f"{stage.url}/students/{number}/follow-up", data=form)
        assert answer.status_code == status
