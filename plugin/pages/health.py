"""Whether the process lives, and whether it can serve. The state's service being down does not make us unready."""

from __future__ import annotations

import flask
from flask.views import MethodView

from plugin.store.database import Database


class Live(MethodView):
    def get(self) -> flask.Response:
        return flask.Response("alive\n", mimetype="text/plain")


class Ready(MethodView):
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> flask.Response:
        ready = self._database.is_current()
        return flask.Response("ready\n" if ready else "not ready\n", 200 if ready else 503, mimetype="text/plain")
