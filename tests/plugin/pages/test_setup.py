"""Electronic Reporting Communication Setup, over real HTTP: states, tests and saving, with nothing lost or let out."""

from __future__ import annotations

import datetime
import json

import pytest
import time_machine

from plugin import create_app
from plugin.config import from_environ
from plugin.model import PACIFIC
from sandbox.school import Switch

DISTRICT, CHARTER = "19999010000000", "19999010999003"
TOO_OLD = datetime.timedelta(minutes=5, seconds=2)


def today() -> datetime.date:
    return datetime.datetime.now(PACIFIC).date()


def day(ahead: int) -> str:
    return (today() + datetime.timedelta(days=ahead)).isoformat()


def issued(stage, cds: str = DISTRICT) -> dict[str, str]:
    newest = stage.state.credentials[cds]
    return {"user": newest.user, "secret": newest.secret}


@pytest.fixture
def saved(ask_database):
    """Version and last day of the district's set."""
    return lambda: ask_database("select version, expires_on from credentials where lea_cds = ?", DISTRICT)[0]


@pytest.fixture
def on_record(ask_database):
    def latest(number: int) -> list[tuple[object, ...]]:
        rows = ask_database("select event, outcome, lea_cds, change from audit order by id desc limit ?", number)
        return [(*row[:3], json.loads(row[3]) if row[3] else None) for row in reversed(rows)]

    return latest


# --- How a set stands ----------------------------------------------------------------------------------------


def test_a_card_for_each_lea_says_how_its_set_stands(stage, set_up):
    for cds, name in ((DISTRICT, "Poppy Valley Unified"), (CHARTER, "Redwood Bridge Charter")):
        card = set_up(cds=cds).card
        assert card.startswith(name)
        assert "Status" in card
        assert "Works" in card
        assert "on the command line" in card


def test_a_charter_without_a_set_is_told_that_it_uses_nobody_elses(dana, set_up, ask_database):
    ask_database("delete from credentials where lea_cds = ?", CHARTER)
    charter = set_up(cds=CHARTER)
    assert "None saved" in charter.card
    assert "never uses the district's" in charter.card
    assert "No state-issued credentials are saved for Redwood Bridge Charter" in charter.test().text


def test_a_set_that_no_key_opens_has_to_be_entered_again(stage, dana, ask_database):
    ask_database("update credentials set secret = x'00' where lea_cds = ?", DISTRICT)
    dana.visitor.open("/setup")
    assert "can't be opened with this service's keys" in dana.card
    assert "can't be opened with this service's keys" in dana.test().text
    dana.save(**issued(stage))
    assert "can't be opened" not in dana.card


def test_a_set_that_nobody_tried_says_so(stage, dana, set_up):
    stage.save_credentials(DISTRICT, *issued(stage).values(), "--untested")
    assert "Never tested" in set_up().card


@pytest.mark.parametrize(("ahead", "says"), [(14, "Ends in 14 days"), (1, "Ends in 1 day"), (0, "Ends today")])
def test_a_set_is_due_from_two_weeks_before_its_end(dana, ahead, says):
    dana.save(expires_on=day(ahead))
    assert says in dana.card


def test_a_set_that_has_ended_is_called_expired_and_is_not_tried(stage, dana):
    stage.expire_credentials(DISTRICT, day(-1))
    asked = len(stage.state.calls)
    dana.visitor.open("/setup")
    assert "Expired" in dana.card
    assert "expired on" in dana.test().text
    assert len(stage.state.calls) == asked


def test_a_set_that_somebody_replaced_is_called_so_after_a_test(stage, dana):
    stage.state.replace_credentials(DISTRICT)
    assert "The state refuses the saved set." in dana.test().text
    assert "Replaced by a newer set elsewhere" in dana.card


def test_after_three_refusals_the_saved_set_is_left_alone_and_a_new_one_is_not(stage, dana):
    stage.state.replace_credentials(DISTRICT)
    for _ in range(3):
        dana.test()
    asked = len(stage.state.calls)
    assert "Calls to the state are stopped" in dana.card
    assert "so it was not asked" in dana.test().text
    assert len(stage.state.calls) == asked
    assert "Works" in (dana.save(**issued(stage)) and dana.card)


