"""The provider as a person's browser sees it: straight through when signed in, else by way of the sign-in page."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.school.openid.authorization import Authorization, Declined, NotOurs, read_authorization
from sandbox.school.openid.codes import Codes
from sandbox.school.openid.identity_token import Grant
from sandbox.school.people.accounts import PORTALS, Persona
from sandbox.school.people.sessions import Session
from sandbox.school.portals.doors import sign_in_address
from sandbox.school.school import School
from sandbox.school.switches import Switch


class Authorizing:
    """`_waiting` keeps what was asked while the person signs in."""

    def __init__(self, school: School, codes: Codes) -> None:
        self._client_id, self._manifest = school.client.id, school.archive.manifest
        self._sessions, self._switches, self._clock = school.sessions, school.switches, school.clock
        self._codes = codes
        self._waiting: dict[str, Authorization] = {}

    def blueprint(self) -> Blueprint:
        paths = Blueprint("authorizing", __name__, url_prefix="/oauth2")
        paths.add_url_rule("/authorize.action", "authorize", self.authorize)
        paths.add_url_rule("/resume.action", "resume", self.resume)
        paths.register_error_handler(NotOurs, _not_ours)
        paths.register_error_handler(Declined, _tell_the_client)
        return paths

    def authorize(self) -> Response | str:
        asked = read_authorization(request.args, self._client_id, self._manifest, self._clock())
        if asked.persona is not None:
            return self._go_on(asked, asked.persona)
        if "none" in asked.prompt:
            raise asked.decline("interaction_required")
        return self._choose_persona()

    def resume(self) -> Response:
        """Back from the sign-in page."""
        asked = self._waiting.get(request.args.get("request", ""))
        if asked is None or asked.persona is None:
            raise NotOurs
        return self._go_on(asked, asked.persona)

    def _go_on(self, asked: Authorization, persona: Persona) -> Response:
        session = self._sessions.find(PORTALS[persona], request.cookies)
        if session and session.account.persona == persona and self._recent_enough(asked, session):
            return self._pass(asked, session)
        if "none" in asked.prompt:
            raise asked.decline("login_required")
        ticket = secrets.token_urlsafe(12)
        self._waiting[ticket] = asked
        return redirect(sign_in_address(PORTALS[persona], f"/oauth2/resume.action?request={ticket}"))

    def _recent_enough(self, asked: Authorization, session: Session) -> bool:
        return Switch.OLD_AUTH_TIME in self._switches or asked.satisfied_by(session, self._clock())

    def _pass(self, asked: Authorization, session: Session) -> Response:
        grant = Grant(session.account, asked.client_id, asked.nonce, session.signed_in_at)
        code = self._codes.issue(grant, None if Switch.NO_PKCE in self._switches else asked.challenge)
        return _back(asked.redirect_uri, {"code": code, "state": asked.state})

    def _choose_persona(self) -> str:
        query = request.args.to_dict()
        personas = [persona for persona in PORTALS if persona in self._manifest.personas]
        links = {persona: urlencode({**query, "_persona": persona}) for persona in personas}
        return render_template("choose_persona.html", links=links)


def _back(redirect_uri: str, answer: dict[str, str | None]) -> Response:
    return redirect(f"{redirect_uri}?{urlencode({name: value for name, value in answer.items() if value is not None})}")


def _not_ours(_: NotOurs) -> tuple[str, int]:
    sentence = "The request does not come from the installed plugin, or its redirect address is another one."
    return render_template("sentence.html", title="This sign-in can't go on", sentence=sentence), 400


def _tell_the_client(declined: Declined) -> Response:
    return _back(declined.redirect_uri, {"error": declined.error, "state": declined.state})
