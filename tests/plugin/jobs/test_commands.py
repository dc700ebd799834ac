"""`score-reports work`, `score-reports jobs` and `score-reports search`."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
from collections.abc import Callable

import pytest

from plugin.jobs import record
from plugin.jobs.schedule import LOOK_AFTER
from plugin.reports.detection.plan import KIND, SearchPlan
from plugin.store.searches import State
from sandbox.stage import Stage
from tests.living import wait_until

Start = Callable[..., subprocess.Popen[str]]


def due_mail(stage: Stage) -> str:
    """Let a set of the district's end within a week, so that there is something to say; whose it is."""
    lea = stage.district.cds
    services = stage.services()
    services.contacts.save(lea, ["coordinator@district.example"], "", replaces=0, by="a test", now=services.now())
    last = services.today() + datetime.timedelta(days=7)
    [version] = [one.version for one in services.credentials.describe() if one.lea_cds == lea]
    issued, then = stage.state.credentials[lea], services.now() - datetime.timedelta(days=30)
    services.credentials.save(
        lea, issued.user, issued.secret, expires_on=last, saved_by="a test", now=then, replaces=version
    )
    return lea


def plan(stage: Stage, lea: str, **chosen: object) -> None:
    """Let this LEA have had a search plan since yesterday, by which a search is due now."""
    services = stage.services()
    always = {"enabled": True, "days": frozenset(range(7)), "at": datetime.time(0, 0), "rate": 1000.0}
    choice, since = SearchPlan(**{**always, **chosen}).as_choice(), services.now() - datetime.timedelta(days=1)
    services.choices.save(lea, KIND, choice, replaces=0, by="a test", now=since)


def test_one_round_sends_what_is_due_and_ends(own_stage: Stage) -> None:
    due_mail(own_stage)
    own_stage.command("work", "--once")
    assert {mail.recipients for mail in own_stage.mail.mails} == {("coordinator@district.example",)}


def test_one_round_also_ends_the_searches_that_it_begins(own_stage: Stage) -> None:
    lea = own_stage.district.cds
    plan(own_stage, lea)
    assert f"{lea}: no search has begun yet" in own_stage.command("search", "--lea", lea)
    own_stage.command("work", "--once")
    told = own_stage.command("search", "status", "--lea", lea)
    search = own_stage.services().searches.latest(lea)
    progress = own_stage.services().searches.progress(search.id)
    assert f"{lea}: done, begun " in told
    assert " by the plan, ended " in told
    assert f"[{'#' * 40}] {progress.students} of {progress.students} students asked for: 100%" in told
    releases = sum(own_stage.services().tellings.of_search(search.id).values())
    counted = f"{releases} new by student, program and year, {progress.found} counting each language and set of tests"
    assert counted in told
    assert 0 < releases < progress.found
    assert "students without an answer: The state does not find this student. Compare the SSID" in told
    assert "The plan's next search: 20" in told


def test_a_search_is_begun_paused_resumed_and_stopped_from_the_command_line(own_stage: Stage) -> None:
    lea, searches = own_stage.district.cds, own_stage.services().searches
    told = own_stage.command("search", "begin", "--lea", lea)
    assert f"{lea}: searching, begun " in told
    assert "The background service is not running, so nothing moves" in told
    assert searches.latest(lea).begun_by.endswith("on the command line")
    for verb, state in {"pause": State.PAUSED, "resume": State.SEARCHING, "stop": State.STOPPED}.items():
        assert f"{lea}: {state}, begun " in own_stage.command("search", verb, "--lea", lea)
        assert searches.latest(lea).state is state
    assert f"{lea}: nothing to pause." in own_stage.command("search", "pause", "--lea", lea)


def test_without_a_name_every_lea_is_told_of_and_a_wrong_one_is_refused(stage: Stage) -> None:
    told = stage.command("search")
    assert all(f"{lea.name}: " in told for lea in stage.services().roster.leas())
    with pytest.raises(RuntimeError, match="14 digits"):
        stage.command("search", "--lea", "19")


def test_before_any_worker_has_run_the_command_says_so(own_stage: Stage) -> None:
    with pytest.raises(RuntimeError, match="No worker has used the jobs' database yet"):
        own_stage.command("jobs")


def test_a_worker_runs_until_it_is_asked_to_stop_and_the_command_tells_what_it_did(
    own_stage: Stage, start: Start
) -> None:
    lea = due_mail(own_stage)
    plan(own_stage, lea, rate=1.0)
    own_stage.mail.faults["busy"] = 1
    environ = os.environ | own_stage.environ | {"LOG_LEVEL": "INFO", "WORKER_ID": "office-1"}
    worker = start("-m", "plugin", "work", env=environ)
    url = own_stage.environ["JOBS_DATABASE_URL"]
    wait_until(lambda: "worker.began" in worker.stderr.readline())
    wait_until(lambda: [run for run in record.last_runs(url, LOOK_AFTER, 5) if run.outcome == "SUCCESS"])
    told = own_stage.command("jobs")
    assert "A worker is at work." in told
    assert "look_after: due " in told
    assert "success, ended " in told
    assert "on office-1" in told
    assert "purge: due " in told
    assert f" for {lea}: waiting, due " in told
    services = own_stage.services()
    wait_until(lambda: "students a second" in own_stage.command("search", "--lea", lea))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    search = services.searches.latest(lea)
    assert search.state is State.SEARCHING
    assert not services.searches.in_hand(search.id, services.now()), "the next worker goes on at once"
