"""Notices to families: whether an LEA sends them, at which pace they go, and what they say in each language."""

from __future__ import annotations

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin.model import Lea
from plugin.pages.asking import operator, version_seen, viewer
from plugin.pages.leas import chosen, chosen_to_change
from plugin.pages.said import Said
from plugin.reports import addresses, scope
from plugin.reports.faults import Faulty
from plugin.reports.languages import ON_PAGES
from plugin.reports.notices import settings
from plugin.reports.notices.flow import outlook
from plugin.reports.notices.settings import KIND, LONGEST_HOW, NoticeSettings, Typed, checked
from plugin.reports.notices.texts import KINDS, place
from plugin.reports.services import Services
from plugin.store.choices import Chosen
from plugin.store.versions import SavedMeanwhile

#: What the page says after it was sent back to: settings saved, a text saved, ours taken again.
DONE = frozenset({"saved", "text", "built_in"})
#: Refused addresses that are listed; the rest is counted.
LISTED = 50


class Notices(MethodView):
    def __init__(self, services: Services, sends_mail: bool) -> None:
        self._services = services.for_showing()
        self._sends_mail = sends_mail

    def get(self, cds: str = "") -> str:
        lea, done = chosen(self._services, cds), flask.request.args.get("done", "")
        return page(self._services, lea, Said(done if done in DONE else ""), sends_mail=self._sends_mail)


class SaveNotices(MethodView):
    def __init__(self, services: Services, sends_mail: bool) -> None:
        self._services = services
        self._sends_mail = sends_mail

    def post(self, cds: str) -> Response | tuple[str, int]:
        lea, typed = chosen_to_change(self._services, cds), read()
        try:
            settings.save(self._services, operator(), lea, checked(typed), seen=version_seen())
        except Faulty as refusal:
            said = Said("faulty", typed, refusal.faults)
            return page(self._services, lea, said, sends_mail=self._sends_mail), 422
        except SavedMeanwhile:
            return page(self._services, lea, Said("meanwhile", typed), sends_mail=self._sends_mail), 409
        return back(lea, "saved")


def page(services: Services, lea: Lea, said: Said[Typed], *, sends_mail: bool) -> str:
    choices = services.choices.all_of(lea.cds)
    saved = choices.get(KIND, Chosen())
    holds = NoticeSettings.of(saved.choice)
    return flask.render_template(
        "notices.html",
        lea=lea,
        leas=services.roster.leas(),
        said=said,
        saved=saved,
        settings=holds,
        typed=said.typed or Typed.of(holds),
        outlook=outlook(services, lea),
        texts=[(one, [(kind, choices.get(place(one, kind), Chosen())) for kind in KINDS]) for one in ON_PAGES],
        refused=sorted(services.refusals.addresses()),
        reaches_all=scope.reach(services.roster, viewer()) is None,
        limits={"addresses": addresses.MOST, "how": LONGEST_HOW, "listed": LISTED},
        built_in_how=settings.HOW,
        sends_mail=sends_mail,
    )


def read() -> Typed:
    form = flask.request.form
    return Typed(
        enabled="enabled" in form,
        click_rate=form.get("click_rate", ""),
        summary_to=form.get("summary_to", ""),
        blocked_how=form.get("blocked_how", ""),
    )


def back(lea: Lea, done: str) -> Response:
    return flask.redirect(flask.url_for("notices", cds=lea.cds, done=done), 303)
