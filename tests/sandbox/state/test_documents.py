"""The made-up reports: readable by everybody, in every language, and plainly no real ones."""

import dataclasses
import io
import re
import threading
import tomllib
from collections.abc import Iterator

import html5lib
import pikepdf
import pytest

from sandbox.state.documents.press import FONTS, Press
from sandbox.state.documents.words import TEXTS, Document, Result, Scale, page

TAGS = ["en", "es", "vi", "zh-Hant", "fil", "ko", "ar"]
RESULTS = (
    Result("ela", 2503, Scale(2200, 2800, 4)),
    Result("mathematics", 2210, Scale(2200, 2800, 4)),
    Result("science", 450, Scale(150, 450, 3)),
)
DOCUMENT = Document("en", "Nūr ʿAyyina Đỗ", "Golden Hills Secondary", "05", "2024-25", "Made-up Test", RESULTS)


@pytest.mark.parametrize("tag", TAGS)
def test_a_pdf_has_title_language_tags_and_its_own_fonts(press, tag) -> None:
    with pikepdf.open(io.BytesIO(press.pdf(dataclasses.replace(DOCUMENT, tag=tag)))) as pdf:
        assert str(pdf.Root.Lang) == {"zh-Hant": "zh-TW"}.get(tag, tag)
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"].startswith(texts(tag)["report"])
            assert metadata["pdfuaid:part"] == "1"
        roles = [str(element.S) for element in elements(pdf.Root.StructTreeRoot)]
        assert "".join(role for role in roles if role.startswith("/H")) == "/H1/H2/H2/H2/H3/H3/H3/H2"
        assert {"/P", "/Table", "/TH", "/TD", "/Figure"} <= set(roles)
        assert all(embedded(font) for sheet in pdf.pages for font in sheet.Resources.Font.values())


@pytest.mark.parametrize("tag", TAGS)
def test_a_pdf_has_two_pages_with_the_words_in_its_language(press, tag) -> None:
    document = dataclasses.replace(DOCUMENT, tag=tag)
    with pikepdf.open(io.BytesIO(press.pdf(document))) as pdf:
        first, second = ("".join(letters(sheet)) for sheet in pdf.pages)
    words = page(document)
    assert DOCUMENT.name in first
    assert DOCUMENT.year in first
    for text in (words["report"], words["sample"], words["results"], words["rows"][0]["area"], words["about"]):
        assert as_laid_out(text, tag) in first
    for text in (words["details"], words["sample"], words["rows"][2]["area"], words["questions"]):
        assert as_laid_out(text, tag) in second


def test_every_chart_says_in_words_what_it_shows(press) -> None:
    with pikepdf.open(io.BytesIO(press.pdf(DOCUMENT))) as pdf:
        said = [str(element.Alt) for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Figure"]
    assert said[0] == "Scale from 2200 to 2800. The score is 2503, in level 3 of 4."
    assert len(said) == 3


@pytest.mark.parametrize("tag", TAGS)
def test_a_web_page_is_valid_and_says_its_language_and_direction(press, tag) -> None:
    tree = parsed(press.html(dataclasses.replace(DOCUMENT, tag=tag)))
    assert (tree.get("lang"), tree.get("dir")) == (tag, "rtl" if tag == "ar" else "ltr")
    assert tree.findtext("head/title").startswith(texts(tag)["report"])
    assert [heading.text for heading in tree.iter("h1")] == [texts(tag)["report"]]
    assert texts(tag)["sample"] in "".join(tree.itertext())
    charts = [element.get("aria-label") for element in tree.iter("div") if element.get("role") == "img"]
    assert charts == [row["chart"] for row in page(dataclasses.replace(DOCUMENT, tag=tag))["rows"]]


def test_a_name_is_text_and_never_markup(press) -> None:
    hostile = dataclasses.replace(DOCUMENT, name='<script>alert(1)</script> #eval("1") "', school="\\u{202e}")
    assert b"<script" not in press.html(hostile)
    assert press.pdf(hostile).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["王小明", "Ольга", "🙂", "a\u202eb", "x\x00y", "A" * 300, "Ńĩǧẹ̀"])
