"""Pages in the reader's language: how it is chosen, kept and written, and that nothing stays in English."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import flask
import pytest
import requests
import time_machine
from flask.sessions import SecureCookieSessionInterface
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.pages import locale
from sandbox.school import Switch
from sandbox.stage import Stage
from tests.pseudo import pseudo_instead_of_english
from tests.visitor import Page, Visitor

MENU = ["English", "Español", "Tiếng Việt", "繁體中文", "Filipino", "한국어", "العربية"]
TAGS = ["en", "es", "vi", "zh-Hant", "fil", "ko", "ar"]
NOON = datetime.datetime(2026, 11, 22, 21, 30, tzinfo=datetime.UTC)


@pytest.fixture
def stranger(stage: Stage) -> Visitor:
    return Visitor(stage.url)


@pytest.fixture
def parent(somebody) -> Visitor:
    return somebody("parent", "lucia.ejemplo")


def language(page: Page) -> tuple[str, str]:
    return page.all("html")[0].attrib["lang"], page.all("html")[0].attrib["dir"]


def asks_for(visitor: Visitor, languages: str) -> Visitor:
    visitor.session.headers["Accept-Language"] = languages
    return visitor


def score_reports(visitor: Visitor, **query: str) -> Page:
    return visitor.launch("score-reports-portal", persona="parent", **query)


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,en;q=0.9", "en"),
        ("hy,ko;q=0.7,en;q=0.3", "ko"),
        ("vi;q=0.2,ar-EG;q=0.9", "ar"),
        ("zh-TW", "zh-Hant"),
        ("zh-CN,zh;q=0.9", "zh-Hant"),
        ("yue-HK", "zh-Hant"),
        ("tl-PH", "fil"),
        ("ES", "es"),
        ("es;q=0,vi", "vi"),
        ("*", "en"),
        ("hy,ru", "en"),
        ("", "en"),
    ],
)
def test_the_browser_says_which_language_comes_first(stage, stranger, header, tag):
    page = asks_for(stranger, header).open(f"{stage.url}/signed-out")
    assert language(page)[0] == tag


@pytest.mark.parametrize(
    "header",
    [
        "es;q=wide",
        "es;q=1e999,en",
        "es;q=-1",
        ",,;;==,",
        "../../../../etc/passwd",
        "es_US/../ar",
        "en\x00es",
        "<script>alert(1)</script>",
        "es-" + "x" * 5000,
        ",".join(f"x{n};q=0.5" for n in range(600)),
        "%(name)s",
        "¿qué?",
    ],
)
def test_a_hostile_header_gets_a_page_all_the_same(stage, header):
    with stage.app.test_client() as client:
        answer = client.get("/signed-out", base_url=stage.url, headers={"Accept-Language": header})
    assert answer.status_code == 200
    assert re.search('<html lang="(en|es)" dir="ltr"', answer.text)


@settings(max_examples=30, deadline=None)
@given(header=st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60))
def test_no_header_at_all_breaks_the_choice(header):
    app = flask.Flask(__name__)
    app.secret_key = "made-up"
    with app.test_request_context(environ_overrides={"HTTP_ACCEPT_LANGUAGE": header}):
        assert locale.asked_for().tag in TAGS


def test_the_menu_names_every_language_in_itself_and_marks_the_one_in_use(stage, stranger):
    page = asks_for(stranger, "ko").open(f"{stage.url}/signed-out")
    links = [one for one in page.all("a") if "hreflang" in one.attrib]
    assert [link.text for link in links] == MENU
    assert [link.attrib["lang"] for link in links] == TAGS
    assert [link.attrib["lang"] for link in links if link.attrib.get("aria-current")] == ["ko"]


@pytest.mark.parametrize("path", ["/signed-out", "/setup", "/nowhere", "/sign-in?state=none&code=none"])
def test_a_stranger_changes_the_language_on_any_page_and_stays_there(stage, stranger, path):
    status = stranger.open(stage.url + path).status
    page = stranger.click("العربية")
    assert page.url.startswith(stage.url + path.partition("?")[0])
    assert (page.status, language(page)) == (status, ("ar", "rtl"))


def test_what_is_chosen_counts_more_than_the_browser_and_lasts(stage, stranger):
    asks_for(stranger, "vi").open(f"{stage.url}/signed-out")
    stranger.click("Español")
    assert language(stranger.open(f"{stage.url}/nowhere"))[0] == "es"
    stranger.click("English")
    assert language(stranger.open(f"{stage.url}/nowhere"))[0] == "en"


@pytest.mark.parametrize("nonsense", ["xx", "", "../es", "%00", "e" * 3000, "en&language=es"])
def test_a_language_that_nobody_offered_changes_nothing(stage, stranger, nonsense):
    stranger.open(f"{stage.url}/signed-out?language=fil")
    assert language(stranger.open(f"{stage.url}/signed-out?language={nonsense}"))[0] in {"fil", "en"}
    assert "<html lang" in stranger.page.response.text


def test_the_choice_made_before_signing_in_survives_it_and_the_sign_out(stage, parent):
    parent.open(f"{stage.url}/signed-out?language=vi")
    assert language(score_reports(parent))[0] == "vi"
    assert language(parent.send("Lấy phiếu"))[0] == "vi"
    page = parent.send("Đăng xuất")
    assert page.url == f"{stage.url}/signed-out"
    assert language(page)[0] == "vi"


def test_the_choice_is_kept_in_the_session_cookie_and_nowhere_else(stage, stranger):
    stranger.open(f"{stage.url}/signed-out?language=ko")
    [cookie] = stranger.session.cookies
    kept = SecureCookieSessionInterface().get_signing_serializer(stage.app).loads(cookie.value)
    assert kept == {"language": "ko"}


@pytest.mark.parametrize(
    ("persona", "username", "door"),
    [("staff", "dana.overlook", "score-reports-admin"), ("teacher", "noor.bothways", "score-reports-teacher")],
)
def test_staff_and_teachers_read_english_whatever_was_chosen(stage, somebody, persona, username, door):
    visitor = asks_for(somebody(persona, username), "es")
    visitor.open(f"{stage.url}/signed-out?language=ar")
    rowan = next(one for one in stage.district.pupils if one.first == "Rowan")
    page = visitor.launch(door, frn=f"001{rowan.dcid}")
    assert (page.status, language(page)) == (200, ("en", "ltr"))
    assert not [one for one in page.all("a") if "hreflang" in one.attrib]


@pytest.mark.parametrize(
    ("tag", "moment", "clock"),
    [
        ("en", "November 22, 2026, 1:30 PM", "1:30 PM"),
        ("es", "22 de noviembre de 2026, 1:30 p.m.", "1:30 p.m."),
        ("vi", "13:30 22 tháng 11, 2026", "13:30"),
        ("zh-Hant", "2026年11月22日 下午1:30", "下午1:30"),
        ("fil", "Nobyembre 22, 2026, 1:30 pm", "1:30 pm"),
        ("ko", "2026년 11월 22일 오후 1:30", "오후 1:30"),
        ("ar", "22 نوفمبر 2026، 1:30 م", "1:30 م"),
    ],
)
def test_days_and_times_are_californian_and_written_as_the_reader_writes_them(stage, tag, moment, clock):
    with stage.app.test_request_context(headers={"Accept-Language": tag}):
        assert plain(locale.moment(NOON)) == moment
        assert plain(locale.clock(NOON)) == clock


def plain(text: str) -> str:
    """Without the spaces that don't break."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


