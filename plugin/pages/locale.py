"""In which language and time a page speaks."""

from __future__ import annotations

import datetime

import flask
import flask_babel

from plugin.model import PACIFIC
from plugin.reports.grades import Label


def speak(app: flask.Flask) -> None:
    """Set up Flask-Babel and give templates the names that need a language."""
    flask_babel.Babel(app, locale_selector=lambda: "en", timezone_selector=lambda: PACIFIC.key)
    app.context_processor(_words)
    app.template_filter("moment")(_moment)
    app.template_filter("grade_name")(_grade_name)


def _words() -> dict[str, object]:
    locale = flask_babel.get_locale()
    return {"locale": {"tag": str(locale).replace("_", "-"), "direction": locale.text_direction}}


def _moment(when: datetime.datetime) -> str:
    """Day and time in California, in the reader's way of writing them."""
    return f"{flask_babel.format_date(when, 'long')}, {flask_babel.format_time(when, 'short')}"


def _grade_name(label: Label) -> str:
    """What a grade is called: a district's own name as it wrote it, ours in the reader's language."""
    return label.text if label.own else str(flask_babel.gettext(label.text, number=label.number))
