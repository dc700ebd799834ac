"""Who asks, and from where: what every view takes from the request besides its form."""

from __future__ import annotations

import flask
import flask_login

from plugin.model import Viewer
from plugin.reports.services import Asking


def viewer() -> Viewer:
    found: Viewer = flask_login.current_user.viewer
    return found


def asking() -> Asking:
    return Asking(flask.request.remote_addr or "", flask.g.request_id)