def test_what_the_state_calls_a_test_is_never_taken_for_html(stage):
    with stage.app.test_request_context():
        shown = flask.render_template_string("{{ name|translated }}", name="<b>100% sure</b> & (x)s")
    assert shown == "&lt;b&gt;100% sure&lt;/b&gt; &amp; (x)s"


@pytest.mark.parametrize(("chosen", "first"), [("es", "Español"), ("en", "English"), ("ko", "English")])
def test_reports_in_the_readers_language_come_first_and_english_is_always_there(stage, parent, chosen, first):
    score_reports(parent, language=chosen)
    mateo = parent.click("Mateo Ejemplo")
    post(parent, mateo)
    rows = [row for row in parent.page.all("tr") if "Español" in "".join(row.itertext())]
    assert rows
    for row in rows:
        languages = ["".join(link.itertext()) for link in row.iter("a")]
        assert first in languages[0]
        assert any("English" in words for words in languages)


def post(visitor: Visitor, page: Page) -> Page:
    """Get Report, whatever its button is called."""
    form = next(one for one in page.all("form") if one.attrib.get("class") == "asking")
    [button] = list(form.iter("button"))
    return visitor.send("".join(button.itertext()))


# --- Nothing stays in English -------------------------------------------------------------------------------

See = Callable[[Stage, Callable[[str, str], Visitor]], Page]


