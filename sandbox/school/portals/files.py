"""The style sheets, which are the stand-in's own, and the pictures and scripts of the archive."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, abort

from sandbox.school.installed.archive import Archive

_STATIC = Path(__file__).parent.with_name("static")


class Files:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def blueprint(self) -> Blueprint:
        paths = Blueprint("files", __name__)
        paths.add_url_rule("/images/css/<any(screen, print):name>.css", "style", self.style)
        paths.add_url_rule("/<any(images, scripts):folder>/<path:name>", "installed", self.installed)
        return paths

    def style(self, name: str) -> Response:
        return Response((_STATIC / f"{name}.css").read_text(), mimetype="text/css")

    def installed(self, folder: str, name: str) -> Response:
        content = self._archive.files.get(f"/{folder}/{name}")
        return Response(content, mimetype=mimetypes.guess_type(name)[0]) if content is not None else abort(404)
