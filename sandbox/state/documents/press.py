"""Sets a document as a PDF that a screen reader can read, or as a web page."""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import cast

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.state.documents.words import Document, page

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"


class Press:
    """Sets each document once and keeps the last few hundred. Nothing is loaded before the first document."""

    def __init__(self) -> None:
        self.pdf = lru_cache(maxsize=512)(self._pdf)
        self._typst: typst.Compiler | None = None
        self._one_at_a_time = threading.Lock()
        self._pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)

    def html(self, document: Document) -> bytes:
        return self._pages.get_template("report.html").render(page(document)).encode()

    def _pdf(self, document: Document) -> bytes:
        """Two pages that keep PDF/UA-1, so a missing title, language, tag or glyph is an error (typst.TypstError)."""
        words = json.dumps(page(document), ensure_ascii=False)
        with self._one_at_a_time:
            self._typst = self._typst or _compiler()
            pdf = self._typst.compile(format="pdf", pdf_standards="ua-1", sys_inputs={"words": words})
        return cast(bytes, pdf)  # several parts, or nothing, come with other formats only


def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(HERE / "report.typ", root=HERE, font_paths=fonts)
