"""In which language and time a page speaks."""

from __future__ import annotations

import datetime

import flask
import flask_babel

from plugin.model import PACIFIC
from plugin.reports import grades


def speak(app: flask.Flask) -> None:
    """Set up Flask-Babel and give templates the names that need a language."""
    flask_babel.Babel(app, locale_selector=lambda: "en", timezone_selector=lambda: PACIFIC.key)
    app.context_processor(_words)
    app.template_filter("moment")(_moment)


def _words() -> dict[str, object]:
    locale = flask_babel.get_locale()
    return {
        "locale": {"tag": str(locale).replace("_", "-"), "direction": locale.text_direction},
        "grade_name": lambda number: _named(grades.built_in(number)),
        "assessed_grade_name": lambda code: _named(grades.assessed(code) or (code, 0)),
    }


def _moment(when: datetime.datetime) -> str:
    """Day and time in California, in the reader's way of writing them."""
    return f"{flask_babel.format_date(when, 'long')}, {flask_babel.format_time(when, 'short')}"


def _named(name: tuple[str, int]) -> str:
    text, number = name
    return str(flask_babel.gettext(text, number=number))
