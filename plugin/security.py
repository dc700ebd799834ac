"""May they open this page. One table says which page an endpoint belongs to and what level it asks for.

Everything is closed unless it stands here; an endpoint in neither table keeps the service from starting. PowerSchool's
own page permissions hide our admin pages too, but they can't be read from outside: this table decides. Whom a page is
open to stands in our database; reports/access.py says what it means.
"""

from __future__ import annotations

import flask
import flask_login
import flask_principal

from plugin.errors import BadRequest, Forbidden, NotSignedIn
from plugin.reports import access
from plugin.reports.access import Grant, Level, Page
from plugin.reports.services import Services

#: Endpoint → the page it belongs to and the level that it asks for.
PAGES: dict[str, Grant] = {
    "students": (Page.SCORE_REPORTS, Level.VIEW),
    "score_reports": (Page.SCORE_REPORTS, Level.VIEW),
    "view_report": (Page.SCORE_REPORTS, Level.VIEW),
    "close_follow_up": (Page.SCORE_REPORTS, Level.FULL),
    "setup": (Page.SETUP, Level.VIEW),
    "test_credentials": (Page.SETUP, Level.FULL),
    "save_credentials": (Page.SETUP, Level.FULL),
    "save_contacts": (Page.SETUP, Level.FULL),
    "discard_draft": (Page.SETUP, Level.FULL),
    "grade_names": (Page.GRADE_NAMES, Level.VIEW),
    "export_grade_names": (Page.GRADE_NAMES, Level.VIEW),
    "save_grade_names": (Page.GRADE_NAMES, Level.FULL),
    "import_grade_names": (Page.GRADE_NAMES, Level.FULL),
    "report_manager": (Page.REPORT_MANAGER, Level.VIEW),
    "export_releases": (Page.REPORT_MANAGER, Level.VIEW),
    "handle_releases": (Page.REPORT_MANAGER, Level.FULL),
    "new_reports": (Page.NEW_REPORTS, Level.VIEW),
    "change_search": (Page.NEW_REPORTS, Level.FULL),
    "save_search_plan": (Page.NEW_REPORTS, Level.FULL),
    "notices": (Page.NEW_REPORTS, Level.VIEW),
    "notice_text": (Page.NEW_REPORTS, Level.VIEW),
    "save_notices": (Page.NEW_REPORTS, Level.FULL),
    "preview_notice_text": (Page.NEW_REPORTS, Level.FULL),
    "save_notice_text": (Page.NEW_REPORTS, Level.FULL),
    "restore_notice_text": (Page.NEW_REPORTS, Level.FULL),
    "dashboard": (Page.REPORT_MANAGER, Level.VIEW),
    "deadlines": (Page.REPORT_MANAGER, Level.VIEW),
    "export_calendar": (Page.REPORT_MANAGER, Level.VIEW),
    "import_calendar": (Page.REPORT_MANAGER, Level.FULL),
    "save_calendar": (Page.REPORT_MANAGER, Level.FULL),
    "save_receipts": (Page.REPORT_MANAGER, Level.FULL),
    "access": (Page.ACCESS, Level.VIEW),
    "save_access": (Page.ACCESS, Level.FULL),
}

#: Open to everybody: the way in, the way out, and whether we are alive.
PUBLIC = frozenset({"static", "launch", "sign_in", "sign_out", "signed_out", "live", "ready"})

#: What a GET hands out for good. Like every POST, it asks PowerSchool afresh who may; what only shows need not.
HANDS_OUT = frozenset({"view_report", "export_releases"})


def guard(app: flask.Flask, services: Services) -> None:
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
            known = services.for_showing() if _only_shows() else services
            identity.provides.update(access.granted(known, flask_login.current_user.viewer))

    app.before_request(_check)
    app.jinja_env.globals["may"] = may


def may(page: Page, level: Level) -> bool:
    """Whether whoever asks now has this level on this page."""
    # A permission without needs would allow everybody, and one of several any of them: so exactly one.
    return bool(flask.g.identity.can(flask_principal.Permission((page, level))))


def _check() -> None:
    if flask.request.method == "POST" and flask.request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise BadRequest
    endpoint = flask.request.endpoint
    if endpoint is None or endpoint in PUBLIC:  # no endpoint: Flask itself answers 404 or 405
        return
    if not flask_login.current_user.is_authenticated:
        raise NotSignedIn
    if not may(*PAGES[endpoint]):
        raise Forbidden


def _only_shows() -> bool:
    return flask.request.method in {"GET", "HEAD"} and flask.request.endpoint not in HANDS_OUT
