"""How an answer can be written wrong: each fault makes another response of the good one."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

from flask import Response

ELSEWHERE = "/elsewhere"
STATUS = re.compile(r"[45][0-9]{2}")
_SORRY = "<!doctype html><html lang=en><title>{0}</title><h1>{0}</h1><p>The service is not available.</p></html>"


def reply(kind: str, good: Response) -> Response:
    """The answer as the fault writes it; the good one when the fault is of another sort."""
    if STATUS.fullmatch(kind):
        return _page(int(kind))
    return REPLIES[kind](good) if kind in REPLIES else good


def _page(status: int) -> Response:
    response = Response(_SORRY.format(status), status, content_type="text/html")
    if status in (429, 503):
        response.headers["Retry-After"] = "2" if status == 429 else "120"
    return response


def _json(text: str | bytes, status: int = 200) -> Callable[[Response], Response]:
    return lambda good: Response(text, status, content_type="application/json")


def _code(code: Any) -> Callable[[Response], Response]:
    return _json(f'{{"code": {code}, "message": "<b>{"so " * 20}</b>"}}', 409)


def _altered(
    change: Callable[[bytes], bytes], content_type: str = "application/json"
) -> Callable[[Response], Response]:
    return lambda good: Response(change(good.get_data()), content_type=content_type)


def _elsewhere(address: str) -> Callable[[Response], Response]:
    return lambda good: Response(status=302, headers={"Location": address})


def _gzip_bomb(good: Response) -> Response:
    """64 MiB of blanks in 64 KiB."""
    packer = zlib.compressobj(wbits=31)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(64)) + packer.flush()
    return Response(packed, content_type="application/json", headers={"Content-Encoding": "gzip"})


REPLIES: dict[str, Callable[[Response], Response]] = {
    "html": lambda good: Response(_SORRY.format("Maintenance"), content_type="text/html"),
    "not_json": _altered(lambda body: body[:-1] + b"..."),
    "plain_text": _altered(lambda body: body, "text/plain"),
    "bom": _altered(lambda body: b"\xef\xbb\xbf" + body),
    "latin1": _altered(lambda body: body.replace(b"a", b"\xe1")),
    "empty": _json(""),
    "json_null": _json("null"),
    "json_list": _json("[]"),
    "json_number": _json("17"),
    "json_nan": _json('{"reports": NaN}'),
    "long_number": _json('{"reports": ' + "7" * 5000 + "}"),
    "deep_json": _json("[" * 100_000 + "]" * 100_000),
    "unknown_code": _code('"SOMETHING_NEW"'),
    "odd_code": _code(17),
    "redirect": _elsewhere(ELSEWHERE),
    "redirect_away": _elsewhere("http://169.254.169.254/latest/meta-data/"),
    "gzip_bomb": _gzip_bomb,
}
