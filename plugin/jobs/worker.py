"""The worker: does the jobs that are due, with DBOS, which keeps what is due, what runs and how it ended.

Importing DBOS takes two seconds: only who runs jobs, or reads what ran, does it.
"""

from __future__ import annotations

import datetime
import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog
from dbos import DBOS, DBOSConfig

from plugin.jobs.record import NAME, NoTextKept
from plugin.jobs.schedule import Job
from plugin.model import PACIFIC

#: Which workers go on with what others began: those of any release. A job may be begun again anywhere, so an upgrade
#: changes nothing about those on record. (By default DBOS leaves them to workers with the very same code.)
GENERATION = "1"
#: Seconds that a worker which is asked to stop gives the job at hand.
PATIENCE = 12
#: Seconds after which it goes in any case. A job may be cut off anywhere.
LONGEST_STOP = 15.0
log = structlog.get_logger()


def work(url: str, worker: str, jobs: Mapping[Job, Callable[[], object]], stop: threading.Event) -> None:
    """Do the jobs when they are due, until `stop`. Any number of workers share them; of each moment one gets each job.

    Each job stands in a line of its own, so that none waits for another; a worker does one round of it at a time.
    `worker` names this one. When it comes back after a kill under the same name it goes on with what it had in hand.
    """
    _log_through_ours()
    _keep_to_ourselves(url)
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": url,
        "db_engine_kwargs": {"hide_parameters": True},
        "application_version": GENERATION,
        "executor_id": worker,
        "serializer": NoTextKept(),
        "log_level": "WARNING",
        "enable_otlp": False,
    }
    DBOS(config=config)
    workflows = {job: DBOS.workflow(name=job.name)(_one_line(job, do)) for job, do in jobs.items()}
    DBOS.launch()
    for job in jobs:
        DBOS.register_queue(job.name, worker_concurrency=1)
    DBOS.apply_schedules(
        [
            {
                "schedule_name": job.name,
                "workflow_fn": workflow,
                "schedule": job.cron,
                "cron_timezone": str(PACIFIC),
                "queue_name": job.name,
            }
            for job, workflow in workflows.items()
        ]
    )
    for job in jobs:
        if job.at is None:  # whatever waited while no worker ran waits no further minute
            DBOS.trigger_schedule(job.name)
    log.info("worker.began", worker=worker)
    stop.wait()
    _end(worker)


def _one_line(job: Job, do: Callable[[], object]) -> Callable[[object, object], None]:
    def run(due_at: object, context: object) -> None:
        # What is on record is JSON, in which a moment is a text.
        if job.is_stale(datetime.datetime.fromisoformat(str(due_at)), datetime.datetime.now(datetime.UTC)):
            return
        try:
            do()
        except Exception as error:
            log.error("job.failed", job=job.name, error=type(error).__name__)
            raise

    run.__qualname__ = job.name
    return run


def _end(worker: str) -> None:
    """Finish the job at hand if that is soon done."""
    cut_off = threading.Timer(LONGEST_STOP, os._exit, [0])
    cut_off.daemon = True
    cut_off.start()
    DBOS.destroy(workflow_completion_timeout_sec=PATIENCE)
    log.info("worker.ended", worker=worker)


def _keep_to_ourselves(url: str) -> None:
    """Make an SQLite file that nobody else may read."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).touch(mode=0o600)


class _Ours(logging.Handler):
    """Of what DBOS says, where it said it and about what kind of error: its text repeats whatever an error says."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        log.warning("jobs.engine", place=f"{record.filename}:{record.lineno}", error=kind.__name__ if kind else "")


def _log_through_ours() -> None:
    """Before DBOS begins: it adds a handler of its own to a logger without one."""
    theirs = logging.getLogger("dbos")
    theirs.handlers, theirs.propagate = [_Ours()], False
