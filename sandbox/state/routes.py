"""The state's side: the interface below /api/v1, and the storage that its links lead to."""

from __future__ import annotations

import time
from collections.abc import Sequence

from flask import Blueprint, Response, request

from sandbox.district.model import Pupil
from sandbox.server import LINE
from sandbox.state import answers, faults
from sandbox.state.answers import Answer
from sandbox.state.catalogue import Sheet
from sandbox.state.faults import Place, wire
from sandbox.state.faults.writing import ELSEWHERE, reply
from sandbox.state.standin import Call, StandIn
from sandbox.state.storage import BUCKET, Refusal

BASE = "/api/v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(standin: StandIn) -> Blueprint:
    blueprint = Blueprint("state", __name__)

    @blueprint.route(f"{BASE}/<path:_>", methods=METHODS, provide_automatic_options=False)
    def interface(_: str) -> Response:
        return _interface(standin)

    @blueprint.get(f"{BUCKET}/<path:_>")
    def file(_: str) -> Response:
        return _file(standin)

    @blueprint.get(ELSEWHERE)
    def elsewhere() -> Response:
        """Where the fault "redirect" leads: nobody should come here."""
        return _send(standin, ELSEWHERE, Response("You followed a redirect.\n", content_type="text/plain"))

    return blueprint


def _interface(standin: StandIn) -> Response:
    time.sleep(standin.settings.latency)
    contract, target = standin.contract, str(request.environ["RAW_URI"]).removeprefix(BASE)
    ssid = answers.asked_for_ssid(contract, request, target)
    if answers.asked_for_token(contract, request, target):
        return _answer(standin, "token", contract.token.path, answers.token(standin, request))
    if ssid is not None:
        return _answer(standin, "reports", contract.reports.path, answers.reports(standin, request, ssid))
    return _send(standin, "unknown", Answer(404, {"message": "Not Found"}).response())


def _answer(standin: StandIn, place: Place, path: str, answer: Answer) -> Response:
    fault = standin.settings.take(place)
    if answer.status == 200:
        faults.edit(place, fault, answer.body, standin.contract, standin.storage)
    return _send(standin, path, answer.response(), fault, answer.leas, answer.pupil)


def _file(standin: StandIn) -> Response:
    found = standin.storage.open(request.method, request.host, request.path, request.args)
    path = f"{BUCKET}/{{report}}"
    if isinstance(found, Refusal):
        return _send(standin, path, Response(found.xml(), found.status, content_type="application/xml"))
    pupil, sheet = found
    return _send(standin, path, _document(standin, pupil, sheet), standin.settings.take("link"), pupil=pupil)


def _document(standin: StandIn, pupil: Pupil, sheet: Sheet) -> Response:
    document = standin.document(pupil, sheet)
    if sheet.format == "PDF":
        return Response(standin.press.pdf(document), content_type="application/pdf")
    page = Response(standin.press.html(document), content_type="text/html; charset=utf-8")
    page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return page


def _send(
    standin: StandIn,
    path: str,
    good: Response,
    fault: str = "",
    leas: Sequence[str] = (),
    pupil: Pupil | None = None,
) -> Response:
    """Spoil the answer where a fault says so, and record the call."""
    response = reply(fault, good)
    number = pupil.id if pupil else None
    call = Call(standin.clock(), request.method, path, " ".join(leas), number, response.status_code, fault)
    standin.calls.append(call)
    if fault in wire.WAYS:
        wire.play(fault, response, request.environ[LINE], standin.settings.pace)
    return response
