"""Joins the parts into one web application."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.guard import guard
from sandbox.school.control import Control
from sandbox.school.faults import play_faults
from sandbox.school.installed.archive import Archive
from sandbox.school.openid.authorizing import Authorizing
from sandbox.school.openid.codes import Codes
from sandbox.school.openid.provider import Provider, own_address
from sandbox.school.portals.admin import AdminPortal
from sandbox.school.portals.doors import Doors
from sandbox.school.portals.guardian import GuardianPortal
from sandbox.school.portals.site import Site, refusals
from sandbox.school.portals.teachers import TeachersPortal
from sandbox.school.school import School

_STATIC = Path(__file__).with_name("static")


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
    ):
        app.register_blueprint(part.blueprint())
    app.register_blueprint(_files(school.archive))
    refusals(app)
    return app


def _keep_to_one_address(app: Flask) -> None:
    """Cookies of localhost don't reach 127.0.0.1, where sign-in sends people back to: lead them over at once."""

    @app.before_request
    def lead_over() -> AnyResponse | None:
        if request.method != "GET" or not request.host.startswith("localhost:"):
            return None
        return redirect(own_address() + request.full_path.rstrip("?"))


def _files(archive: Archive) -> Blueprint:
    """The style sheets, which are the stand-in's own, and the pictures and scripts of the archive."""
    paths = Blueprint("files", __name__)

    @paths.get("/images/css/<name>.css")
    def style(name: str) -> Response:
        sheet = _STATIC / f"{name}.css"
        return (
            Response(sheet.read_text(), mimetype="text/css")
            if sheet.parent == _STATIC and sheet.is_file()
            else abort(404)
        )

    @paths.get("/<any(images, scripts):folder>/<path:name>")
    def file(folder: str, name: str) -> Response:
        address = f"/{folder}/{name}"
        if address not in archive.files:
            abort(404)
        return Response(archive.files[address], mimetype=mimetypes.guess_type(name)[0])

    return paths
