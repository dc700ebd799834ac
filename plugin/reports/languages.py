"""The languages that reports come in: an open list, from the state's codes.

Source: CALPADS codes, of two characters until 2022-23 and of three (ISO 639) since September 2023; the state's reports
for Mandarin and for Cantonese are both in Traditional Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """`tag` is the BCP 47 tag for the page's `lang`, `name` the language's own name."""

    tag: str
    name: str


ENGLISH = Language("en", "English")
SPANISH = Language("es", "Español")
VIETNAMESE = Language("vi", "Tiếng Việt")
CHINESE = Language("zh-Hant", "繁體中文")
FILIPINO = Language("fil", "Filipino")
KOREAN = Language("ko", "한국어")
ARABIC = Language("ar", "العربية")

CODES: dict[str, Language] = {
    **dict.fromkeys(("00", "ENG"), ENGLISH),
    **dict.fromkeys(("01", "SPA"), SPANISH),
    **dict.fromkeys(("02", "VIE"), VIETNAMESE),
    **dict.fromkeys(("03", "YUE", "07", "CMN"), CHINESE),
    **dict.fromkeys(("05", "FIL", "TGL"), FILIPINO),
    **dict.fromkeys(("04", "KOR"), KOREAN),
    **dict.fromkeys(("11", "ARA"), ARABIC),
}


def language(code: str) -> Language:
    """The language of a code; one that we don't know is shown by its code and claims no `lang`."""
    return CODES.get(code.upper(), Language("", code))


def of_tag(tag: str) -> Language:
    """The language of a page's tag, whatever its region; English where no report is in that language."""
    parts = tag.replace("_", "-").lower().split("-")
    for known in dict.fromkeys(CODES.values()):
        if known.tag.split("-")[0] == parts[0]:
            return known
    return ENGLISH
