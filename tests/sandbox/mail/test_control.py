"""What people and tests see of the mails, and change."""

import html5lib
import pytest


def page(session, catcher, path="/"):
    answer = session.get(catcher.url + path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.content)
    assert tree.findtext("head/title") == tree.findtext(".//h1")
    return tree


def test_the_list_has_the_newest_mail_first(catcher, send, session) -> None:
    assert "There is none so far." in session.get(catcher.url).text
    send("one")
    send("two")
    links = page(session, catcher).findall(".//td/a")
    assert [(link.text, link.get("href")) for link in links] == [("two", "/mails/2"), ("one", "/mails/1")]


def test_a_mail_is_shown_as_text_and_as_html_that_can_do_nothing(catcher, send, session) -> None:
    html = '<p title="it\'s">Plain</p><script>alert(1)</script>'
    send('<b>"Due"</b>', "In 14 days & <soon>", html)
    tree = page(session, catcher, "/mails/1")
    assert tree.findtext(".//h1") == '<b>"Due"</b>'
    assert tree.findtext(".//pre").strip() == "In 14 days & <soon>"
    [frame] = tree.findall(".//iframe")
    assert frame.get("sandbox") == ""
    assert frame.get("srcdoc").strip() == html
    assert tree.find(".//script") is None


def test_a_mail_without_html_has_no_frame(catcher, send, session) -> None:
    send("plain")
    assert page(session, catcher, "/mails/1").find(".//iframe") is None


def test_an_unknown_mail_is_not_found(catcher, session) -> None:
    assert session.get(f"{catcher.url}/mails/7").status_code == 404


def test_programs_read_the_same(catcher, send, session) -> None:
    send("one", "text", "<p>html</p>")
    [mail] = session.get(f"{catcher.url}/sandbox/mails.json").json()["mails"]
    assert (mail["number"], mail["subject"], mail["message_id"]) == (1, "one", "<1@district.example>")
    assert (mail["sender"], mail["recipients"]) == ("reports@district.example", ["casey@district.example"])
    assert (mail["text"].strip(), mail["html"].strip()) == ("text", "<p>html</p>")


def change(session, catcher, wanted, **headers):
    headers = {"X-Sandbox-Token": catcher.admin_token} | headers
    return session.post(f"{catcher.url}/sandbox/settings", json=wanted, headers=headers)


def test_faults_are_switched_on_and_off(catcher, session) -> None:
    wanted = {"faults": {"busy": 2, "wrong_password": True}}
    assert change(session, catcher, wanted).json() == wanted
    assert catcher.faults == {"busy": 2, "wrong_password": None}
    assert session.get(f"{catcher.url}/sandbox/settings").json() == wanted
    assert "busy (2), wrong_password (always)" in " ".join("".join(page(session, catcher).itertext()).split())
    assert change(session, catcher, {"faults": {}}).json() == {"faults": {}}


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (None, "The settings must be one JSON object"),
        ([], "The settings must be one JSON object"),
        ({}, "The settings must be one JSON object"),
        ({"faults": {}, "pace": 1}, "The settings must be one JSON object"),
        ({"faults": ["busy"]}, "faults must be an object"),
        ({"faults": {"nonsense": 1}}, "There is no fault 'nonsense'."),
        ({"faults": {"busy": -1}}, "The fault 'busy' must count calls, or be true for all."),
    ],
)
def test_what_can_not_be_taken_over_gets_400_and_a_sentence(catcher, session, wanted, sentence) -> None:
    catcher.faults["drop"] = 1
    answer = change(session, catcher, wanted)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert catcher.faults == {"drop": 1}


def test_what_is_nested_too_deep_gets_400(catcher, session) -> None:
    headers = {"X-Sandbox-Token": catcher.admin_token}
    assert session.post(f"{catcher.url}/sandbox/settings", data="[" * 100_000, headers=headers).status_code == 400


def test_changes_want_the_token_and_no_foreign_host(catcher, session) -> None:
    wanted = {"faults": {"busy": 1}}
    assert change(session, catcher, wanted, **{"X-Sandbox-Token": "guess"}).status_code == 403
    assert change(session, catcher, wanted, Host="evil.example").status_code == 400
    assert session.get(catcher.url, headers={"Host": "evil.example"}).status_code == 400
    assert not catcher.faults


def test_the_page_does_not_tell_the_token(catcher, session) -> None:
    assert catcher.admin_token not in session.get(catcher.url).text
