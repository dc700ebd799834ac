"""In which language, time and writing a page speaks.

Families, and strangers, read the language that they chose on a page, else the first that their browser asks for. Staff
and teachers read English. The choice is kept in the session's cookie and nowhere else.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import flask
import flask_babel
from babel import Locale
from babel.lists import format_list
from babel.support import NullTranslations
from markupsafe import Markup

from plugin import identity
from plugin.model import PACIFIC, Persona
from plugin.reports.grades import Label
from plugin.reports.languages import ENGLISH, ON_PAGES, SPANISH, Language, of_tag, on_pages

#: Where the words, dates and numbers of a language come from. California's Spanish writes 1:30 p.m., Spain's 13:30.
LOCALES = {language: language.tag.replace("-", "_") for language in ON_PAGES} | {SPANISH: "es_US"}


def speak(app: flask.Flask) -> None:
    """Set up Flask-Babel, hear what is chosen on a page, and give templates what needs a language."""
    flask_babel.Babel(app, locale_selector=_locale, timezone_selector=lambda: PACIFIC.key)
    _translate_templates(app)
    app.before_request(_remember)
    app.context_processor(_words)
    for filter_ in (moment, clock, translated, listed, isolated, grade_name, in_english):
        app.template_filter(filter_.__name__)(filter_)


def asked_for() -> Language:
    """What whoever asks chose, or what the browser prefers; nobody is asked who that is."""
    accepted = (tag for tag, quality in flask.request.accept_languages if quality > 0)
    chosen = flask.session.get("language", "")
    return next(filter(None, map(on_pages, (chosen, *accepted))), ENGLISH)


def _locale() -> str:
    return LOCALES[ENGLISH if _reads_english() else asked_for()]


def _reads_english() -> bool:
    viewer = identity.somebody()
    return viewer is not None and viewer.persona in {Persona.STAFF, Persona.TEACHER}


def _remember() -> None:
    if chosen := on_pages(flask.request.args.get("language", "")):
        flask.session["language"] = chosen.tag


def _words() -> dict[str, object]:
    return {"locale": of_page(), "languages": () if _reads_english() else ON_PAGES}


def _translate_templates(app: flask.Flask) -> None:
    """Like Flask-Babel, which looks for the page's catalogue anew at every text: a sixth of the page's time."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # comes with Jinja's i18n extension
        lambda text: _catalogue().ugettext(text),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )


def _catalogue() -> NullTranslations:
    """The texts of the page's language, found once for a page: a failure's page may speak another language than it."""
    locale = flask_babel.get_locale()
    known: tuple[Locale | None, NullTranslations] = flask.g.get("catalogue", (None, NullTranslations()))
    if known[0] is not locale:
        known = flask.g.catalogue = locale, flask_babel.get_translations()
    return known[1]


def of_page() -> dict[str, str]:
    """What a page says of its language: `lang` and `dir`."""
    locale = flask_babel.get_locale()
    return {"tag": of_tag(str(locale)).tag, "direction": locale.text_direction}


def moment(when: datetime.datetime) -> str:
    """Day and time in California, in the reader's way of writing them."""
    together = flask_babel.get_locale().datetime_formats["long"]
    return str(together).replace("'", "").format(clock(when), flask_babel.format_date(when, "long"))


def clock(when: datetime.datetime | datetime.time) -> str:
    """The time of day, with its half as people say it: what is short for Korean is English."""
    pattern = flask_babel.get_locale().time_formats["short"].pattern
    return str(flask_babel.format_time(when, pattern.replace("a", "aaaa")))


def translated(text: str) -> str:
    """A text that is marked elsewhere, or that came from the state and has no translation.

    Not `_()`, which in a template takes what it is given for HTML.
    """
    return _catalogue().ugettext(text) if text else ""  # of "", catalogues return their header


def listed(texts: Iterable[str]) -> str:
    """Some texts, translated, joined as a sentence joins them."""
    return format_list([translated(text) for text in texts], locale=flask_babel.get_locale())


def isolated(value: object) -> Markup:
    """A name or number inside of a sentence that may run the other way: without it, 2025-26 would turn into 26-2025."""
    return Markup("<bdi>{}</bdi>").format(value)


def grade_name(label: Label) -> str:
    """What a grade is called: a district's own name as it wrote it, ours in the reader's language."""
    return label.text if label.own else translated(label.text) % {"number": label.number}


def in_english(language: Language) -> str:
    """What English calls one of the languages that our pages speak."""
    return str(Locale.parse(LOCALES[language]).get_language_name(ENGLISH.tag))
