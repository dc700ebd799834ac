"""Workers share the jobs, outlive each other, and keep what they do to themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from plugin.jobs import record
from plugin.jobs.schedule import Job
from tests.living import wait_until

Start = Callable[..., subprocess.Popen[str]]
TICK, FAIL, DAWDLE = Job("tick"), Job("fail"), Job("dawdle")


class Workers:
    """Ticking workers on one jobs' database; `ticks` is what they wrote, in order."""

    def __init__(self, start: Start, url: str, folder: Path) -> None:
        self._start, self.url, self.file = start, url, folder / "ticks"
        self.file.touch()

    def begin(self, name: str, *jobs: str) -> subprocess.Popen[str]:
        environ = os.environ | {"PYTHONPATH": os.curdir}
        return self._start(
            Path(__file__).parent / "ticking.py", self.url, name, self.file, *(jobs or ("tick", "fail")), env=environ
        )

    @property
    def ticks(self) -> list[str]:
        return self.file.read_text().splitlines()

    def ran(self, job: Job = TICK) -> list[record.Run]:
        return [run for run in record.last_runs(self.url, job, 1000) if run.outcome == "SUCCESS"]


@pytest.fixture
def workers(start: Start, url: str, tmp_path: Path) -> Workers:
    return Workers(start, url, tmp_path)


@pytest.mark.parametrize("url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_two_workers_do_each_round_once_between_them_and_one_goes_on_alone(workers: Workers) -> None:
    first, second = workers.begin("one"), workers.begin("two")
    wait_until(lambda: {"one ended", "two ended"} <= set(workers.ticks))
    second.kill()
    before = len(workers.ticks)
    wait_until(lambda: workers.ticks[before:].count("one ended") > 1)
    first.terminate()
    assert first.wait(20) == 0
    ended, on_record = len([tick for tick in workers.ticks if tick.endswith("ended")]), len(workers.ran())
    assert ended - on_record in {0, 1}, "but for what the second was killed at, each is done once"
    assert workers.ticks.count("one began") == workers.ticks.count("one ended")


@pytest.mark.soak
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_killed_worker_goes_on_with_what_it_had_in_hand_when_it_comes_back(workers: Workers) -> None:
    killed = workers.begin("one")
    wait_until(lambda: workers.ticks[-1:] == ["one began"])
    killed.kill()
    killed.wait()
    [interrupted] = [run for run in record.last_runs(workers.url, TICK, 100) if run.outcome == "PENDING"]
    workers.begin("one")
    wait_until(lambda: interrupted.due_at in [run.due_at for run in workers.ran()])


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_rounds_do_not_pile_up_behind_a_slow_one_and_other_jobs_do_not_wait_for_it(workers: Workers) -> None:
    worker = workers.begin("one", "tick", "dawdle")
    wait_until(lambda: bool(workers.ticks) and len(workers.ran(DAWDLE)) > workers.ticks.count("one dawdled") + 1)
    assert workers.ticks.count("one ended") > workers.ticks.count("one dawdled")
    worker.terminate()
    assert worker.wait(20) == 0


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_of_a_failure_its_kind_is_told_and_its_text_is_nowhere(workers: Workers, tmp_path: Path) -> None:
    worker = workers.begin("one")
    wait_until(lambda: workers.ticks and any(run.error for run in record.last_runs(workers.url, FAIL, 5)))
    worker.terminate()
    _, said = worker.communicate(timeout=20)
    [failed, *_] = record.last_runs(workers.url, FAIL, 1, status="ERROR")
    assert (failed.outcome, failed.error, failed.worker) == ("ERROR", "ValueError", "one")
    assert '"event": "job.failed"' in said
    assert all(line.startswith("{") for line in said.splitlines())
    assert "Sampleton" not in said
    assert not [file for file in tmp_path.iterdir() if b"Sampleton" in file.read_bytes()]
    for file in tmp_path.glob("jobs.sqlite3*"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_pages_do_not_load_the_engine() -> None:
    script = "import sys, plugin; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0  # noqa: S603  our own command
