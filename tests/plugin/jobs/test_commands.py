"""`score-reports work` and `score-reports jobs`."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
from collections.abc import Callable

import pytest

from plugin.jobs import record
from plugin.jobs.schedule import LOOK_AFTER
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


def test_one_round_sends_what_is_due_and_ends(own_stage: Stage) -> None:
    due_mail(own_stage)
    own_stage.command("work", "--once")
    assert {mail.recipients for mail in own_stage.mail.mails} == {("coordinator@district.example",)}


def test_before_any_worker_has_run_the_command_says_so(own_stage: Stage) -> None:
    with pytest.raises(RuntimeError, match="No worker has used the jobs' database yet"):
        own_stage.command("jobs")


def test_a_worker_runs_until_it_is_asked_to_stop_and_the_command_tells_what_it_did(
    own_stage: Stage, start: Start
) -> None:
    lea = due_mail(own_stage)
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
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