def asked(username: str, name: str) -> See:
    def see(_stage: Stage, somebody: Callable[[str, str], Visitor]) -> Page:
        visitor = somebody("parent", username)
        score_reports(visitor)
        return post(visitor, visitor.click(name))

    return see


def at(path: str) -> See:
    return lambda stage, _: Visitor(stage.url).open(stage.url + path)


def too_late(stage: Stage, somebody: Callable[[str, str], Visitor]) -> Page:
    visitor = somebody("parent", "lucia.ejemplo")
    score_reports(visitor)
    link = post(visitor, visitor.click("Mateo Ejemplo")).link("PDF")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=29, seconds=30)):
        visitor.open(visitor.page.url)
        assert english(visitor.page, stage) == []
        return visitor.open(link)


def without_school_system(stage: Stage, somebody: Callable[[str, str], Visitor]) -> Page:
    visitor = somebody("parent", "lucia.ejemplo")
    page = score_reports(visitor)
    stage.school.switch(Switch.DOWN)
    try:
        return post(visitor, page)
    finally:
        stage.school.switch(Switch.DOWN, 0)


SEEN: dict[str, tuple[See, int]] = {
    "results": (asked("lucia.ejemplo", "Mateo Ejemplo"), 200),
    "no results": (asked("jordan.trialworth", "Fern Trialworth"), 200),
    "a fault of the state": (asked("jordan.trialworth", "Linden Trialworth"), 200),
    "no SSID": (asked("casey.mockridge", "Hazel Mockridge"), 200),
    "SSID unknown": (asked("casey.mockridge", "Jasper Mockridge"), 200),
    "another district's": (asked("casey.mockridge", "Reed Mockridge"), 200),
    "a blocked release": (asked("garam.yesi", "Haneul Yesi"), 200),
    "an expired link": (too_late, 410),
    "no school system": (without_school_system, 503),
    "signed out": (at("/signed-out"), 200),
    "not signed in": (at("/setup"), 401),
    "sign-in refused": (at("/sign-in?state=none&code=none"), 403),
    "not there": (at("/nowhere"), 404),
    "another method": (at("/sign-out"), 405),
}


@pytest.mark.parametrize(("see", "status"), SEEN.values(), ids=SEEN)
def test_no_word_on_a_familys_page_stays_in_english(stage, somebody, see, status):
    with pseudo_instead_of_english(stage):
        page = see(stage, somebody)
    assert page.status == status
    assert english(page, stage) == []


def test_what_stays_in_english_would_be_seen(stage):
    assert "signed" in english(at("/signed-out")(stage, None), stage)


def test_an_unexpected_failure_speaks_the_readers_language_too(stage, monkeypatch):
    monkeypatch.setitem(stage.app.view_functions, "signed_out", lambda: 1 / 0)
    with pseudo_instead_of_english(stage):
        assert english(Page(requests.get(f"{stage.url}/signed-out", timeout=30)), stage) == []
    page = Page(requests.get(f"{stage.url}/signed-out", headers={"Accept-Language": "ar"}, timeout=30))
    assert (page.status, language(page)) == (500, ("ar", "rtl"))


def english(page: Page, stage: Stage) -> list[str]:
    """The words outside of ⟦ and ⟧ that are no names, no other languages' and no numbers."""
    text = readable(page.all("html")[0])
    while "⟦" in text:
        text = re.sub("⟦[^⟦⟧]*⟧", "", text)
    people = (*stage.district.pupils, *stage.district.guardians)
    names = {part for one in people for part in (one.first, one.last)} | {one.name for one in stage.district.schools}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return [word for word in re.findall(r"[^\W\d_]{2,}", re.sub("[0-9a-f]{16}", "", text)) if word != "PDF"]


def readable(element: Element) -> str:
    own = "" if element.tag != "html" and "lang" in element.attrib else (element.text or "")
    return own + "".join(map(readable, element)) + (element.tail or "")