def test_view_shows_states_and_dates_only(dana, set_up):
    dana.remind("lee@poppyvalley.example", "SEIS")
    principal = set_up("pat.principle")
    assert "Works" in principal.card
    assert "Expires on" in principal.card
    assert "on the command line" not in principal.page.text
    assert "poppyvalley.example" not in principal.page.response.text
    assert [one.attrib["action"] for one in principal.page.all("form")] == ["/sign-out"]


def test_without_a_mail_server_the_page_says_so(stage, dana):
    assert "No mail server" not in dana.page.text
    usual, stage.app = stage.app, create_app(from_environ(stage.environ | {"SMTP_HOST": ""}))
    try:
        assert "No mail server is set up" in dana.visitor.open("/setup").text
    finally:
        stage.app = usual


# --- Testing -------------------------------------------------------------------------------------------------


def test_a_test_tries_exactly_what_is_typed_and_saves_nothing(stage, dana, saved, on_record):
    before = saved()
    assert "The state refuses what you typed" in dana.test(user="sis-nobody", secret="x" * 20).text
    assert on_record(2) == [
        ("credentials_tested", "ok", DISTRICT, {"set": "typed"}),
        ("refused", "credentials_rejected", DISTRICT, None),
    ]
    assert "The state takes what you typed. Nothing is saved yet" in dana.test(**issued(stage)).text
    assert saved() == before


def test_with_nothing_typed_the_saved_set_is_tested(dana, on_record):
    assert "The state takes the saved set." in dana.test().text
    assert on_record(1) == [("credentials_tested", "ok", DISTRICT, {"set": "saved"})]


def test_a_state_that_does_not_answer_is_not_called_a_wrong_set(stage, dana):
    stage.state.settings.faults = {"token_503": None}
    page = dana.test(**issued(stage))
    assert "The state could not be asked" in page.text
    assert "The state refuses what you typed" not in page.text


def test_what_was_typed_is_kept_and_never_shown(stage, dana):
    typed = {"user": "sis-nobody", "secret": "aB3dE6gH9jK2mN5pQ8s", "expires_on": day(50)}
    page = dana.test(**typed)
    assert "Kept from before: 10 characters" in page.text
    assert "Kept from before: 19 characters" in page.text
    assert "Keys that are known of have 20 characters" in page.text
    assert not [text for text in (typed["user"], typed["secret"]) if text in page.response.text]
    assert dana.shown() | {"csrf_token": "", "version": ""} == {
        "csrf_token": "",
        "version": "",
        "user": "",
        "secret": "",
        "expires_on": typed["expires_on"],
    }
    page = dana.visitor.open("/setup")
    assert "Kept from before: 19 characters" in page.text
    assert "What you had typed is discarded" in dana.discard().text
    assert "Kept from before" not in dana.page.text


def test_what_one_typed_is_kept_for_nobody_else_and_for_no_other_lea(dana, set_up):
    dana.test(user="sis-nobody", secret="x" * 20)
    assert "Kept from before" not in set_up("lee.coordinado").page.text
    assert "Kept from before" not in set_up(cds=CHARTER).card


def test_a_key_in_the_field_for_the_day_is_not_shown_again(dana, ask_database):
    page = dana.save(user="sis-nobody", secret="x" * 20, expires_on="aB3dE6gH9jK2mN5pQ8sT")
    assert page.status == 422
    assert "This is not a day" in page.text
    assert "aB3dE6gH9jK2mN5pQ8sT" not in page.response.text
    assert ask_database("select expires_on from drafts") == [("",)]


# --- Saving --------------------------------------------------------------------------------------------------


def test_a_set_that_works_is_saved_and_known_to_work(stage, dana, saved, on_record):
    version = saved()[0]
    page = dana.save(**issued(stage), expires_on=day(300))
    assert page.status == 200
    assert "Saved." in dana.card
    assert "Works" in dana.card
    assert "by dana.overlook" in dana.card
    assert "Kept from before" not in page.text
    assert saved() == (version + 1, day(300))
    assert on_record(1) == [
        ("credentials_saved", "ok", DISTRICT, {"set": "new", "state": "accepted", "last day": day(300)})
    ]


