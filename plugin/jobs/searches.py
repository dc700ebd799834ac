"""`score-reports search`: the searches for new reports, from the command line."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

import click
from babel.dates import format_timedelta

from plugin.errors import Failure
from plugin.model import Lea
from plugin.reports.detection.control import Verb, change
from plugin.reports.detection.overview import HOLDS, Hold, Overview, overview
from plugin.reports.services import Services
from plugin.terminal import clock, lea_of, operator

STATUS = "status"
#: Seconds between two looks.
EVERY = 5
#: Characters of the bar.
WIDTH = 40


def search_command(services: Services) -> click.Command:
    @click.command()
    @click.argument("verb", type=click.Choice([STATUS, *(one.value for one in Verb)]), default=STATUS)
    @click.option("--lea", metavar="CDS", help="The LEA's 14-digit CDS code; without it, every LEA.")
    @click.option("--watch", is_flag=True, help=f"Tell again every {EVERY} seconds, until nothing searches any more.")
    def search(verb: str, lea: str | None, watch: bool) -> None:
        """Begin, pause, resume or stop the search for new reports; then tell how it stands."""
        leas = _leas(services, lea)
        if verb != STATUS:
            _change(services, leas, Verb(verb))
        _tell(services, leas)
        while watch and any(overview(services, one).is_searching for one in leas):
            time.sleep(EVERY)
            click.echo()
            _tell(services, leas)

    return search


def _leas(services: Services, cds: str | None) -> list[Lea]:
    try:
        return [lea_of(cds)] if cds else services.roster.leas()
    except Failure as failure:
        raise click.ClickException(f"{failure.title}. Name the LEA with --lea.") from None


def _change(services: Services, leas: list[Lea], verb: Verb) -> None:
    for lea in leas:
        try:
            done = change(services, operator(), lea, verb)
        except Failure as failure:
            raise click.ClickException(f"{lea.cds}: {failure.title}. Nothing is changed.") from None
        if not done:
            click.echo(f"{lea.cds}: nothing to {verb}.")


def _tell(services: Services, leas: list[Lea]) -> None:
    for lea in leas:
        for line in _lines(overview(services, lea)):
            click.echo(line)


def _lines(now: Overview) -> Iterator[str]:
    search, progress = now.search, now.progress
    if search:
        by = search.begun_by or "the plan"
        ended = f", ended {clock(search.ended_at)}" if search.ended_at else ""
        yield f"{now.lea.name}: {search.state}, begun {clock(search.begun_at)} by {by}{ended}"
        yield f"  {_bar(now)} {progress.asked} of {progress.students} students asked for: {now.percent}%"
        if now.is_searching:
            yield f"  {now.speed} students a second in the last minute, {_left(now.time_left)}"
        each = f"{progress.found} counting each language and set of tests"
        yield f"  {now.releases} new by student, program and year, {each}"
        yield from (f"  {one.students} students without an answer: {one.title}. {one.advice}" for one in now.causes)
    else:
        yield f"{now.lea.name}: no search has begun yet"
    if now.hold and now.hold is not Hold.NO_WORKER:
        yield f"  {HOLDS[now.hold]}"
    if not now.has_worker:
        yield f"  {HOLDS[Hold.NO_WORKER]}"
    yield f"  The plan's next search: {clock(now.due_at) if now.due_at else 'none, the plan is off'}"


def _bar(now: Overview) -> str:
    filled = WIDTH * now.percent // 100
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}]"


def _left(left: datetime.timedelta | None) -> str:
    if left is None:
        return "time left unknown"
    return f"{format_timedelta(left, threshold=1.9, locale='en')} left by estimate"
