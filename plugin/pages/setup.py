"""Electronic Reporting Communication Setup: the state of each LEA's credentials. Never a secret."""

from __future__ import annotations

import flask
from flask.views import MethodView

from plugin.reports.services import Services


class Setup(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self) -> str:
        saved = {row.lea_cds: row for row in self._services.credentials.describe()}
        return flask.render_template(
            "setup.html", leas=self._services.roster.leas(), saved=saved, today=self._services.today()
        )
