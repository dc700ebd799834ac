"""The sandbox's own side: what this is, its settings, what was asked, and new credentials."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, render_template, request

from sandbox.reading import json_body
from sandbox.state import faults
from sandbox.state.keyring import StateCredentials
from sandbox.state.settings import SettingsError
from sandbox.state.standin import StandIn


def control(standin: StandIn) -> Blueprint:
    blueprint = Blueprint("control", __name__, template_folder="templates")

    @blueprint.get("/")
    def home() -> str:
        return render_template(
            "state.html",
            pupils=len(standin.pupils),
            settings=standin.settings.shown(),
            credentials=standin.keyring.credentials,
            calls=len(standin.calls),
            faults=faults.names(),
            url=request.host_url.rstrip("/"),
        )

    @blueprint.get("/sandbox/settings")
    def settings() -> Response:
        return jsonify(standin.settings.shown())

    @blueprint.post("/sandbox/settings")
    def change() -> Response:
        try:
            standin.settings.change(json_body(whatever_its_type=True))
        except SettingsError as wrong:
            return _refused(wrong)
        return jsonify(standin.settings.shown())

    @blueprint.get("/sandbox/calls")
    def calls() -> Response:
        return jsonify([{**asdict(call), "at": call.at.isoformat()} for call in standin.calls])

    @blueprint.post("/sandbox/credentials")
    def credentials() -> Response:
        wanted = json_body(whatever_its_type=True)
        lea = wanted.get("lea") if isinstance(wanted, dict) else None
        if not isinstance(lea, str) or lea not in standin.keyring.credentials:
            return _refused('Say which LEA: {"lea": "14 digits"}.')
        return jsonify(_shown(standin.keyring.replace(lea)))

    return blueprint


def _shown(credentials: StateCredentials) -> dict[str, str]:
    """As the state's screen shows a new set, once."""
    return {**asdict(credentials), "expires_on": credentials.expires_on.isoformat()}


def _refused(why: object) -> Response:
    answer = jsonify(error=str(why))
    answer.status_code = 400
    return answer
