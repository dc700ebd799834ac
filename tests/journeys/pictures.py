"""Takes the pictures of the pages, at the desk and on a phone, into docs/pictures:

    python -m tests.journeys.pictures

To be run after the pages' look has changed. Nothing in a picture is real.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path

from plugin.model import Lea, SchoolYear
from plugin.reports.detection import searching
from plugin.reports.detection.plan import SearchPlan
from plugin.reports.manager.keeping import keep_up
from sandbox.district import make
from sandbox.stage import ROOT, Stage
from tests.journeys.window import Window, chromium

FOLDER = ROOT / "docs" / "pictures"
SIZES = {1280: 720, 360: 640}


def form(window: Window) -> None:
    window.sign_in("staff", "dana.overlook")
    window.reports_of("Lan Ví Dụ")


def results(window: Window) -> None:
    form(window)
    window.get_report(year=str(SchoolYear(SchoolYear.containing(window.stage.district.today).starts - 1)))


def expired(window: Window) -> None:
    window.stage.state.settings.link_life = 30
    results(window)
    window.stage.state.settings.link_life = 1800


def failure(window: Window) -> None:
    window.sign_in("staff", "dana.overlook")
    window.reports_of("Reed Mockridge")
    window.get_report()


def family(window: Window) -> None:
    window.sign_in("parent", "alex.sampleton")
    window.launch("score-reports-portal", persona="parent")


def setup(window: Window) -> None:
    window.sign_in("staff", "dana.overlook")
    window.launch("setup")


def new_reports(window: Window) -> None:
    window.sign_in("staff", "dana.overlook")
    window.launch("new-reports")


def report_manager(window: Window) -> None:
    window.sign_in("staff", "dana.overlook")
    window.launch("report-manager")


PAGES: tuple[Callable[[Window], None], ...] = (
    form,
    results,
    expired,
    failure,
    family,
    setup,
    new_reports,
    report_manager,
)


def search(stage: Stage) -> None:
    """What the office's pages show: everybody's reports have been searched for."""
    services, lea = stage.services(), Lea(stage.district.cds, stage.district.name)
    plan = SearchPlan(rate=math.inf)
    searching.begin(services, lea, "dana.overlook", plan)
    searching.go_on(services, services.searches.latest(lea.cds), "a worker", plan)
    keep_up(services)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Stage(make(80), Path(folder)) as stage, chromium() as browser:
        search(stage)
        # Each page at both sizes before the next: what was asked for once is shown from then on.
        for show in PAGES:
            for width, height in SIZES.items():
                window = Window(browser, stage, width, height)
                show(window)
                file = FOLDER / f"{show.__name__}-{width}.png"
                window.page.screenshot(path=file, full_page=show is not report_manager)  # of its fifty rows the first
                window.close()
                print(file.relative_to(ROOT), f"{file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
