"""The text of a notice in one language: read it, write another, look at the mail that comes of it, and save it.

A text can be saved only from the page that shows its mail, which carries that text and no field to change it.
"""

from __future__ import annotations

import flask
from flask.views import MethodView
from werkzeug.wrappers import Response

from plugin.errors import NotFound
from plugin.model import Lea, SchoolYear
from plugin.pages.asking import operator, version_seen
from plugin.pages.leas import chosen, chosen_to_change
from plugin.pages.notices import back
from plugin.pages.said import Said
from plugin.reports.due_dates import Program
from plugin.reports.faults import Faulty
from plugin.reports.languages import ON_PAGES, Language
from plugin.reports.notices import own_texts
from plugin.reports.notices.facts import facts_of
from plugin.reports.notices.own_texts import faults, tidied
from plugin.reports.notices.parts import in_plain, parts
from plugin.reports.notices.settings import settings_of
from plugin.reports.notices.texts import KINDS, PLACEHOLDERS, Text, own_text, place, text_of
from plugin.reports.services import Services
from plugin.store.versions import SavedMeanwhile

#: What a mail is shown for: any program does.
SAMPLE = Program.CAASPP


class OneText(MethodView):
    """What was sent can be saved where the page says the word preview or meanwhile."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def page(self, lea: Lea, language: Language, kind: str, said: Said[Text]) -> str:
        return page(self._services, lea, language, kind, said)


class NoticeText(OneText):
    def get(self, cds: str, language: str, kind: str) -> str:
        return self.page(chosen(self._services, cds), *one_of(language, kind), Said())


class PreviewNoticeText(OneText):
    def post(self, cds: str, language: str, kind: str) -> str | tuple[str, int]:
        lea, (read_in, kind), draft = chosen_to_change(self._services, cds), one_of(language, kind), typed()
        if wrong := faults(draft, kind):
            return self.page(lea, read_in, kind, Said("faulty", draft, wrong)), 422
        return self.page(lea, read_in, kind, Said("preview", draft))


class SaveNoticeText(OneText):
    def post(self, cds: str, language: str, kind: str) -> Response | tuple[str, int]:
        lea, (read_in, kind), draft = chosen_to_change(self._services, cds), one_of(language, kind), typed()
        try:
            own_texts.save(self._services, operator(), lea, read_in, kind, draft, seen=version_seen())
        except Faulty as refusal:
            return self.page(lea, read_in, kind, Said("faulty", draft, refusal.faults)), 422
        except SavedMeanwhile:
            return self.page(lea, read_in, kind, Said("meanwhile", draft)), 409
        return back(lea, "text")


class RestoreNoticeText(OneText):
    """Back to the built-in text."""

    def post(self, cds: str, language: str, kind: str) -> Response | tuple[str, int]:
        lea, (read_in, kind) = chosen_to_change(self._services, cds), one_of(language, kind)
        try:
            own_texts.save(self._services, operator(), lea, read_in, kind, None, seen=version_seen())
        except SavedMeanwhile:
            return self.page(lea, read_in, kind, Said("not_restored")), 409
        return back(lea, "built_in")


def one_of(tag: str, kind: str) -> tuple[Language, str]:
    """The language and the kind of text that an address names; else NotFound."""
    for language in ON_PAGES:
        if language.tag == tag and kind in KINDS:
            return language, kind
    raise NotFound


def typed() -> Text:
    return tidied(flask.request.form.get("subject", ""), flask.request.form.get("body", ""))


def page(services: Services, lea: Lea, language: Language, kind: str, said: Said[Text]) -> str:
    sample = SAMPLE, str(SchoolYear.containing(services.today()))
    mail = parts(services, lea, language, kind, *sample, None if said.word == "faulty" else said.typed)
    facts = facts_of(services, lea, settings_of(services, lea.cds), language, *sample)
    saved = services.choices.of(lea.cds, place(language, kind))
    return flask.render_template(
        "notices_text.html",
        lea=lea,
        language=language,
        kind=kind,
        said=said,
        saved=saved,
        own=own_text(saved.choice) is not None,
        text=said.typed or text_of(services, lea.cds, language, kind),
        mail=mail,
        plain=in_plain(mail),
        facts={name: facts[name] for name in PLACEHOLDERS[kind]},
        doubts=own_texts.doubts(said.typed, kind) if said.typed else (),
        limits={"subject": own_texts.LONGEST_SUBJECT, "body": own_texts.LONGEST_BODY},
    )
