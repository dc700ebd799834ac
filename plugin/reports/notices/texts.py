"""What a notice to a family says: our text in seven languages, or an LEA's own.

A text is plain, with placeholders like `$program`. They are Python's string.Template: names of a fixed list become
words, and nothing in a text can be run. A text never holds a student's name or a score: there is no placeholder for
them, for a mail is read by whoever gets hold of it. Nor does `$portal` sign anybody in.
"""

from __future__ import annotations

import string
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.reports.languages import Language
from plugin.reports.notices.built_in import BLOCKED, PARAGRAPHS, RELEASED, SUBJECT
from plugin.reports.services import Services
from plugin.reports.translating import in_language

KINDS = (RELEASED, BLOCKED)
#: What can stand in a text of each kind. What becomes of them stands in facts.py.
PLACEHOLDERS = {
    RELEASED: ("district", "program", "year", "portal", "contact"),
    BLOCKED: ("district", "program", "year", "portal", "contact", "how"),
}


@dataclass(frozen=True)
class Text:
    """A mail's subject, which is one line, and its body in plain text: paragraphs with an empty line between them."""

    subject: str
    body: str


def built_in(language: Language, kind: str) -> Text:
    body = "\n\n".join(in_language(paragraph, language) for paragraph in PARAGRAPHS[kind])
    return Text(in_language(SUBJECT, language), body)


def text_of(services: Services, lea_cds: str, language: Language, kind: str) -> Text:
    """What this LEA's families read in this language: its own text, or ours where it has none."""
    return own_text(services.choices.of(lea_cds, place(language, kind)).choice) or built_in(language, kind)


def own_text(choice: Any) -> Text | None:
    """The text that an LEA saved; None where it has none, or went back to ours."""
    return Text(choice["subject"], choice["body"]) if choice else None


def place(language: Language, kind: str) -> str:
    """The kind of choice that holds an LEA's text."""
    return f"text/{language.tag}/{kind}"


def filled(text: Text, facts: Mapping[str, str]) -> Text:
    """The text with words for its placeholders. Never fails, whatever stands in it; a word that is missing is left out.

    What no mail may hold is taken away, so that neither a text nor a word brings a header of its own into a mail.
    """
    words = defaultdict(str, facts)
    subject, body = (_plain(string.Template(one).safe_substitute(words)) for one in (text.subject, text.body))
    return Text(" ".join(subject.split()), body)


def unseen(text: str) -> str:
    """The signs in it that no mail should hold, by their numbers in Unicode, five at most. Not line breaks."""
    signs = [sign for sign in dict.fromkeys(text) if _is_unseen(sign) and sign not in "\r\n"]
    return ", ".join(f"U+{ord(sign):04X}" for sign in signs[:5])


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign == "\n" or not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    """Controls, halves of characters, line ends of other systems, and what turns the direction of all that follows.

    Not the marks and joiners that Arabic and other scripts need.
    """
    return unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or sign in "\u202a\u202b\u202c\u202d\u202e\ufeff"
