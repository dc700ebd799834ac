"""Joins the parts into one web application."""

from __future__ import annotations

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from sandbox.guard import guard
from sandbox.school.control import Control
from sandbox.school.faults import play_faults
from sandbox.school.openid.authorizing import Authorizing
from sandbox.school.openid.codes import Codes
from sandbox.school.openid.provider import Provider, own_address
from sandbox.school.portals.admin import AdminPortal
from sandbox.school.portals.doors import Doors
from sandbox.school.portals.files import Files
from sandbox.school.portals.guardian import GuardianPortal
from sandbox.school.portals.site import Site, refusals
from sandbox.school.portals.teachers import TeachersPortal
from sandbox.school.school import School


def create_app(school: School) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.jinja_env.globals["district"] = school.district.name
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    guard(app, school.token)
    _keep_to_one_address(app)
    play_faults(app, school.switches)
    codes = Codes(school.clock)
    site = Site(school.archive, school.security, school.roster, school.sessions)
    for part in (
        Control(school),
        Doors(school.directory, school.sessions),
        Authorizing(school, codes),
        Provider(school, codes),
        school.endpoints,
        AdminPortal(site),
        TeachersPortal(site),
        GuardianPortal(site),
        Files(school.archive),
    ):
        app.register_blueprint(part.blueprint())
    refusals(app)
    return app


def _keep_to_one_address(app: Flask) -> None:
    """Cookies of localhost don't reach 127.0.0.1, where sign-in sends people back to: lead them over at once."""

    @app.before_request
    def lead_over() -> Response | None:
        if request.method != "GET" or not request.host.startswith("localhost:"):
            return None
        return redirect(request.url.replace(request.host_url, f"{own_address()}/", 1))
