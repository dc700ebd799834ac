"""Faults of the network and the server, for what programs call. People's pages and /sandbox stay up."""

from __future__ import annotations

import time

from flask import Flask, Response, jsonify, request

from sandbox.school.switches import Switch, Switches

_FOR_PROGRAMS = ("/ws/", "/oauth/", "/oauth2/.well-known/", "/oauth2/token.action", "/oauth2/jwks.action")
_LONGEST_HANG = 60


def play_faults(app: Flask, switches: Switches) -> None:
    @app.before_request
    def misbehave() -> tuple[Response, int] | None:
        if request.path.startswith(_FOR_PROGRAMS):
            switches.ended.wait(switches.value(Switch.LATENCY))
            _hang(switches)
            if Switch.THROTTLE in switches:
                return jsonify(message="Too many requests. Please wait 5 seconds and try again."), 429
            if Switch.DOWN in switches or switches.ended.is_set():
                return jsonify(message="Service unavailable"), 503
        return None


def _hang(switches: Switches) -> None:
    """Say nothing until the switch is off, the stand-in ends, or nobody can be waiting any more."""
    until = time.monotonic() + _LONGEST_HANG
    while Switch.HANG in switches and time.monotonic() < until and not switches.ended.wait(0.02):
        continue
