"""Somebody with a browser, without the browser: follows links and sends forms over real HTTP.

Every page of the sidecar that a visitor sees, in any test, is checked for what must hold on all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import requests
from lxml import etree

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: In C: a test opens a dozen pages, and html5lib would take 30 ms for each.
PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
NOTHING = b"<html></html>"
LABELLED = ("input", "select", "textarea")


class Page:
    """A parsed answer. `text` is what can be read on it, in order."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        self.url = response.url
        self.status = response.status_code
        self.tree: Element = etree.fromstring(response.text.encode() or NOTHING, PARSER)
        self.text = words(self.tree)

    def all(self, tag: str) -> list[Element]:
        return list(self.tree.iter(tag))

    def link(self, text: str) -> str:
        """The address behind the first link whose text contains these words."""
        for anchor in self.all("a"):
            if text in words(anchor):
                return urljoin(self.url, anchor.attrib["href"])
        raise AssertionError(f"no link {text!r} among {[words(anchor) for anchor in self.all('a')]}")

    def form(self, button: str) -> Element:
        """The form that this button sends."""
        for form in self.all("form"):
            if any(words(one) == button or one.attrib.get("value") == button for one in _buttons(form)):
                return form
        raise AssertionError(f"no button {button!r} on {self.url}")

    def table(self) -> list[list[str]]:
        return [[words(cell) for cell in row if cell.tag in {"td", "th"}] for row in self.all("tr")]


class Visitor:
    """`forbidden` are words that no page of the sidecar may hold: secrets, SSIDs."""

    def __init__(self, sidecar: str, forbidden: Collection[str] = ()) -> None:
        self.sidecar = sidecar
        self.forbidden = forbidden
        self.session = requests.Session()
        self.session.trust_env = False
        self.page: Page | None = None

    def open(self, address: str, **options: object) -> Page:
        return self._show(self.session.get(urljoin(self.page.url if self.page else self.sidecar, address), **options))

    def click(self, text: str) -> Page:
        return self.open(self.page.link(text))

    def send(self, button: str, **fields: str) -> Page:
        """Send the form of this button, with what stands in its fields unless given here."""
        form = self.page.form(button)
        return self.send_form(form, form.attrib.get("action", ""), **fields)

    def send_form(self, form: Element, action: str, **fields: str) -> Page:
        """Send a form as a button of it would that names this address."""
        address, values = urljoin(self.page.url, action), {**filled(form), **fields}
        if form.attrib.get("method", "get").lower() == "get":
            return self._show(self.session.get(address, params=values))
        return self._show(self.session.post(address, data=values))

    def ask(self, **form: str) -> Page:
        """Get Report: everything, whatever was asked for before, unless the form says otherwise."""
        return self.send("Get Report", **{"assessment": "", "year": "", **form})

    def upload(self, button: str, **files: tuple[str, bytes]) -> Page:
        """Send the form of this button with files: a field's name, then the file's name and content."""
        form = self.page.form(button)
        address = urljoin(self.page.url, form.attrib.get("action", ""))
        return self._show(self.session.post(address, data=filled(form), files=files))

    def launch(self, page: str, **query: str | int) -> Page:
        """Come from PowerSchool's page, as its script does."""
        return self._show(self.session.get(f"{self.sidecar}/launch/{page}", params=query))

    def view(self, text: str) -> requests.Response:
        """Click a View and stop before the state's own address."""
        return self.session.get(self.page.link(text), allow_redirects=False)

    def _show(self, response: requests.Response) -> Page:
        self.page = Page(response)
        if response.url.startswith(self.sidecar):
            check(self.page)
            text = response.text
            assert not [word for word in self.forbidden if word in text]
        return self.page


def check(page: Page) -> None:
    """What holds on every page of the sidecar."""
    headings = [words(heading) for heading in page.all("h1")]
    assert len(headings) == 1, f"{page.url} has {len(headings)} main headings"
    assert words(page.all("title")[0]).startswith(headings[0])
    assert page.all("html")[0].attrib.get("lang")
    ids = [element.attrib["id"] for element in page.tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)), f"{page.url} uses an id twice"
    _check_forms(page)
    assert all(table.find("caption") is not None for table in page.all("table"))
    _check_addresses(page)
    for name, value in HEADERS.items():
        assert page.response.headers[name] == value
    assert "default-src 'none'" in page.response.headers["Content-Security-Policy"]
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "X-Amz-" not in page.response.text


def _check_forms(page: Page) -> None:
    labelled = {label.attrib.get("for") for label in page.all("label")}
    for form in page.all("form"):
        fields = [field for field in form.iter() if field.tag in LABELLED]
        if form.attrib.get("method", "").lower() == "post":
            assert any(field.attrib.get("name") == "csrf_token" for field in fields)
        visible = [field for field in fields if field.attrib.get("type") != "hidden"]
        assert all(field.attrib.get("id") in labelled for field in visible), f"a field without a label on {page.url}"


def _check_addresses(page: Page) -> None:
    """Nothing is loaded from anywhere but the sidecar itself."""
    own = urlsplit(page.url).netloc
    for element in page.tree.iter():
        address = element.attrib.get("src") or (element.attrib.get("href") if element.tag == "link" else None)
        assert not address or urlsplit(urljoin(page.url, address)).netloc == own


def words(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _buttons(form: Element) -> list[Element]:
    return [one for one in form.iter() if one.tag == "button" or one.attrib.get("type") == "submit"]


def filled(form: Element) -> dict[str, str]:
    """What a browser would send of this form as it stands."""
    values = {
        field.attrib["name"]: field.attrib.get("value", "")
        for field in form.iter("input")
        if "name" in field.attrib and field.attrib.get("type") != "file" and not _is_unticked(field)
    }
    # A line's end at the beginning of a text is the markup's, as HTML has it, and not libxml2.
    values |= {area.attrib["name"]: (area.text or "").removeprefix("\n") for area in form.iter("textarea")}
    for select in form.iter("select"):
        options = list(select.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        values[select.attrib["name"]] = chosen[0].attrib.get("value", "") if chosen else ""
    return values


def _is_unticked(field: Element) -> bool:
    return field.attrib.get("type") in {"checkbox", "radio"} and "checked" not in field.attrib
