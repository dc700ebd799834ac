"""The verbs of background work: `score-reports work` does it, `score-reports jobs` tells what has become of it."""

from __future__ import annotations

import datetime
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import click
import flask

from plugin.config import Settings
from plugin.jobs.memory import look_seldom
from plugin.jobs.schedule import JOBS, LOOK_AFTER, PURGE, SEARCH, TELL, Job
from plugin.jobs.searches import search_command
from plugin.mail import mailer
from plugin.reports.detection.scheduling import Searchers
from plugin.reports.looking_after import look_after
from plugin.reports.manager.keeping import keep_up
from plugin.reports.notices.telling import tell
from plugin.reports.services import Services
from plugin.store.database import Database
from plugin.store.purging import purge
from plugin.terminal import clock

if TYPE_CHECKING:
    from plugin.jobs.record import Run

Jobs = Mapping[Job, Callable[[], object]]

#: A worker that is at work has ended a round within this time.
LATELY = datetime.timedelta(minutes=3)
#: How many runs, failures and mails are shown of each.
SHOWN = 5


def add_commands(app: flask.Flask, settings: Settings, services: Services, database: Database) -> None:
    """Give the app its verbs."""
    app.cli.add_command(_work(settings, services, database))
    app.cli.add_command(_jobs(settings, services))
    app.cli.add_command(search_command(services))


def _work(settings: Settings, services: Services, database: Database) -> click.Command:
    @click.command()
    @click.option("--once", is_flag=True, help="One round of everything, now; ends when the searches at hand have.")
    def work(once: bool) -> None:
        """Do the background work until SIGTERM or Ctrl-C: reminders, searches, notices, deleting what has expired."""
        stop = threading.Event() if once else _asked_to_stop()
        searchers = Searchers(services, settings.worker_id, stop.is_set)
        jobs = _each_minute(settings, services, searchers, stop)
        if once:
            _do_once(jobs, searchers)
        else:
            look_seldom()
            _do_when_due(settings, services, database, jobs, stop)
            searchers.finish()

    return work


def _each_minute(settings: Settings, services: Services, searchers: Searchers, stop: threading.Event) -> Jobs:
    sends = mailer(settings)

    def keep_up_and_tell() -> None:
        keep_up(services)
        tell(services, sends, stop.is_set)

    return {LOOK_AFTER: lambda: look_after(services, sends), SEARCH: searchers.round, TELL: keep_up_and_tell}


def _do_once(jobs: Jobs, searchers: Searchers) -> None:
    """What a search found is told in the same round."""
    for job, do in jobs.items():
        do()
        if job is SEARCH:
            searchers.finish()


def _do_when_due(settings: Settings, services: Services, database: Database, jobs: Jobs, stop: threading.Event) -> None:
    from plugin.jobs import record, worker  # here, since it takes two seconds

    def purge_all() -> None:
        purge(database, services.now())
        record.forget(settings.jobs_database_url, services.now())

    worker.work(settings.jobs_database_url, settings.worker_id, {**jobs, PURGE: purge_all}, stop)


def _jobs(settings: Settings, services: Services) -> click.Command:
    @click.command()
    def jobs() -> None:
        """Tell what ran, when and with what outcome, and what is due."""
        for line in _told(settings.jobs_database_url, services):
            click.echo(line)

    return jobs


def _told(url: str, services: Services) -> Iterator[str]:
    now = services.now()
    runs, failures = _on_record(url)
    ended = [run.ended_at for run in runs[LOOK_AFTER] if run.ended_at]
    lately = bool(ended) and now - ended[0] < LATELY
    yield ("A worker is at work." if lately else f"No worker ended a round in the last {LATELY.seconds // 60} minutes.")
    for job in JOBS:
        yield f"\n{job.name}: due {clock(job.next_run(now))}"
        yield from map(_line, runs[job])
        if failures[job]:
            yield "  The last failures:"
            yield from map(_line, failures[job])
    yield "\nMails on their way:"
    left = services.mails.unfinished()
    yield from (f"  {mail.kind} for {mail.lea_cds}: {mail.state}, {_next(mail.due_at)}" for mail in left[:SHOWN])
    yield f"  {len(left)} in all to staff"
    for record in services.credentials.describe():
        unaddressed, unsent = services.tellings.left(record.lea_cds)
        yield f"  families of {record.lea_cds}: {unsent}, and {unaddressed} releases not addressed yet"


def _on_record(url: str) -> tuple[dict[Job, list[Run]], dict[Job, list[Run]]]:
    from plugin.jobs import record  # here, since it takes two seconds

    try:
        runs = {job: record.last_runs(url, job, SHOWN) for job in JOBS}
        failures = {job: record.last_runs(url, job, SHOWN, status="ERROR") for job in JOBS}
    except Exception as error:  # of whichever database
        reason = f"No worker has used the jobs' database yet, or it can't be reached ({type(error).__name__})."
        raise click.ClickException(reason) from None
    return runs, failures


def _line(run: Run) -> str:
    ended = f"ended {clock(run.ended_at)}" if run.ended_at else "not ended"
    return f"  {clock(run.due_at)}  {run.outcome.lower()} {run.error}".rstrip() + f", {ended}, on {run.worker or '–'}"


def _next(due_at: datetime.datetime | None) -> str:
    return f"due {clock(due_at)}" if due_at else "not tried again"


def _asked_to_stop() -> threading.Event:
    stop = threading.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: stop.set())
    return stop
