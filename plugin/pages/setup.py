"""Electronic Reporting Communication Setup: how each LEA's credentials stand, and the forms to try and to save them.

Whoever sends a form must have typed the password minutes ago: an unlocked computer is not enough.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin import identity
from plugin.model import Lea
from plugin.pages.asking import operator, version_seen
from plugin.pages.leas import chosen_to_change
from plugin.pages.setup_page import SaidOfLea, forget, forget_contacts, keep, page, take_contacts, take_set
from plugin.reports import setting_up, trying, whom_to_remind
from plugin.reports.entering import FaultySet
from plugin.reports.faults import Faulty
from plugin.reports.services import Services
from plugin.reports.setting_up import Trying
from plugin.reports.trying import NotAccepted, NotNow, OtherLeas
from plugin.store.drafts import Draft
from plugin.store.versions import SavedMeanwhile

Answer = tuple[str, int] | Response

#: What the page says after it was sent back to: saved a set, noted whom to remind, discarded what was typed.
DONE = frozenset({"saved", "noted", "discarded"})


class Setup(MethodView):
    def __init__(self, services: Services, sends_mail: bool) -> None:
        self._services = services.for_showing()
        self._sends_mail = sends_mail

    def get(self) -> str:
        done = flask.request.args.get("done", "")
        said = SaidOfLea(done if done in DONE else "", cds=flask.request.args.get("cds", ""))
        return page(self._services, said, sends_mail=self._sends_mail)


class Form(MethodView):
    """One of the page's forms. What is typed is kept before anything else, so that nothing needs typing twice."""

    #: The word for what somebody else did in the meantime.
    meanwhile: ClassVar[str]

    def __init__(self, services: Services, sends_mail: bool) -> None:
        self._services = services
        self._sends_mail = sends_mail

    def post(self, cds: str) -> Answer:
        lea = chosen_to_change(self._services, cds)
        draft = self.take(self._services, lea)
        if not identity.is_fresh(self._services.now()):
            return self._say(403, SaidOfLea("to_confirm", cds=cds))
        try:
            return self.do(lea, draft)
        except SavedMeanwhile:
            return self._say(409, SaidOfLea(self.meanwhile, cds=cds))
        except Faulty as refusal:
            if isinstance(refusal, FaultySet):
                keep(self._services, lea, refusal.rest)
            return self._say(422, SaidOfLea("faulty", faults=refusal.faults, cds=cds))

    @abstractmethod
    def take(self, services: Services, lea: Lea) -> Draft: ...

    @abstractmethod
    def do(self, lea: Lea, draft: Draft) -> Answer: ...

    def _say(self, status: int, said: SaidOfLea) -> Answer:
        return page(self._services, said, sends_mail=self._sends_mail), status


class CredentialsForm(Form):
    meanwhile = "saved_meanwhile"

    def take(self, services: Services, lea: Lea) -> Draft:
        return take_set(services, lea)

    def do(self, lea: Lea, draft: Draft) -> Answer:
        try:
            return self.ask(lea, draft)
        except OtherLeas:
            return self._say(422, SaidOfLea("other_leas", cds=lea.cds))
        except NotNow as refusal:
            return self._say(422, SaidOfLea("not_now", cds=lea.cds, at=refusal.at))
        except NotAccepted as refusal:
            word = "refused" if refusal.refused else "not_asked"
            return self._say(422, SaidOfLea(word, cds=lea.cds, failure=refusal.failure, insistable=bool(draft.user)))

    @abstractmethod
    def ask(self, lea: Lea, draft: Draft) -> Answer: ...


class TestCredentials(CredentialsForm):
    """Tries exactly what is typed; where nothing is, the saved set."""

    def ask(self, lea: Lea, draft: Draft) -> Answer:
        trying.test(self._services, operator(), lea, draft)
        return self._say(200, SaidOfLea("works" if draft.user else "saved_works", cds=lea.cds))


class SaveCredentials(CredentialsForm):
    def ask(self, lea: Lea, draft: Draft) -> Answer:
        insists = flask.request.form.get("although") == "yes"
        needed = Trying.MAY_FAIL if insists else Trying.MUST_WORK
        setting_up.save(self._services, operator(), lea, draft, seen=version_seen(), trying=needed)
        forget(self._services, lea)
        return back(lea, "saved")


class SaveContacts(Form):
    meanwhile = "noted_meanwhile"

    def take(self, services: Services, lea: Lea) -> Draft:
        return take_contacts(services, lea)

    def do(self, lea: Lea, draft: Draft) -> Answer:
        addresses, note = draft.user, draft.secret
        whom_to_remind.change(self._services, operator(), lea, addresses, note, seen=version_seen())
        forget_contacts(self._services, lea)
        return back(lea, "noted")


class Discard(MethodView):
    """Forgets what was typed and is kept."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def post(self, cds: str) -> Response:
        lea = chosen_to_change(self._services, cds)
        forget(self._services, lea)
        forget_contacts(self._services, lea)
        return back(lea, "discarded")


def back(lea: Lea, done: str) -> Response:
    return flask.redirect(flask.url_for("setup", done=done, cds=lea.cds, _anchor=f"lea-{lea.cds}"), 303)
