"""The way in from PowerSchool, and the way out.

Every launch runs OpenID Connect anew, even when a session is alive: a family's or an office's computer is shared.
"""

from __future__ import annotations

import datetime
import re
import secrets
from collections.abc import Callable

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin import identity
from plugin.errors import BadRequest, Failure, NotFound, SignInRefused
from plugin.model import Persona
from plugin.pages.asking import asking, whence
from plugin.powerschool.sign_in import SignIn as OpenIdConnect
from plugin.reports import assessments
from plugin.reports.services import Services
from plugin.store.audit import Event
from plugin.store.launches import Launch as BegunLaunch
from plugin.store.launches import Launches, Wish
from plugin.store.sessions import Sessions

Clock = Callable[[], datetime.datetime]

#: Where the set-up page sends whoever has to type the password again before saving.
CONFIRM = "setup-confirm"

#: The pages that PowerSchool forwards to, and the persona to sign in with; the portal serves two and says which.
PERSONAS = {
    "score-reports-admin": Persona.STAFF,
    "score-reports-teacher": Persona.TEACHER,
    "score-reports-portal": None,
    "setup": Persona.STAFF,
    "new-reports": Persona.STAFF,
    "report-manager": Persona.STAFF,
    CONFIRM: Persona.STAFF,
}

#: The endpoints of the pages that are about no student.
OFFICE = {"setup": "setup", "new-reports": "new_reports", "report-manager": "report_manager"}


class Launch(MethodView):
    """Begin a sign-in. What to open afterwards is kept on our side, as a page's name and a number, never an address."""

    def __init__(self, connect: OpenIdConnect, launches: Launches, now: Clock) -> None:
        self._connect = connect
        self._launches = launches
        self._now = now

    def get(self, page: str) -> Response:
        if page not in PERSONAS:
            raise NotFound
        persona = PERSONAS[page] or _portal_persona()
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        browser = flask.session.setdefault("browser", secrets.token_urlsafe(32))
        max_age = int(identity.FRESH.total_seconds()) if page == CONFIRM else None
        address = self._connect.begin(persona, state=state, nonce=nonce, verifier=verifier, max_age=max_age)
        begun = BegunLaunch(page, persona, _wish(), nonce, verifier, _assessment())
        self._launches.begin(begun, state=state, browser=browser, now=self._now())
        return flask.redirect(address, 303)


class SignIn(MethodView):
    """PowerSchool's answer to a sign-in that this browser began; any other is refused and changes nothing.

    One that it did begin and that comes to nothing ends whatever session it had, since somebody else may sit here now.
    """

    def __init__(self, connect: OpenIdConnect, launches: Launches, sessions: Sessions, services: Services) -> None:
        self._connect = connect
        self._launches = launches
        self._sessions = sessions
        self._services = services

    def get(self) -> Response:
        begun = self._begun()
        try:
            self._finish(begun)
        except SignInRefused as refusal:
            identity.sign_out(self._sessions)
            self._services.audit.record(Event.REFUSED, self._services.now(), outcome=refusal.cause, **whence())
            raise
        except Failure:
            identity.sign_out(self._sessions)
            raise
        return flask.redirect(_target(begun), 303)

    def _begun(self) -> BegunLaunch:
        """Of those that nobody began only what happens to somebody is put on record: strangers could fill it."""
        state, browser = flask.request.args.get("state", ""), flask.session.get("browser", "")
        begun = self._launches.take(state, browser, self._services.now()) if state and browser else None
        if begun is None:
            if who := identity.somebody():
                self._services.record(Event.REFUSED, who, asking(), outcome=SignInRefused.cause)
            raise SignInRefused
        return begun

    def _finish(self, begun: BegunLaunch) -> None:
        code = flask.request.args.get("code", "")
        signed_in = self._connect.finish(begun.persona, code=code, nonce=begun.nonce, verifier=begun.verifier)
        self._services.record(Event.SIGN_IN, signed_in.viewer, asking())
        identity.sign_in(self._sessions, signed_in.viewer, signed_in.auth_time, self._services.now())


class SignOut(MethodView):
    def __init__(self, sessions: Sessions, services: Services) -> None:
        self._sessions = sessions
        self._services = services

    def post(self) -> Response:
        who = identity.somebody()
        identity.sign_out(self._sessions)  # before it is on record, which may fail: nobody must be kept in
        if who:
            self._services.record(Event.SIGN_OUT, who, asking())
        answer = flask.redirect(flask.url_for("signed_out"), 303)
        # Not "cookies": browsers would clear those of the district's other services on the same domain as well.
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


class SignedOut(MethodView):
    def get(self) -> str:
        return flask.render_template("signed_out.html")


def _portal_persona() -> Persona:
    asked = flask.request.args.get("persona", "")
    if asked not in {Persona.PARENT, Persona.STUDENT}:
        raise BadRequest
    return Persona(asked)


def _wish() -> Wish:
    """Which student the link names, and by which number: DCID behind PowerSchool's frn, ID in the portal."""
    frn = re.fullmatch(r"001([0-9]{1,10})", flask.request.args.get("frn", ""))
    own = re.fullmatch(r"[0-9]{1,10}", flask.request.args.get("student_id", ""))
    if frn:
        return Wish("dcid", int(frn[1]))
    return Wish("id", int(own[0])) if own else Wish()


def _assessment() -> str:
    """The assessment that a link on a language page asks for; nothing for one that nobody knows."""
    asked = flask.request.args.get("assessment", "")
    return asked if assessments.known(asked) else ""


def _target(begun: BegunLaunch) -> str:
    if begun.page in OFFICE:
        return flask.url_for(OFFICE[begun.page])
    if begun.page == CONFIRM:
        return flask.url_for("setup", confirmed=1)
    assessment = begun.assessment or None
    if begun.wish.kind == "dcid":
        return flask.url_for("score_reports", dcid=begun.wish.number, assessment=assessment)
    return flask.url_for("students", student_id=begun.wish.number, assessment=assessment)
