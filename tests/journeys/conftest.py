"""One Chromium for each worker, and windows that are checked when they close."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from sandbox.school.switches import Switch
from sandbox.stage import Stage
from tests.journeys.window import Window, chromium

OpenWindow = Callable[..., Window]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def open_window(browser: Browser, stage: Stage) -> Iterator[OpenWindow]:
    """Opens windows that know nothing of each other: open_window(width=360, java_script_enabled=False)."""
    opened: list[Window] = []

    def open_one(stage: Stage = stage, **options: object) -> Window:
        opened.append(Window(browser, stage, **options))
        return opened[-1]

    yield open_one
    for window in opened:
        window.close()


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window()


@pytest.fixture
def office(window: Window) -> Window:
    """A window in which the district's administrator has signed in."""
    window.sign_in("staff", "dana.overlook")
    return window


@pytest.fixture
def as_before(stage: Stage) -> Iterator[None]:
    """What a state of a page changed is put back."""
    settings = stage.state.settings
    usual = settings.link_life
    yield
    spoilt = settings.faults
    settings.link_life, settings.faults = usual, {}
    stage.school.switch(Switch.DOWN, 0)
    if spoilt:  # or a refused set would be told of on every page
        for lea, issued in stage.state.credentials.items():
            stage.save_credentials(lea, issued.user, issued.secret)
