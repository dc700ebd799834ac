"""Somebody's browser window: real Chromium in front of a stage, watched for what no page of ours may do."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Request, sync_playwright

from sandbox.district import Pupil
from sandbox.school.portals.doors import DOORS
from sandbox.stage import Stage

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: The first is the same browser without what a person needs around the page, for half of the processor's time.
PROGRAMS = ("chromium-headless-shell", "chromium")
MISSING = f"Chromium is missing. Type: sudo apt-get install {PROGRAMS[0]}   (or leave it out: BROWSER=0 make test)"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium. Where there is none, all ends with what to type."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not found:
        sys.exit(MISSING)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=ARGUMENTS)


class Window:
    """One person's window, with cookies of its own. `options` are those of Playwright's browser context."""

    def __init__(self, browser: Browser, stage: Stage, width: int = 1280, height: int = 900, **options: Any) -> None:
        self.stage = stage
        self._asked: list[str] = []
        self._complaints: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.context.set_default_timeout(20_000)
        self.context.on("request", lambda request: self._asked.append(request.url))
        self.context.on("console", self._listen)
        self.context.on("weberror", lambda error: self._complaints.append(str(error.error)))
        self.page = self.context.new_page()

    def close(self) -> None:
        """Nothing was asked of a stranger, no script failed, and no rule of the content security policy was broken."""
        self.context.close()
        ours = tuple(f"{one}/" for one in (self.stage.url, self.stage.school.url, self.stage.state.sandbox_url))
        strangers = [address for address in self._asked if address.startswith("http") and not address.startswith(ours)]
        assert not strangers
        assert not self._complaints

    def sign_in(self, persona: str, username: str) -> None:
        """At the school system, and on to its first page there. The sidecar learns of it at the next launch."""
        account = next(one for one in self.stage.school.accounts if (one.persona, one.username) == (persona, username))
        door, home = DOORS[account.portal]
        form = {"username": account.username, "password": account.password}
        self.context.request.post(self.stage.school.url + door, form=form)
        self.page.goto(self.stage.school.url + home)

    def launch(self, page: str, **query: str | int) -> None:
        """Come from PowerSchool's page, as its script does."""
        words = "&".join(f"{name}={value}" for name, value in query.items())
        self.page.goto(f"{self.stage.url}/launch/{page}?{words}")

    def reports_of(self, name: str) -> None:
        """An administrator's Score Reports of one student."""
        self.launch("score-reports-admin", frn=f"001{self.pupil(name).dcid}")

    def pupil(self, name: str) -> Pupil:
        return next(one for one in self.stage.district.pupils if f"{one.first} {one.last}" == name)

    def get_report(self, *, assessment: str = "All", year: str = "All available years") -> None:
        self.page.get_by_label("Assessment").select_option(label=assessment)
        self.page.get_by_label("Test year").select_option(label=year)
        self.button("Get Report").click()
        self.page.locator("#results").wait_for()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        """The first link of this name; View links have the same name in every row."""
        return self.page.get_by_role("link", name=name).first

    def view(self, name: str = "View: English PDF") -> bytes:
        """Click a View and wait for its new tab; what the browser got there."""
        with self.new_tab() as file:
            self.link(name).click()
        return file()

    @contextmanager
    def new_tab(self) -> Iterator[Callable[[], bytes]]:
        """What is done meanwhile opens a tab that asks the state for a file; afterwards, what it got there.

        Chromium's own viewer hides that, or there is none and the tab closes, so its address is opened once more.
        """
        asks = self.context.expect_event("request", self._asks_state)
        with self.context.expect_page() as tab, asks as asked:
            yield lambda: self._file(asked.value.url)
        tab.value.close()

    def _asks_state(self, request: Request) -> bool:
        return request.url.startswith(f"{self.stage.state.sandbox_url}/")

    def _file(self, address: str) -> bytes:
        file = self.context.request.get(address)
        assert file.status == 200
        return file.body()

    def _listen(self, message: ConsoleMessage) -> None:
        # A failure's page comes with its status, and Chromium says so in the console.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self._complaints.append(message.text)
