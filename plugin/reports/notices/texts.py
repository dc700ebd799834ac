"""What a notice to a family says: our text in seven languages, or an LEA's own.

A text is plain, with placeholders like `$program`. They are Python's string.Template: names of a fixed list become
words, and nothing in a text can be run. A text never holds a student's name or a score: there is no placeholder for
them, for a mail is read by whoever gets hold of it. Nor does `$portal` sign anybody in.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plugin.reports.languages import Language
from plugin.reports.pasting import Found
from plugin.reports.services import Services
from plugin.reports.translating import in_language
from plugin.wording import _

#: A report is there, in the portal; or it is there and blocked, and the school hands it over another way.
RELEASED, BLOCKED = KINDS = ("released", "blocked")
#: What can stand in a text of each kind. What becomes of them stands in facts.py.
PLACEHOLDERS = {
    RELEASED: ("district", "program", "year", "portal", "contact"),
    BLOCKED: ("district", "program", "year", "portal", "contact", "how"),
}
#: Characters. A longer subject is cut off in every list of mails.
LONGEST_SUBJECT, LONGEST_BODY = 150, 5000

SUBJECT = _("New score report: $program $year")
_BEGINNING = (
    _("Dear parent or guardian,"),
    _("A new state test score report is ready for a student in your care: $program, school year $year."),
)
_END = (
    _("For your safety, this message shows no name and no results. Nobody will ask you for your password."),
    "$district",
)
#: Paragraphs, each translated as a whole.
BODIES = {
    RELEASED: (
        *_BEGINNING,
        _("How to see it:\n1. Sign in to the PowerSchool portal as usual: $portal\n2. Choose Score Reports there."),
        _("You can look at it there at any time: score reports stay for about three years."),
        _("If your account does not work, or if you do not find the report, the school office will help you."),
        _("You can also ask for the report on paper, or for a talk about the results. Whom to ask: $contact"),
        *_END,
    ),
    BLOCKED: (
        *_BEGINNING,
        _(
            "To keep your family's data safe, this report is not shown in the PowerSchool portal. "
            "The school gives it to you in another way."
        ),
        "$how",
        _("You can also ask for a talk about the results. Whom to ask: $contact"),
        *_END,
    ),
}

EMPTY = "Nothing is written here, and families would get a mail without it."
TOO_LONG = "This is longer than %(longest)s characters: there are %(length)s."
LINES = "A subject is one line. Take the line breaks out."
UNSEEN = "There are signs in it that can't be seen and that mail programs may take amiss: %(signs)s. Type it again."
UNKNOWN = "There is no placeholder %(name)s here. These are there: %(known)s."
ALONE = "A $ stands alone here: “%(around)s”. It begins a placeholder; for a dollar sign itself write $$."


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


def built_in(language: Language, kind: str) -> Text:
    body = "\n\n".join(in_language(paragraph, language) for paragraph in BODIES[kind])
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


def faults(text: Text, kind: str) -> tuple[Found, ...]:
    """Everything that keeps this text from being sent, each in a sentence."""
    return (*_of_subject(text.subject), *_of_both("subject", text.subject, kind), *_of_both("body", text.body, kind))


def tidied(subject: str, body: str) -> Text:
    """As a form sends it, without its own line ends and without blanks around it."""
    lines = re.split(r"\r\n?|\n", body.replace("\t", " "))
    return Text(subject.replace("\t", " ").strip(" "), "\n".join(line.rstrip(" ") for line in lines).strip("\n"))


def _of_subject(subject: str) -> Iterator[Found]:
    if len(subject.splitlines()) > 1:
        yield Found("subject", LINES, {})


def _of_both(field: str, text: str, kind: str) -> Iterator[Found]:
    longest = {"subject": LONGEST_SUBJECT, "body": LONGEST_BODY}[field]
    if not text.strip():
        yield Found(field, EMPTY, {})
    if len(text) > longest:
        yield Found(field, TOO_LONG, {"longest": longest, "length": len(text)})
    if signs := [sign for sign in dict.fromkeys(text) if _is_unseen(sign) and sign not in "\r\n"]:
        yield Found(field, UNSEEN, {"signs": ", ".join(f"U+{ord(sign):04X}" for sign in signs[:5])})
    yield from _of_placeholders(field, text, kind)


def _of_placeholders(field: str, text: str, kind: str) -> Iterator[Found]:
    known = ", ".join(f"${name}" for name in PLACEHOLDERS[kind])
    for found in string.Template.pattern.finditer(text):
        name = found["named"] or found["braced"]
        if found["invalid"] is not None:
            yield Found(field, ALONE, {"around": text[max(0, found.start() - 15) : found.end() + 15].strip()})
        elif name and name not in PLACEHOLDERS[kind]:
            yield Found(field, UNKNOWN, {"name": f"${name}", "known": known})


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign == "\n" or not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    """Controls, halves of characters, line ends of other systems, and what turns the direction of all that follows.

    Not the marks and joiners that Arabic and other scripts need.
    """
    return unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or sign in "\u202a\u202b\u202c\u202d\u202e\ufeff"
