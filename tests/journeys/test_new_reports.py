"""A release from the search to the family's look: run, watched, exported, handed over and opened, in a browser."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plugin.config import from_environ
from plugin.mail import mailer
from plugin.reports.detection.scheduling import Searchers
from plugin.reports.manager.keeping import keep_up
from plugin.reports.notices.telling import tell
from sandbox.district import make
from sandbox.stage import Stage
from tests.sixty import families

pytestmark = pytest.mark.browser

#: Few of the sixty, so that a search at the usual pace is soon over.
STUDENTS = 22


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(make(STUDENTS, families=families()), tmp_path_factory.mktemp("release")) as running:
        yield running


@contextmanager
def worker(stage: Stage) -> Iterator[None]:
    """Background work, a round after the other."""
    services, post, stop = stage.services(), mailer(from_environ(stage.environ)), threading.Event()
    searchers = Searchers(services, "worker", stop.is_set)

    def work() -> None:
        while not stop.wait(0.5):
            searchers.round()
            keep_up(services)
            tell(services, post)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        searchers.finish()


def test_a_release_finds_its_families(stage: Stage, open_window, tmp_path: Path):
    office = open_window()
    office.sign_in("staff", "dana.overlook")
    office.launch("new-reports")
    office.link("Notices to families").click()
    office.page.get_by_label("Tell families").check()
    office.button("Save").click()
    office.launch("new-reports")
    with worker(stage):
        office.button("Run now").click()
        halfway = _watch(office)
        assert [value for value in halfway if 0 < value < STUDENTS]
        assert halfway == sorted(halfway)
        _wait_until_all_are_told(stage)

        office.launch("report-manager")
        rows = office.page.get_by_role("rowheader").count()
        listed = _export(office, tmp_path)
        assert len(listed) == rows > STUDENTS
        assert {row["Told"] for row in listed} == {"Told"}
        names = _hand_over_the_first_three(office)
        assert office.page.get_by_text("Handed over on").count() >= 3
        handed = [row["Student"] for row in _export(office, tmp_path) if row["Handed over on"]]
        assert sorted(handed) == sorted(names)

        child, parent = _somebody_else(stage, names)
        _open_a_report(open_window, parent)
        office.launch("report-manager")
        row = office.page.get_by_role("row").filter(has_text=child).filter(has_text="A parent, on")
        assert row.count() == 1
        looked = [row for row in _export(office, tmp_path) if row["Looked on"]]
        assert [(row["Student"], row["Looked by"]) for row in looked] == [(child, "parent")]


def _watch(office) -> list[int]:
    """What the bar says, look by look, until it is full."""
    seen = []
    while "Done on" not in office.page.locator("main").inner_text():
        seen.append(int(float(office.page.get_by_role("progressbar").get_attribute("value"))))
        office.page.wait_for_timeout(700)
        office.page.reload()
    return seen


def _wait_until_all_are_told(stage: Stage) -> None:
    services, pause = stage.services(), threading.Event()
    while any(services.tellings.left(services.district.lea.cds)):
        pause.wait(0.3)


def _export(office, folder: Path) -> list[dict[str, str]]:
    with office.page.expect_download() as download:
        office.link("Download the whole list").click()
    download.value.save_as(folder / "list.csv")
    with (folder / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["PowerSchool DCID"]]


def _hand_over_the_first_three(office) -> list[str]:
    rows = [office.page.locator("tbody").get_by_role("row").nth(place) for place in range(3)]
    for row in rows:
        row.get_by_role("checkbox").check()
    names = [row.get_by_role("rowheader").get_by_role("link").inner_text() for row in rows]
    office.button("Mark as handed over").click()
    return names


def _somebody_else(stage: Stage, names: list[str]) -> tuple[str, str]:
    """A student whose report was not handed over, and a parent's user name."""
    for pupil in stage.district.pupils:
        name = f"{pupil.last}, {pupil.first}"
        if name not in names and pupil.home_language == "ENG":
            for guardian in stage.district.guardians:
                if guardian.account and any(one.pupil_dcid == pupil.dcid for one in guardian.contacts):
                    return name, guardian.account.username
    raise AssertionError("nobody is left")


def _open_a_report(open_window, username: str) -> None:
    family = open_window()
    family.sign_in("parent", username)
    family.launch("score-reports-portal", persona="parent")
    family.get_report()
    assert family.view("View: English PDF").startswith(b"%PDF-")
