"""The languages that reports and our own pages come in.

Reports: an open list, from the state's codes. Source: CALPADS codes, of two characters until 2022-23 and of three
(ISO 639-2) since September 2023. The state's reports for Mandarin and for Cantonese are both in Traditional Chinese.
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

#: What the state translates its reports into, and families read our pages in, in the order of the menu.
ON_PAGES = (ENGLISH, SPANISH, VIETNAMESE, CHINESE, FILIPINO, KOREAN, ARABIC)

CODES: dict[str, Language] = {
    **dict.fromkeys(("00", "ENG"), ENGLISH),
    **dict.fromkeys(("01", "SPA"), SPANISH),
    **dict.fromkeys(("02", "VIE"), VIETNAMESE),
    **dict.fromkeys(("03", "YUE", "07", "CMN"), CHINESE),
    **dict.fromkeys(("05", "FIL", "TGL"), FILIPINO),
    **dict.fromkeys(("04", "KOR"), KOREAN),
    **dict.fromkeys(("11", "ARA"), ARABIC),
    # No report is known in these; should one come, it has its name. ISO 639-2 has two codes for some.
    **dict.fromkeys(("06", "POR"), Language("pt", "Português")),
    **dict.fromkeys(("08", "JPN"), Language("ja", "日本語")),
    **dict.fromkeys(("09", "KHM"), Language("km", "ភាសាខ្មែរ")),
    **dict.fromkeys(("10", "LAO"), Language("lo", "ລາວ")),
    **dict.fromkeys(("12", "ARM", "HYE"), Language("hy", "Հայերեն")),
    **dict.fromkeys(("13", "BUR", "MYA"), Language("my", "မြန်မာ")),
    **dict.fromkeys(("16", "PER", "FAS"), Language("fa", "فارسی")),
    **dict.fromkeys(("22", "HIN"), Language("hi", "हिन्दी")),
    **dict.fromkeys(("23", "HMN"), Language("hmn", "Hmoob")),
    **dict.fromkeys(("25", "ILO"), Language("ilo", "Ilokano")),
    **dict.fromkeys(("28", "PAN"), Language("pa", "ਪੰਜਾਬੀ")),
    **dict.fromkeys(("29", "RUS"), Language("ru", "Русский")),
    **dict.fromkeys(("35", "URD"), Language("ur", "اردو")),
    **dict.fromkeys(("38", "UKR"), Language("uk", "Українська")),
    **dict.fromkeys(("40", "PUS"), Language("ps", "پښتو")),
    **dict.fromkeys(("60", "SOM"), Language("so", "Soomaali")),
    **dict.fromkeys(("62", "TEL"), Language("te", "తెలుగు")),
    **dict.fromkeys(("63", "TAM"), Language("ta", "தமிழ்")),
}

#: The first part of a BCP 47 tag → the language of our pages that its readers get.
_READERS = {language.tag.partition("-")[0]: language for language in ON_PAGES}
_READERS |= {"tl": FILIPINO, "cmn": CHINESE, "yue": CHINESE}


def language(code: str) -> Language:
    """The language of a code; one that we don't know is shown by its code and claims no `lang`."""
    return CODES.get(code.upper(), Language("", code))


def on_pages(tag: str) -> Language | None:
    """The language of our pages for a tag, whatever its region or script; None for one that they don't speak."""
    return _READERS.get(tag.replace("_", "-").partition("-")[0].lower())


def of_tag(tag: str) -> Language:
    """The same, with English for what our pages don't speak."""
    return on_pages(tag) or ENGLISH
