"""Whether an LEA tells its families, at which pace, and who gets the summaries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self

from plugin.model import Lea
from plugin.reports import addresses, choosing
from plugin.reports.faults import Fault, Faulty
from plugin.reports.languages import Language
from plugin.reports.notices.texts import unseen
from plugin.reports.services import Services
from plugin.reports.translating import in_language
from plugin.reports.trying import Operator
from plugin.wording import _

#: As plugin/store/choices.py knows it.
KIND = "notices"
#: Characters of the words on how a blocked report is handed over.
LONGEST_HOW = 500

#: How a family comes by a report that is not shown, where the LEA's office writes nothing else.
HOW = _("Please ask the school office for the report on paper, and bring an identity document with you.")

NO_RATE = "Write a whole number from 1 to 100."
HOW_TOO_LONG = "This is longer than %(longest)s characters."
HOW_UNSEEN = "There are signs in it that can't be seen: %(signs)s. Type it again."


@dataclass(frozen=True)
class NoticeSettings:
    """`click_rate` is how many of a hundred mails bring somebody to the portal who makes us ask the state.

    `summary_to` are addresses. `blocked_how` says how a report that is not shown is handed over; empty says HOW.
    """

    enabled: bool = False
    click_rate: int = 30
    summary_to: tuple[str, ...] = ()
    blocked_how: str = ""

    @classmethod
    def of(cls, choice: Any) -> Self:
        """As it was saved; what is missing, or all where nothing was saved, is as it comes."""
        saved = dict(choice or {})
        return cls(**{**saved, "summary_to": tuple(saved.get("summary_to", ()))})

    def as_choice(self) -> dict[str, Any]:
        """What plugin/store/choices.py keeps."""
        return {**asdict(self), "summary_to": list(self.summary_to)}

    def how_in(self, language: Language) -> str:
        """The office's own words are the same in every language; a text of its own may say it otherwise."""
        return self.blocked_how or in_language(HOW, language)


@dataclass(frozen=True)
class Typed:
    """The form as it was sent."""

    enabled: bool
    click_rate: str
    summary_to: str
    blocked_how: str

    @classmethod
    def of(cls, settings: NoticeSettings) -> Self:
        summary_to = "\n".join(settings.summary_to)
        return cls(settings.enabled, str(settings.click_rate), summary_to, settings.blocked_how)


def settings_of(services: Services, lea_cds: str) -> NoticeSettings:
    return NoticeSettings.of(services.choices.of(lea_cds, KIND).choice)


def checked(typed: Typed) -> NoticeSettings:
    """The settings that this makes. Raises Faulty, with everything that is wrong."""
    lines, how = addresses.listed(typed.summary_to), " ".join(typed.blocked_how.split())
    rate = re.fullmatch(r"([0-9]{1,3}) ?%?", typed.click_rate.strip())
    click_rate = int(rate[1]) if rate else 0
    if faults := (*_of_rate(click_rate), *addresses.faults(lines, "summary_to"), *_of_how(how)):
        raise Faulty(faults)
    return NoticeSettings(typed.enabled, click_rate, tuple(lines), how)


def save(services: Services, operator: Operator, lea: Lea, settings: NoticeSettings, *, seen: int) -> None:
    """Save them in the place of the version `seen`. Raises SavedMeanwhile and AuditUnavailable: nothing is changed."""
    change = _in_words(settings_of(services, lea.cds), settings)
    if change:
        choosing.save(services, operator, lea, KIND, settings.as_choice(), change, seen=seen)


def _of_rate(click_rate: int) -> Iterator[Fault]:
    if not 1 <= click_rate <= 100:
        yield Fault("click_rate", NO_RATE)


def _of_how(how: str) -> Iterator[Fault]:
    if len(how) > LONGEST_HOW:
        yield Fault("blocked_how", HOW_TOO_LONG, {"longest": LONGEST_HOW})
    if signs := unseen(how):
        yield Fault("blocked_how", HOW_UNSEEN, {"signs": signs})


def _in_words(before: NoticeSettings, after: NoticeSettings) -> dict[str, str]:
    """What becomes what, for the record. An address is nobody's affair there: their number is enough."""
    was, becomes = (
        {**asdict(one), "summary_to": one.summary_to, "enabled": "on" if one.enabled else "off"}
        for one in (before, after)
    )
    changed = {name: f"{was[name]} → {becomes[name]}" for name in becomes if was[name] != becomes[name]}
    if "summary_to" in changed:
        changed["summary_to"] = f"{len(before.summary_to)} → {len(after.summary_to)} addresses"
    return {f"notices {name}": text for name, text in changed.items()}