def test_without_a_day_a_set_lasts_for_the_lifetime_that_is_set(stage, dana, saved):
    dana.save(**issued(stage))
    assert saved()[1] == day(90)
    usual, stage.app = stage.app, create_app(from_environ(stage.environ | {"CREDENTIALS_LIFETIME_DAYS": "365"}))
    try:
        dana.save(**issued(stage))
    finally:
        stage.app = usual
    assert saved()[1] == day(365)


def test_only_a_day_changes_the_day_and_asks_nobody(stage, dana, saved):
    asked = len(stage.state.calls)
    dana.save(expires_on=day(200))
    assert saved()[1] == day(200)
    assert len(stage.state.calls) == asked
    assert "Works" in dana.card


def test_a_day_may_be_written_as_in_california(dana, saved):
    dana.save(expires_on=(today() + datetime.timedelta(days=60)).strftime("%m/%d/%Y"))
    assert saved()[1] == day(60)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (day(-1), "This day is over"),
        (day(732), "more than two years ahead"),
        ("2027-02-30", "This is not a day"),
        ("soon", "This is not a day"),
    ],
)
def test_a_wrong_day_is_named_and_nothing_is_saved(stage, dana, saved, typed, says):
    before = saved()
    page = dana.save(**issued(stage), expires_on=typed)
    assert page.status == 422
    assert says in page.text
    assert saved() == before
    assert "Kept from before: 20 characters" in page.text


def test_a_set_that_is_refused_leaves_the_saved_one_unless_somebody_insists(dana, saved):
    before = saved()
    page = dana.save(user="sis-nobody", secret="x" * 20)
    assert page.status == 422
    assert "Nothing is saved, and the saved set stays as it is" in page.text
    assert "Save although the state refuses this set" in page.text
    assert saved() == before
    dana.save(although="yes")
    assert saved()[0] == before[0] + 1
    assert "Rejected" in dana.card


def test_a_set_can_be_saved_while_the_state_is_down(stage, dana, saved):
    before = saved()
    stage.state.settings.faults = {"token_503": None}
    assert "Save although the state could not be asked" in dana.save(**issued(stage)).text
    assert saved() == before
    dana.save(although="yes")
    assert saved()[0] == before[0] + 1
    assert "Never tested" in dana.card


def test_the_box_is_not_there_before_something_was_refused(dana):
    assert "Save although" not in dana.page.text


@pytest.mark.parametrize("insisting", [{}, {"although": "yes"}])
def test_another_leas_set_is_never_saved(stage, dana, saved, insisting):
    before = saved()
    page = dana.save(**issued(stage, CHARTER), **insisting)
    assert "it belongs to another LEA" in page.text
    assert saved() == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Nothing is typed"),
        ({"user": "sis-nobody"}, "Type the secret key as well"),
        ({"secret": "x" * 20}, "Type the user name as well"),
    ],
)
def test_half_a_set_is_named(dana, typed, says):
    assert says in dana.save(**typed).text


def test_what_pasting_added_is_taken_away_and_a_second_press_saves(stage, dana, saved):
    version = saved()[0]
    spoilt = {name: f"\N{NO-BREAK SPACE}{text} " for name, text in issued(stage).items()}
    page = dana.save(**spoilt)
    assert page.status == 422
    assert "no-break space (U+00A0)" in page.text
    assert "Choose the button once more" in page.text
    assert "Kept from before: 20 characters" in page.text
    assert saved()[0] == version
    dana.save()
    assert saved()[0] == version + 1


def test_what_nobody_can_mend_has_to_be_typed_again(stage, dana):
    typed = issued(stage)
    page = dana.save(user=typed["user"], secret=f"“{typed['secret']}”")
    assert "left double quotation mark" in page.text
    assert "Look at what is marked below" in page.text
    assert f"Kept from before: {len(typed['user'])} characters" in page.text
    assert "Saved." in (dana.save(secret=typed["secret"]) and dana.card)


def test_of_two_who_save_at_once_the_second_is_told_and_loses_nothing(stage, dana, set_up, saved, on_record):
    lee = set_up("lee.coordinado")
    dana.save(expires_on=day(200))
    asked = len(stage.state.calls)
    page = lee.save(**issued(stage), expires_on=day(100))
    assert page.status == 409
    assert "dana.overlook saved another set or another last day on" in page.text
    assert len(stage.state.calls) == asked
    assert saved()[1] == day(200)
    assert on_record(2) == [
        ("credentials_saved", "ok", DISTRICT, {"set": "as before", "last day": day(200)}),
        ("refused", "credentials_saved_meanwhile", DISTRICT, None),
    ]
    lee.save()
    assert saved()[1] == day(100)


