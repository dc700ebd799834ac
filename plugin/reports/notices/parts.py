"""A notice as a family reads it: in its language, and the same in English below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from plugin.model import Lea
from plugin.reports.due_dates import Program
from plugin.reports.languages import ENGLISH, Language
from plugin.reports.notices.facts import facts_of
from plugin.reports.notices.settings import settings_of
from plugin.reports.notices.texts import Text, filled, text_of
from plugin.reports.services import Services

#: Between the languages, for readers without HTML.
LINE = "\n\n" + "—" * 30 + "\n\n"


@dataclass(frozen=True)
class Part:
    """The whole text in one language."""

    language: Language
    text: Text

    @property
    def tag(self) -> str:
        return self.language.tag

    @property
    def direction(self) -> str:
        return str(Locale.parse(self.tag, sep="-").text_direction)

    @property
    def paragraphs(self) -> list[list[str]]:
        """Each with its lines."""
        return [paragraph.split("\n") for paragraph in self.text.body.split("\n\n")]


def parts(
    services: Services, lea: Lea, language: Language, kind: str, program: Program, year: str, draft: Text | None = None
) -> Sequence[Part]:
    """English comes once where the family reads that. `draft` stands in for what is saved in the family's language."""
    settings = settings_of(services, lea.cds)
    texts = {language: draft or text_of(services, lea.cds, language, kind)}
    if ENGLISH not in texts:
        texts[ENGLISH] = text_of(services, lea.cds, ENGLISH, kind)
    return [
        Part(one, filled(text, facts_of(services, lea, settings, one, program, year))) for one, text in texts.items()
    ]


def in_plain(of: Sequence[Part]) -> str:
    """The mail for readers without HTML."""
    return LINE.join(part.text.body for part in of) + "\n"
