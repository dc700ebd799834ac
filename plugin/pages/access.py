"""Who may open what: a row for each page, a column for each group, account and persona."""

from __future__ import annotations

from collections.abc import Mapping

import flask
import flask_babel
from flask.views import MethodView
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from plugin.errors import BadRequest
from plugin.pages.asking import asking, viewer
from plugin.reports import access, granting
from plugin.reports.access import TITLES, Cell, Level, Page
from plugin.reports.granting import NoSuchFurtherAccount, NotSaved, Wish
from plugin.reports.services import Services

#: How the names of the form's fields begin: what the page showed, and what is chosen now.
SEEN, WANTED = "was/", "is/"
#: The fields for one account that has no column yet.
ACCOUNT, FURTHER = "account", "further/"


class Access(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services.for_showing()

    def get(self) -> str:
        now = access.standing(self._services.grants.load(), self._services.district)
        added = f"account:{flask.request.args.get(ACCOUNT, '')}"
        return page(
            self._services, Wish(now, now, confirmed=False), done=flask.request.args.get("done", ""), added=added
        )


class SaveAccess(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self) -> Response | tuple[str, int]:
        try:
            saved = granting.change(self._services, viewer(), read(flask.request.form), asking())
        except NotSaved as refusal:
            return page(self._services, refusal.again, refusal), 409
        account = flask.request.form.get(ACCOUNT, "").strip()
        done = flask.url_for("access", done="saved" if saved else "unchanged", account=account or None)
        return flask.redirect(done, 303)


def page(services: Services, form: Wish, refusal: NotSaved | None = None, *, done: str = "", added: str = "") -> str:
    groups = services.roster.all_groups()
    grantees = granting.columns(groups, form.seen, form.wanted)
    return flask.render_template(
        "access.html",
        pages=TITLES,
        headings={grantee: heading(grantee) for grantee in grantees},
        seen=form.seen,
        wanted=form.wanted,
        choices=access.choices,
        levels=level_names(),
        groups=groups,
        refusal=refusal,
        done=done,
        added=heading(added) if added in grantees else "",
        further=flask.request.form if isinstance(refusal, NoSuchFurtherAccount) else {},
        last_change=services.grants.last_change(),
    )


def level_names() -> dict[Level, str]:
    return {
        Level.NONE: flask_babel.gettext("No access"),
        Level.VIEW: flask_babel.gettext("View"),
        Level.FULL: flask_babel.gettext("Full"),
    }


def heading(grantee: str) -> str:
    kind, _colon, name = grantee.partition(":")
    personas = {
        "teacher": flask_babel.gettext("Teachers"),
        "parent": flask_babel.gettext("Parents"),
        "student": flask_babel.gettext("Students"),
    }
    if kind == "group":
        return str(flask_babel.gettext("Group %(number)s", number=name))
    return str(personas[name]) if kind == "persona" else name


def read(form: MultiDict[str, str]) -> Wish:
    """The form that was sent. BadRequest for one that is not ours, NoSuchFurtherAccount for one filled in half."""
    try:
        seen, wanted, further = (_cells(form, begins) for begins in (SEEN, WANTED, FURTHER))
    except ValueError:
        raise BadRequest from None
    if seen.keys() != wanted.keys():
        raise BadRequest
    wish = Wish(seen, wanted, confirmed=form.get("confirmed") == "yes")
    return _with_account(wish, form.get(ACCOUNT, "").strip(), {page_: level for (page_, _), level in further.items()})


def _with_account(wish: Wish, name: str, levels: Mapping[Page, Level]) -> Wish:
    """The wish with one more column, if the form names a further account."""
    grantee, chosen = f"account:{name}", any(level is not Level.NONE for level in levels.values())
    if not name and not chosen:
        return wish
    known = {one for _page, one in wish.seen}
    if not chosen or grantee in known or not access.choices(Page.ACCESS, grantee):
        raise NoSuchFurtherAccount(wish)
    added = {(page_, grantee): levels.get(page_, Level.NONE) for page_ in Page}
    return Wish(wish.seen | dict.fromkeys(added, Level.NONE), wish.wanted | added, wish.confirmed)


def _cells(form: MultiDict[str, str], begins: str) -> dict[Cell, Level]:
    """The fields of a kind, each there once and with a level that can stand there; else ValueError."""
    cells = {}
    for name, values in form.lists():
        if name.startswith(begins):
            page_name, _slash, grantee = name.removeprefix(begins).partition("/")
            [value] = values
            cell, level = (Page(page_name), grantee), Level(value)
            if begins != FURTHER and level not in access.choices(*cell):
                raise ValueError(name)
            cells[cell] = level
    return cells
