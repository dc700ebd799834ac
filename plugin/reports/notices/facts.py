"""What the placeholders of a notice become."""

from __future__ import annotations

from babel import Locale

from plugin.district import Families
from plugin.model import Lea
from plugin.reports.due_dates import NAMES, Program
from plugin.reports.languages import Language
from plugin.reports.notices.settings import NoticeSettings
from plugin.reports.services import Services
from plugin.reports.translating import in_language
from plugin.wording import _

OFFICE = _("The school office")


def facts_of(
    services: Services, lea: Lea, settings: NoticeSettings, language: Language, program: Program, year: str
) -> dict[str, str]:
    """Words for every placeholder of PLACEHOLDERS, in this language."""
    facts = {
        "district": lea.name,
        "program": in_language(NAMES[program], language),
        "year": year,
        "contact": _contact(services.district.families) or in_language(OFFICE, language),
        "how": settings.how_in(language),
    }
    if Locale.parse(language.tag, sep="-").text_direction == "rtl":
        facts |= {"year": year.replace("-", "-\N{WORD JOINER}")}  # or a line could end within it
        facts = {name: _isolated(text) for name, text in facts.items()}
    return {**facts, "portal": services.portal}  # nothing around an address: mail programs make it a link as it stands


def _contact(families: Families) -> str:
    return ", ".join(filter(None, (families.contact_name, families.contact_phone, families.contact_email)))


def _isolated(text: str) -> str:
    """So that 2025-26 or an English name keeps its order among words that run the other way (Unicode, UAX 9)."""
    return f"\u2068{text}\u2069"
