"""Texts in a given language outside of a page: a mail is written in its reader's, whoever starts the sending."""

from __future__ import annotations

import functools
from pathlib import Path

from babel.support import NullTranslations, Translations

from plugin.reports.languages import Language

CATALOGUES = Path(__file__).parents[1] / "translations"


def in_language(text: str, language: Language) -> str:
    """A text that is marked for families, in this language; as it is where no catalogue has it."""
    return _catalogue(language.tag).ugettext(text) if text else ""  # of "", catalogues return their header


@functools.cache  # a catalogue does not change while the service runs
def _catalogue(tag: str) -> NullTranslations:
    return Translations.load(str(CATALOGUES), [tag.replace("-", "_")])
