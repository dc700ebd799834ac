"""Dashboard: how far families know of a year's reports, in pictures drawn here, each beside the numbers in it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Self

import flask
from flask.views import MethodView
from flask_babel import format_date, get_locale, gettext
from werkzeug.datastructures import MultiDict

from plugin.model import Lea
from plugin.pages.asking import viewer
from plugin.pages.leas import chosen
from plugin.reports import due_dates, scope
from plugin.reports.languages import Language
from plugin.reports.manager import listing, pictures
from plugin.reports.manager.figures import AtSchool, Due, figures
from plugin.reports.services import Services

#: Rows that a picture has room for. Its table has them all.
DRAWN = 12
#: Characters of a name that a picture has room for on a phone.
SHORT = 30


@dataclass(frozen=True)
class Asked:
    """Which releases the address names. What it says wrongly counts as not said."""

    year: str
    program: str

    @classmethod
    def of(cls, said: MultiDict[str, str], years: list[str]) -> Self:
        year, program = said.get("year", ""), said.get("program", "")
        newest = next(iter(years), "")
        return cls(year if year in years else newest, program if program in due_dates.NAMES else "")


class Dashboard(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services.for_showing()

    def get(self, cds: str = "") -> str:
        return page(self._services, chosen(self._services, cds))


def page(services: Services, lea: Lea) -> str:
    years = listing.years(services, lea)
    asked = Asked.of(flask.request.args, years)
    reach = scope.reach(services.roster, viewer())
    shown, today = figures(services, reach, lea, asked.year, asked.program), services.today()
    return flask.render_template(
        "dashboard.html",
        lea=lea,
        leas=services.roster.leas(),
        years=years,
        programs=due_dates.NAMES,
        asked=asked,
        shown=shown,
        partly=reach is not None,
        curves=pictures.curves(shown.days) if shown.days else None,
        due=[(named_due(one, today), bar) for one, bar in zip(shown.due, shown.due_bars, strict=True)],
        by_school=[(named_school(one), one.count) for one in shown.schools],
        by_language=[(named_language(one.language), one.count) for one in shown.languages],
        pictures=pictures,
        drawn=DRAWN,
        short=SHORT,
        today=today,
    )


def named_due(one: Due, today: datetime.date) -> str:
    if one.before:
        return str(gettext("Before %(day)s", day=format_date(one.day, "MMMM d")))
    day = str(format_date(one.day, "EEEE, MMMM d"))
    return str(gettext("Today, %(day)s", day=day)) if one.day == today else day


def named_school(one: AtSchool) -> str:
    if not one.number:
        return str(gettext("Not known yet"))
    return one.name or str(gettext("School %(number)s", number=one.number))


def named_language(language: Language) -> str:
    """What the reader of the page calls a language; a code that we don't know, as it is."""
    known: dict[str, str] = get_locale().languages
    return known.get(language.tag.replace("-", "_"), language.name or str(gettext("Not recorded")))
