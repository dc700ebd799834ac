"""An LEA's own text of a notice: whether it can be sent as it is, and saving it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import asdict

from plugin.model import Lea
from plugin.reports import choosing
from plugin.reports.faults import Fault, Faulty
from plugin.reports.languages import Language
from plugin.reports.notices.built_in import BLOCKED, RELEASED
from plugin.reports.notices.texts import PLACEHOLDERS, Text, own_text, place, unseen
from plugin.reports.services import Services
from plugin.reports.trying import Operator

#: Characters. A longer subject is cut off in every list of mails.
LONGEST_SUBJECT, LONGEST_BODY = 150, 5000

EMPTY = "Nothing is written here, and families would get a mail without it."
TOO_LONG = "This is longer than %(longest)s characters: there are %(length)s."
LINES = "A subject is one line. Take the line breaks out."
UNSEEN = "There are signs in it that can't be seen and that mail programs may take amiss: %(signs)s. Type it again."
UNKNOWN = "There is no placeholder %(name)s here. These are there: %(known)s."
ALONE = "A $ stands alone here: “%(around)s”. It begins a placeholder; for a dollar sign itself write $$."

#: What a family wants to know, and what is said where a text does not tell it. A text may say it in other words.
WANTED = {
    RELEASED: {
        "portal": "There is no $portal in this text: does it tell families where to sign in?",
        "contact": "There is no $contact in this text: does it tell families whom to ask?",
    },
    BLOCKED: {
        "how": "There is no $how in this text: does it tell families how they get the report?",
        "contact": "There is no $contact in this text: does it tell families whom to ask?",
    },
}


def tidied(subject: str, body: str) -> Text:
    """As a form sends it, without its own line ends and without blanks around it."""
    lines = re.split(r"\r\n?|\n", body.replace("\t", " "))
    return Text(subject.replace("\t", " ").strip(" "), "\n".join(line.rstrip(" ") for line in lines).strip("\n"))


def faults(text: Text, kind: str) -> tuple[Fault, ...]:
    """Everything that keeps this text from being sent, each in a sentence."""
    return (*_of_subject(text.subject), *_of_both("subject", text.subject, kind), *_of_both("body", text.body, kind))


def doubts(text: Text, kind: str) -> list[str]:
    """What whoever looks at the preview is asked to think of, in sentences. It keeps nobody from saving."""
    told = string.Template(text.body).get_identifiers()
    return [doubt for name, doubt in WANTED[kind].items() if name not in told]


def save(
    services: Services, operator: Operator, lea: Lea, language: Language, kind: str, text: Text | None, *, seen: int
) -> None:
    """Save an LEA's own text in the place of the version `seen`; None goes back to ours.

    Raises Faulty, SavedMeanwhile and AuditUnavailable: then nothing is changed.
    """
    if wrong := faults(text, kind) if text else ():
        raise Faulty(wrong)
    before = own_text(services.choices.of(lea.cds, place(language, kind)).choice)
    if text != before:
        change = {f"notice {language.tag} {kind}": f"{_in_words(before)} → {_in_words(text)}"}
        choice = asdict(text) if text else {}
        choosing.save(services, operator, lea, place(language, kind), choice, change, seen=seen)


def _in_words(text: Text | None) -> str:
    return f"own text of {len(text.body)} characters" if text else "built-in text"


def _of_subject(subject: str) -> Iterator[Fault]:
    if len(subject.splitlines()) > 1:
        yield Fault("subject", LINES)


def _of_both(field: str, text: str, kind: str) -> Iterator[Fault]:
    longest = {"subject": LONGEST_SUBJECT, "body": LONGEST_BODY}[field]
    if not text.strip():
        yield Fault(field, EMPTY)
    if len(text) > longest:
        yield Fault(field, TOO_LONG, {"longest": longest, "length": len(text)})
    if signs := unseen(text):
        yield Fault(field, UNSEEN, {"signs": signs})
    yield from _of_placeholders(field, text, kind)


def _of_placeholders(field: str, text: str, kind: str) -> Iterator[Fault]:
    known = ", ".join(f"${name}" for name in PLACEHOLDERS[kind])
    for found in string.Template.pattern.finditer(text):
        name = found["named"] or found["braced"]
        if found["invalid"] is not None:
            yield Fault(field, ALONE, {"around": text[max(0, found.start() - 15) : found.end() + 15].strip()})
        elif name and name not in PLACEHOLDERS[kind]:
            yield Fault(field, UNKNOWN, {"name": f"${name}", "known": known})
