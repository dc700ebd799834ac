"""May they open this page. One table says which page an endpoint belongs to and what level it asks for.

Everything is closed unless it stands here; an endpoint in neither table keeps the service from starting. PowerSchool's
own page permissions hide our admin pages too, but they can't be read from outside: this table decides.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

import flask
import flask_login
import flask_principal

from plugin.district import District
from plugin.errors import BadRequest, Forbidden, NotSignedIn
from plugin.model import Persona, Viewer
from plugin.powerschool.roster import Roster


class Page(enum.StrEnum):
    SCORE_REPORTS = "score_reports"
    SETUP = "setup"


class Level(enum.StrEnum):
    """VIEW opens a page, FULL also changes what it keeps. FULL includes VIEW."""

    VIEW = "view"
    FULL = "full"


Grant = tuple[Page, Level]

#: Endpoint → the page it belongs to and the level that it asks for.
PAGES: dict[str, Grant] = {
    "students": (Page.SCORE_REPORTS, Level.VIEW),
    "score_reports": (Page.SCORE_REPORTS, Level.VIEW),
    "view_report": (Page.SCORE_REPORTS, Level.VIEW),
    "setup": (Page.SETUP, Level.VIEW),
}

#: Open to everybody: the way in, the way out, and whether we are alive.
PUBLIC = frozenset({"static", "launch", "sign_in", "sign_out", "signed_out", "live", "ready"})


def grants(viewer: Viewer, roster: Roster, district: District) -> Iterator[Grant]:
    """What this viewer may open. The staff persona includes clerks and counsellors, so staff need a group or a name."""
    if viewer.persona is not Persona.STAFF:
        yield Page.SCORE_REPORTS, Level.VIEW
        return
    groups = roster.staff_groups(viewer.account) or set()
    full = viewer.username in district.full_accounts or groups & district.full_groups
    if full or groups & district.view_groups:
        yield from ((page, Level.VIEW) for page in Page)
    if full:
        yield from ((page, Level.FULL) for page in Page)


def guard(app: flask.Flask, grants_of: Callable[[Viewer], Iterator[Grant]]) -> None:
    """Close the app: deny by default, ask at every request, and refuse to start on an endpoint without a rule."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    if endpoints != PAGES.keys() | PUBLIC:
        raise RuntimeError(f"not the same in the app and in security.py: {sorted(endpoints ^ (PAGES.keys() | PUBLIC))}")
    principal = flask_principal.Principal(app, use_sessions=False, skip_static=True)

    @principal.identity_loader
    def load() -> flask_principal.Identity | None:
        if flask.request.endpoint not in PAGES or not flask_login.current_user.is_authenticated:
            return None
        return flask_principal.Identity(flask_login.current_user.viewer.subject)

    @flask_principal.identity_loaded.connect_via(app)
    def provide(_app: flask.Flask, identity: flask_principal.Identity) -> None:
        if identity.id is not None:
            identity.provides.update(grants_of(flask_login.current_user.viewer))

    app.before_request(_check)


def _check() -> None:
    if flask.request.method == "POST" and flask.request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise BadRequest
    endpoint = flask.request.endpoint
    if endpoint is None or endpoint in PUBLIC:  # no endpoint: Flask itself answers 404 or 405
        return
    if not flask_login.current_user.is_authenticated:
        raise NotSignedIn
    # A permission without needs would allow everybody, so it is made from exactly one.
    if not flask.g.identity.can(flask_principal.Permission(PAGES[endpoint])):
        raise Forbidden
