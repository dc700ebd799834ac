"""Whom to remind about credentials, and which other systems share them: typed on the set-up page."""

from __future__ import annotations

import datetime
import json

import pytest
import time_machine

DISTRICT = "19999010000000"


@pytest.fixture
def noted(ask_database):
    def load() -> tuple[list[str], str]:
        rows = ask_database("select addresses, other_systems from contacts where lea_cds = ?", DISTRICT)
        return (json.loads(rows[0][0]), rows[0][1]) if rows else ([], "")

    return load


def test_addresses_and_the_note_are_saved_and_shown(dana, noted):
    page = dana.remind("lee@poppyvalley.example\r\n\r\n it@poppyvalley.example ", "SEIS  and\nCERS")
    assert page.status == 200
    assert "Saved whom to remind." in page.text
    assert noted() == (["lee@poppyvalley.example", "it@poppyvalley.example"], "SEIS and CERS")
    shown = dana.shown("/contacts")
    assert shown["addresses"] == "lee@poppyvalley.example\nit@poppyvalley.example"
    assert shown["other_systems"] == "SEIS and CERS"
    assert "Nobody is reminded" not in dana.card


def test_an_address_book_may_put_commas_between_and_name_one_twice(dana, noted):
    dana.remind("a@x.example, b@x.example; A@X.example")
    assert noted()[0] == ["A@X.example", "b@x.example"]


@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@b",
        "a b@x.example",
        "a@b@x.example",
        "a..b@x.example",
        "@x.example",
        "a@",
        "a@x..example",
        "a(c)@x.example",
        "Lee <lee@x.example>",
        "a@[127.0.0.1]",
        "a@x.example\x00",
        "<b>bold</b>@x.example",
        "a" * 250 + "@x.example",
    ],
)
def test_what_is_no_address_is_named_and_nothing_typed_is_lost(dana, noted, address):
    page = dana.remind(f"good@x.example\n{address}", "SEIS")
    assert page.status == 422
    assert "This is not an e-mail address: " in page.text
    assert noted() == ([], "")
    assert dana.shown("/contacts")["other_systems"] == "SEIS"
    assert "good@x.example" in dana.shown("/contacts")["addresses"]


def test_each_fault_is_named_at_once(dana):
    text = dana.remind("one\ntwo\nlé@x.example\n" + "\n".join(f"n{n}@x.example" for n in range(20)), "x" * 501).text
    assert "not an e-mail address: one." in text
    assert "not an e-mail address: two." in text
    assert "letters that many mail servers don't take: lé@x.example" in text
    assert "more than 20 addresses" in text
    assert "longer than 500 characters" in text


def test_twenty_addresses_are_taken(dana, noted):
    dana.remind("\n".join(f"n{n}@x.example" for n in range(20)))
    assert len(noted()[0]) == 20


def test_of_two_who_change_them_the_second_is_told_and_loses_nothing(dana, set_up, noted):
    lee = set_up("lee.coordinado")
    dana.remind("dana@x.example")
    page = lee.remind("lee@x.example")
    assert page.status == 409
    assert "dana.overlook changed whom to remind on" in page.text
    assert noted()[0] == ["dana@x.example"]
    assert lee.shown("/contacts")["addresses"] == "lee@x.example"
    lee.remind("lee@x.example")
    assert noted()[0] == ["lee@x.example"]


def test_what_is_saved_already_is_neither_saved_nor_recorded_again(dana, ask_database):
    dana.remind("a@x.example")
    recorded = ask_database("select count(*) from audit")
    dana.remind("a@x.example")
    assert ask_database("select count(*) from audit") == recorded


def test_the_record_counts_addresses_and_names_none(dana, ask_database):
    dana.remind("canary@x.example", "Canary system")
    [(change,)] = ask_database("select change from audit order by id desc limit 1")
    assert json.loads(change) == {"addresses": "0 → 1", "other systems": "changed"}
    assert "canary" not in str(ask_database("select * from audit")).lower()


def test_without_a_fresh_sign_in_they_are_kept_for_later(dana, noted):
    forms = dana.page
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5, seconds=2)):
        dana.visitor.page = forms
        assert dana.remind("a@x.example").status == 403
        assert noted() == ([], "")
        dana.visitor.click("Confirm that it is you")
        dana.visitor.send("Sign In", username="dana.overlook", password="let-me-look")
        assert dana.shown("/contacts")["addresses"] == "a@x.example"


def test_mails_are_counted_and_listed(stage, dana, ask_database):
    dana.remind("a@x.example")
    states = ["sent", "sent", "sending", "waiting", "unknown", "refused", "withdrawn"]
    for number, state in enumerate(states):
        ask_database(
            "insert into mails (message_id, kind, lea_cds, version, since, recipient, made_at, state, attempts, "
            "doubts, outcome, language) "
            "values (?, 'due-14', ?, 1, '2026-01-01', x'00', '2026-01-01', ?, 1, 0, 'said so', '')",
            str(number),
            DISTRICT,
            state,
        )
    page = dana.visitor.open("/setup")
    assert "Mails: 2 sent, 2 waiting, 1 unknown, 1 refused" in page.text
    assert ["Ends in 14 days", "", "Sent", "said so"] == page.table()[1][1:]
