"""Report manager: who was told of a new report, who looked, and who needs it on paper before the law's day."""

from __future__ import annotations

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin.errors import BadRequest
from plugin.model import Lea
from plugin.pages.asking import asking, is_prefetch, viewer
from plugin.pages.download import csv_download
from plugin.pages.leas import chosen
from plugin.pages.manager_form import Asked, Sent
from plugin.pages.manager_page import page
from plugin.pages.said import Said
from plugin.reports.faults import Faulty
from plugin.reports.manager import export, handing_over, looking
from plugin.reports.services import Services


class ReportManager(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services.for_showing()

    def get(self, cds: str = "") -> str:
        lea = chosen(self._services, cds)
        looking.look_up(self._services, looking.FOR_A_PAGE)  # what was opened a moment ago
        return page(self._services, lea, Asked.of(flask.request.args))


class HandleReleases(MethodView):
    """Writes beside the ticked releases, and goes back to where they were ticked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Response | tuple[str, int]:
        lea, asked, sent = chosen(self._services, cds), Asked.of(flask.request.args), Sent.of(flask.request.form)
        try:
            handle(self._services, lea, sent)
        except Faulty as refusal:
            return page(self._services, lea, asked, Said("faulty", sent, refusal.faults)), 422
        done = {"done": sent.do, "count": str(len(sent.ids))}
        return flask.redirect(flask.url_for("report_manager", cds=lea.cds, **asked.query(**done), _anchor="list"), 303)


class ExportReleases(MethodView):
    """The whole list as a file. The download is on record before its first byte."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, cds: str) -> Response:
        if is_prefetch():
            return Response(status=204)
        lea, asked = chosen(self._services, cds), Asked.of(flask.request.args)
        pieces = export.begin(
            self._services, viewer(), lea, asked.filters, asked.sort, asking(), descending=asked.descending
        )
        return csv_download(pieces, f"report-manager-{lea.cds}-{self._services.today()}.csv")


def handle(services: Services, lea: Lea, sent: Sent) -> None:
    """What one of the form's buttons says, with the note that was typed beside it. Raises Faulty."""
    day = sent.day(services.today())
    match sent.do:
        case "hand_over":
            handing_over.hand_over(services, viewer(), lea, sent.ids, day, asking())
        case "take_back":
            handing_over.take_back(services, viewer(), lea, sent.ids, asking())
        case "note":
            return handing_over.note(services, viewer(), lea, sent.ids, sent.text, asking())
        case _:
            raise BadRequest
    if sent.text:
        handing_over.note(services, viewer(), lea, sent.ids, sent.text, asking())