def test_a_name_in_any_script_does_not_stop_the_press(press, name) -> None:
    assert press.pdf(dataclasses.replace(DOCUMENT, name=name)).startswith(b"%PDF-")


def test_the_title_does_not_name_the_pupil(press) -> None:
    assert DOCUMENT.name not in page(DOCUMENT)["title"]


def test_a_kindergartners_grade_is_a_word() -> None:
    facts = page(dataclasses.replace(DOCUMENT, grade="KN", tag="es"))["facts"]
    assert {"label": "Grado", "value": "Kínder", "lang": "es"} in facts


@pytest.mark.parametrize(("score", "level"), [(2200, 1), (2349, 1), (2350, 2), (2650, 4), (2800, 4)])
def test_a_level_is_an_equal_part_of_the_scale(score, level) -> None:
    assert Result("ela", score, Scale(2200, 2800, 4)).level == level


@pytest.mark.parametrize("tag", TAGS)
def test_every_language_has_every_text(tag) -> None:
    assert shape(texts(tag)) == shape(texts("en"))


@pytest.mark.parametrize("tag", TAGS)
def test_every_letter_of_every_text_is_in_the_fonts(press, tag) -> None:
    every_area = tuple(Result(area, 1 + n, Scale(0, 8, 4)) for n, area in enumerate(texts(tag)["areas"]))
    for grade in ("KN", "11"):
        document = dataclasses.replace(DOCUMENT, tag=tag, grade=grade, results=every_area)
        assert press.pdf(document).startswith(b"%PDF-")  # PDF/UA forbids a missing letter


def test_the_same_document_is_set_once(press) -> None:
    assert press.pdf(DOCUMENT) is press.pdf(dataclasses.replace(DOCUMENT))


def test_another_press_sets_the_same_bytes(press) -> None:
    assert Press().pdf(DOCUMENT) == press.pdf(DOCUMENT)


def test_many_threads_share_the_press(press) -> None:
    made = []
    documents = [dataclasses.replace(DOCUMENT, tag=tag, name="Threads") for tag in TAGS]
    threads = [threading.Thread(target=lambda d=d: made.append(press.pdf(d))) for d in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(TAGS)


def test_the_fonts_are_small_and_come_with_their_licence() -> None:
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 500_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()


def texts(tag: str) -> dict:
    return tomllib.loads((TEXTS / f"{tag}.toml").read_text(encoding="utf-8"))


def shape(texts: dict) -> dict:
    """The keys, and the gaps that each text has."""
    return {
        name: shape(text) if isinstance(text, dict) else sorted(re.findall(r"{\w+}", str(text)))
        for name, text in texts.items()
    }


def parsed(html: bytes):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def embedded(font: pikepdf.Object) -> bool:
    descriptor = font.DescendantFonts[0].FontDescriptor
    return "/FontFile2" in descriptor or "/FontFile3" in descriptor


def letters(sheet: pikepdf.Page) -> Iterator[str]:
    """The page's text, glyph by glyph, through the map to Unicode that each font carries."""
    font: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(sheet):
        if str(operator) == "Tf":
            font = unicode(sheet.Resources.Font[str(operands[0])])
        for piece in operands[0] if str(operator) == "TJ" else operands if str(operator) == "Tj" else ():
            if isinstance(piece, pikepdf.String):
                codes = bytes(piece)
                yield from (font.get(int.from_bytes(codes[at : at + 2]), "") for at in range(0, len(codes), 2))


def unicode(font: pikepdf.Object) -> dict[int, str]:
    lines = re.findall(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", font.ToUnicode.read_bytes().decode("latin1"))
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in lines}


def as_laid_out(text: str, tag: str) -> str:
    """Glyphs stand from left to right on a page, so an Arabic line lies there mirrored, save its ligatures."""
    if tag != "ar":
        return text
    mirrored = text[::-1]
    for ligature in ("لا", "لأ", "لإ", "لى"):
        mirrored = mirrored.replace(ligature[::-1], ligature)
    return mirrored


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()
