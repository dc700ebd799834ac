"""Every failure's page. Views raise; this module alone renders.

The texts stand in errors.py, one for each audience. The page of an unexpected failure asks nobody anything, so it
can't fail for the reason that brought us here.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

import flask
import flask_babel
import flask_login
import structlog
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from werkzeug.exceptions import HTTPException, SecurityError

from plugin import identity
from plugin.errors import AuditUnavailable, BadRequest, Failure, Forbidden, LinkExpired, NotFound
from plugin.model import Persona, Viewer
from plugin.pages import locale
from plugin.pages.answer import kept_answer
from plugin.pages.asking import asking
from plugin.reports.services import Services
from plugin.store.audit import Event

log = structlog.get_logger()

#: PowerSchool's first page for each persona, and the one for whoever is not signed in.
HOMES: dict[Persona | None, str] = {
    Persona.STAFF: "/admin/home.html",
    Persona.TEACHER: "/teachers/home.html",
    Persona.PARENT: "/guardian/home.html",
    Persona.STUDENT: "/guardian/home.html",
    None: "/public/home.html",
}


def explain(app: flask.Flask, services: Services, *, powerschool_url: str) -> None:
    """Number every request, and answer every failure with a page in words."""

    @app.before_request
    def number() -> None:
        flask.g.request_id = secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request=flask.g.request_id)

    app.teardown_request(lambda _: structlog.contextvars.clear_contextvars())
    app.context_processor(lambda: _around(identity.somebody(), powerschool_url))
    app.jinja_env.globals["advice"] = advice
    app.register_error_handler(LinkExpired, lambda failure: _expired(failure, services))
    app.register_error_handler(Forbidden, lambda failure: _forbidden(failure, services))
    app.register_error_handler(Failure, page)
    app.register_error_handler(CSRFError, lambda _: page(BadRequest()))
    app.register_error_handler(HTTPException, _of_the_framework)
    app.register_error_handler(SecurityError, lambda _: ("This is not the address of this service.\n", 400))
    # Outside of Flask's way to render, which asks who is signed in: that may be what failed.
    last_resort = app.jinja_env.get_template("unexpected.html")
    app.register_error_handler(Exception, lambda error: _unexpected(error, last_resort, powerschool_url + HOMES[None]))


def _around(viewer: Viewer | None, powerschool_url: str) -> dict[str, object]:
    """What every page says around its content: who is signed in, through what, and the way back there."""
    home = HOMES[viewer.persona if viewer else None]
    return {"viewer": viewer, "way_back": powerschool_url + home, "school_system": urlsplit(powerschool_url).hostname}


def advice(failure: Failure) -> str:
    """What the failure's page tells the person who is signed in; to a stranger, what it tells families."""
    viewer = identity.somebody()
    persona = viewer.persona if viewer else None
    audience: dict[Persona | None, str] = {Persona.STAFF: failure.administrator, Persona.TEACHER: failure.teacher}
    return str(flask_babel.gettext(audience.get(persona, failure.family), **failure.facts))


def page(failure: Failure, **more: object) -> tuple[str, int]:
    """The failure's page. Where the fault isn't the browser's, the log says the same under the same number."""
    if failure.status >= 500:
        log.error("failure", cause=failure.cause, kind=type(failure.__cause__ or failure).__name__, **failure.facts)
    return flask.render_template("message.html", failure=failure, request_id=flask.g.request_id, **more), failure.status


def _forbidden(failure: Forbidden, services: Services) -> tuple[str, int]:
    """A page that is closed to somebody who is signed in: on record, like every refusal."""
    try:
        services.record(Event.REFUSED, flask_login.current_user.viewer, asking(), outcome=failure.cause)
    except AuditUnavailable as unavailable:
        return page(unavailable)
    return page(failure)


def _expired(failure: LinkExpired, services: Services) -> tuple[str, int]:
    answer = kept_answer(services, flask_login.current_user.viewer, int(failure.facts["dcid"]))
    return page(failure, answer=answer)


def _of_the_framework(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    """Flask's own refusals: an address or a method that is not there, a form too large or broken."""
    if error.code is None or not 400 <= error.code < 500:
        return error
    text, _ = page(NotFound() if error.code == 404 else BadRequest())
    # What the status asks for in headers: a 405 has to say which methods there are (RFC 9110, 15.5.6).
    return text, error.code, {name: value for name, value in error.get_headers() if name != "Content-Type"}


def _unexpected(error: Exception, template: Template, way_back: str) -> tuple[str, int]:
    # The type and place of an unexpected failure are enough to find it; its text may hold anything.
    log.error("unexpected_failure", kind=type(error).__name__, place=_place(error))
    with flask_babel.force_locale(locale.LOCALES[locale.asked_for()]):
        words = {"failure": Failure, "locale": locale.of_page(), "way_back": way_back}
        return template.render(**words, request_id=flask.g.request_id), Failure.status


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""
