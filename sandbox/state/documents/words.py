"""What a made-up score report says, in the seven languages: the same words for the PDF and for the web page."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"
BEYOND_THE_FONTS = re.compile(
    r"[^ -~\u00a0-\u024f\u02b0-\u02ff\u0300-\u030c\u0323-\u0328\u0331\u1e00-\u1eff\u2010-\u2015\u2018-\u201e]"
)
BANDS = ("low", "near", "met", "above")


@dataclass(frozen=True)
class Scale:
    """From the lowest to the highest score of an area, divided into equal levels; level 1 is the lowest."""

    low: int
    high: int
    levels: int


@dataclass(frozen=True)
class Result:
    area: str
    score: int
    scale: Scale

    @property
    def place(self) -> float:
        """Where the score lies on the scale, from 0 to 1."""
        return (self.score - self.scale.low) / (self.scale.high - self.scale.low)

    @property
    def level(self) -> int:
        return min(self.scale.levels, int(self.place * self.scale.levels) + 1)


@dataclass(frozen=True)
class Document:
    """One report to be set. `tag` is the language's BCP 47 tag, `grade` the state's code (KN, 01 to 12)."""

    tag: str
    name: str
    school: str
    grade: str
    year: str
    test: str
    results: tuple[Result, ...]


def page(document: Document) -> dict[str, Any]:
    """The document as strings in reading order, ready to be laid out. `lang` is set where a text is not in `tag`."""
    texts = _texts(document.tag)
    grade = texts["kindergarten"] if document.grade == "KN" else document.grade.lstrip("0")
    return {
        **texts,
        "title": f"{texts['report']}: {document.test}, {document.year}",
        "facts": [
            {"label": texts["student"], "value": _latin(document.name), "lang": ""},
            {"label": texts["school"], "value": _latin(document.school), "lang": "en"},
            {"label": texts["grade"], "value": grade, "lang": document.tag},
            {"label": texts["test"], "value": _latin(document.test), "lang": "en"},
            {"label": texts["year"], "value": document.year, "lang": "en"},
        ],
        "rows": [_row(texts, result) for result in document.results],
    }


def _row(texts: dict[str, Any], result: Result) -> dict[str, Any]:
    numbers = {"score": result.score, "level": result.level, **asdict(result.scale)}
    return {
        **numbers,
        "place": result.place,
        "area": texts["areas"][result.area],
        "level_of": texts["level_of"].format(**numbers),
        "chart": texts["chart"].format(**numbers),
        "band": texts["bands"][BANDS[result.level - 1]],
    }


@cache
def _texts(tag: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{tag}.toml").read_text(encoding="utf-8"))


def _latin(name: str) -> str:
    """The name in the letters that our fonts have: Latin with its accents; every other one becomes '?'."""
    return BEYOND_THE_FONTS.sub("?", unicodedata.normalize("NFC", name))
