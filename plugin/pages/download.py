"""What a browser saves as a file instead of showing it."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.wrappers import Response


def csv_download(content: bytes | Iterable[bytes], name: str) -> Response:
    file = Response(content, content_type="text/csv; charset=utf-8")
    file.headers.set("Content-Disposition", "attachment", filename=name)
    return file
