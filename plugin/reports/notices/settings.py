"""Whether an LEA tells its families, at which pace, and who gets the summaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from plugin.reports.languages import Language
from plugin.reports.services import Services
from plugin.reports.translating import in_language
from plugin.wording import _

KIND = "notices"

#: How a family comes by a report that is not shown, where the LEA's office writes nothing else.
HOW = _("Please ask the school office for the report on paper, and bring an identity document with you.")


@dataclass(frozen=True)
class NoticeSettings:
    """`click_rate` is how many of a hundred mails bring somebody to the portal who asks the state.

    `summary_to` are addresses. `blocked_how` says how a report that is not shown is handed over; empty says HOW.
    """

    enabled: bool = False
    click_rate: int = 30
    summary_to: tuple[str, ...] = ()
    blocked_how: str = ""

    @classmethod
    def of(cls, choice: Any) -> Self:
        """As it was saved; what is missing, or all where nothing was saved, is as it comes."""
        if not choice:
            return cls()
        return cls(**{**choice, "summary_to": tuple(choice.get("summary_to", ()))})

    def how_in(self, language: Language) -> str:
        """The office's own words are the same in every language; a text of its own may say it otherwise."""
        return self.blocked_how or in_language(HOW, language)


def settings_of(services: Services, lea_cds: str) -> NoticeSettings:
    return NoticeSettings.of(services.choices.of(lea_cds, KIND).choice)
