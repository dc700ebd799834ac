"""Due dates and school calendar: when an LEA had the state's results, and its days of school, from which days count."""

from __future__ import annotations

from dataclasses import replace

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin.model import Lea
from plugin.pages.asking import asking, version_seen, viewer
from plugin.pages.deadlines_page import Shown, page, read_calendar, read_file, read_receipts
from plugin.pages.download import csv_download
from plugin.pages.leas import chosen, chosen_to_change_whole
from plugin.reports.faults import Faulty
from plugin.reports.manager import calendar_file, calendar_typed, deadlines, receipts
from plugin.reports.services import Services
from plugin.store.versions import SavedMeanwhile

#: What the page says after it was sent back to.
DONE = frozenset({"receipts", "calendar"})

Answer = str | tuple[str, int] | Response


class Deadlines(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, cds: str = "") -> str:
        done = flask.request.args.get("done", "")
        return page(self._services, chosen(self._services, cds), Shown(f"{done}_saved" if done in DONE else ""))


class SaveReceipts(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Answer:
        lea, typed = chosen_to_change_whole(self._services, cds), read_receipts(flask.request.form)
        shown = Shown("receipts_faulty", receipts=typed)
        try:
            receipts.save(self._services, viewer(), lea, typed, version_seen(), asking())
        except Faulty as refusal:
            return page(self._services, lea, replace(shown, faults=refusal.faults)), 422
        except SavedMeanwhile:
            return page(self._services, lea, replace(shown, word="receipts_meanwhile")), 409
        return back(lea, "receipts")


class SaveCalendar(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Answer:
        lea, typed = chosen_to_change_whole(self._services, cds), read_calendar(flask.request.form)
        shown = Shown("calendar_faulty", calendar=typed)
        try:
            calendar_typed.save(self._services, viewer(), lea, typed, version_seen(), asking())
        except Faulty as refusal:
            return page(self._services, lea, replace(shown, faults=refusal.faults)), 422
        except SavedMeanwhile:
            return page(self._services, lea, replace(shown, word="calendar_meanwhile")), 409
        return back(lea, "calendar")


class ImportCalendar(MethodView):
    """Puts a file's calendar into the form. It is saved like a typed one, so what would change is seen before."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Answer:
        lea, file = chosen_to_change_whole(self._services, cds), flask.request.files.get("file")
        shown = read_file(file.read() if file else b"")
        return page(self._services, lea, shown), 422 if shown.faults else 200


class ExportCalendar(MethodView):
    def __init__(self, services: Services) -> None:
        self._services = services

    def get(self, cds: str) -> Response:
        saved = deadlines.calendar_of(self._services, chosen(self._services, cds))
        return csv_download(calendar_file.write(saved.years, saved.holidays), f"school-calendar-{cds}.csv")


def back(lea: Lea, done: str) -> Response:
    return flask.redirect(flask.url_for("deadlines", cds=lea.cds, done=done, _anchor=done), 303)
