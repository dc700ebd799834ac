"""What on a page keeps somebody out.

axe-core looks at both widths (WCAG 2.1 and 2.2, and its best practices); what it can't see is measured: no scrolling
sideways at 320 pixels (WCAG 1.4.10), and targets of at least 24 by 24 pixels (2.5.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RUN = "axe.run({resultTypes: ['violations']}).then((results) => results.violations)"

MEASURE = """() => {
  const found = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`scrolls sideways by ${page.scrollWidth - page.clientWidth}`);
  for (const one of document.querySelectorAll("a, button, select, summary")) {
    const box = one.getBoundingClientRect();
    if (one.checkVisibility() && (box.width < 24 || box.height < 24)) found.push(`${one.innerText} is too small`);
  }
  return found;
}"""


def barriers(page: Page, widths: Sequence[int] = (1280, 320)) -> list[str]:
    """Every barrier in a few words; the page is left at the last of the widths."""
    page.wait_for_load_state()  # a page that was clicked to may still lack its stylesheets
    page.evaluate(Axe().axe_script)
    return [found for width in widths for found in _barriers(page, width)]


def _barriers(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 740})
    for broken in page.evaluate(RUN):
        yield from (f"{width} px: {broken['help']}: {node['html']}" for node in broken["nodes"])
    yield from (f"{width} px: {found}" for found in page.evaluate(MEASURE))
