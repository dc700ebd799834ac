"""The sandbox's own side: the mails, for people and for programs, and the faults to switch on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from sandbox import faults
from sandbox.faults import Faults
from sandbox.mail.caught import Caught
from sandbox.mail.faults import NAMES
from sandbox.reading import json_body

#: A mail is shown inside of the page: nothing in it may run, nor fetch anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def control(mails: Callable[[], Sequence[Caught]], spoilt: Faults) -> Blueprint:
    """`mails` gives the newest first. `spoilt` are the faults that are switched on, to be changed in place."""
    blueprint = Blueprint("control", __name__, template_folder="templates")

    @blueprint.after_request
    def inert(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @blueprint.get("/")
    def home() -> str:
        url = request.host_url.rstrip("/")
        return render_template("mails.html", mails=mails(), faults=faults.shown(spoilt), names=NAMES, url=url)

    @blueprint.get("/mails/<int:number>")
    def mail(number: int) -> str:
        return render_template("mail.html", mail=_numbered(mails(), number))

    @blueprint.get("/sandbox/mails.json")
    def as_json() -> Response:
        return jsonify(mails=[_told(one) for one in mails()])

    @blueprint.get("/sandbox/settings")
    def settings() -> Response:
        return jsonify(faults=faults.shown(spoilt))

    @blueprint.post("/sandbox/settings")
    def change() -> tuple[Response, int]:
        wanted = json_body(whatever_its_type=True)
        if problems := list(_wrong(wanted)):
            return jsonify(error=" ".join(problems)), 400
        spoilt.clear()
        spoilt.update(faults.read(wanted["faults"]))
        return jsonify(faults=faults.shown(spoilt)), 200

    return blueprint


def _numbered(mails: Sequence[Caught], number: int) -> Caught:
    return next((mail for mail in mails if mail.number == number), None) or abort(404)


def _told(mail: Caught) -> dict[str, object]:
    facts = ("number", "sender", "recipients", "subject", "message_id", "text", "html")
    return {"at": mail.at.isoformat(), **{name: getattr(mail, name) for name in facts}}


def _wrong(wanted: Any) -> list[str]:
    if not isinstance(wanted, dict) or wanted.keys() != {"faults"}:
        return ["The settings must be one JSON object that has faults, and nothing else."]
    return list(faults.wrong(wanted["faults"], NAMES.__contains__))
