"""Who asks, and from where: what every view takes from the request besides its form."""

from __future__ import annotations

import flask
import flask_login

from plugin.model import Viewer
from plugin.reports.services import Asking
from plugin.reports.trying import Operator
from plugin.store.audit import Facts


def viewer() -> Viewer:
    found: Viewer = flask_login.current_user.viewer
    return found


def asking() -> Asking:
    return Asking(flask.request.remote_addr or "", flask.g.request_id)


def operator() -> Operator:
    return Operator.of(viewer(), asking())


def version_seen() -> int:
    """The version that the form was made for; one that there never is where the field isn't a number."""
    sent = flask.request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


def is_prefetch() -> bool:
    """Whether a browser fetches ahead, or asks for headers only: then nothing is asked and nothing handed out."""
    ahead = "prefetch" in flask.request.headers.get("Sec-Purpose", flask.request.headers.get("Purpose", ""))
    return ahead or flask.request.method == "HEAD"


def whence() -> Facts:
    """Where a request came from that nobody is known to have sent, for the record."""
    return {"address": asking().address, "request_id": asking().request_id}