def test_a_button_that_is_pressed_twice_saves_once(stage, dana, saved, on_record):
    version, form = saved()[0], dana.page
    for _ in range(2):
        dana.visitor.page = form
        assert "Saved." in dana.save(**issued(stage), expires_on=day(100)).text
    assert saved() == (version + 1, day(100))
    assert [event for event, *_ in on_record(2)] == ["credentials_tested", "credentials_saved"]


def test_who_is_overtaken_between_the_record_and_the_save_changes_nothing(dana, ask_database, saved, on_record):
    ask_database(
        "create trigger overtake after insert on audit when new.event = 'credentials_saved' begin "
        "update credentials set version = version + 1, saved_by = 'lee' where lea_cds = new.lea_cds; end"
    )
    try:
        page = dana.save(expires_on=day(100))
    finally:
        ask_database("drop trigger overtake")
    assert page.status == 409
    assert "lee saved another set" in page.text
    assert saved()[1] != day(100)
    assert on_record(1) == [("refused", "credentials_saved_meanwhile", DISTRICT, None)]


def test_without_a_record_nothing_is_tried_and_nothing_saved(stage, dana, ask_database, saved):
    before, asked = saved(), len(stage.state.calls)
    ask_database("create trigger full before insert on audit begin select raise(abort, 'disk full'); end")
    try:
        assert dana.save(**issued(stage)).status == 503
    finally:
        ask_database("drop trigger full")
    assert (saved(), len(stage.state.calls)) == (before, asked)


@pytest.mark.parametrize("version", ["", "-1", "x", "²", "9" * 30])
def test_a_version_that_is_none_is_somebody_elses(dana, saved, version):
    before = saved()
    assert dana.save(expires_on=day(100), version=version).status == 409
    assert saved() == before


def test_nor_is_there_a_page_without_words_where_nothing_was_saved_before(stage, dana, ask_database):
    ask_database("delete from credentials where lea_cds = ?", DISTRICT)
    for page in (dana.save(**issued(stage)), dana.remind("a@x.example", version="7")):
        assert page.status == 409
        assert "This form is not the newest" in page.text


def test_the_record_holds_nothing_of_a_set(stage, dana, ask_database):
    dana.test(user="sis-nobody", secret="CANARY-CANARY-CANARY")
    dana.save(**issued(stage))
    rows = str(ask_database("select * from audit"))
    assert not [text for text in ("sis-nobody", "CANARY", *issued(stage).values()) if text in rows]


# --- A fresh sign-in -----------------------------------------------------------------------------------------


def test_whoever_signed_in_too_long_ago_confirms_first_and_loses_nothing(stage, dana, saved):
    before, asked, forms, last = saved(), len(stage.state.calls), dana.page, day(100)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOO_OLD):
        dana.visitor.page = forms
        page = dana.save(**issued(stage), expires_on=last)
        assert page.status == 403
        assert "Confirm first that it is you: what you typed is kept" in page.text
        assert "Save" not in [one.text for one in page.all("button")]
        assert (saved(), len(stage.state.calls)) == (before, asked)
        dana.visitor.click("Confirm that it is you")
        page = dana.visitor.send("Sign In", username="dana.overlook", password="let-me-look")
        assert "Kept from before: 20 characters" in page.text
        dana.save()
    assert saved()[1] == last


@pytest.mark.parametrize(
    ("lack", "says"),
    [
        (Switch.OLD_AUTH_TIME, "PowerSchool let you in without asking for your password. Sign out of PowerSchool"),
        (Switch.NO_AUTH_TIME, "turn the question off with the setting STEP_UP=0"),
    ],
)
def test_a_confirmation_in_vain_says_what_to_do(stage, dana, lack, says):
    stage.school.switch(lack)
    try:
        with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOO_OLD):
            assert says not in dana.visitor.open("/setup").text
            page = dana.visitor.click("Confirm that it is you")
            if lack is Switch.NO_AUTH_TIME:
                page = dana.visitor.send("Sign In", username="dana.overlook", password="let-me-look")
            assert says in page.text
            assert "User Name" not in page.text
    finally:
        stage.school.switch(lack, 0)
