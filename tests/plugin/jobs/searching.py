"""A worker that goes on with an LEA's search until it is killed. It starts as a process of its own."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from multiprocessing.connection import Connection

from plugin import logs
from plugin.reports.detection import searching
from plugin.reports.detection.plan import SearchPlan
from tests.plugin.jobs.reminding import services

#: As fast as it goes.
PLAN = SearchPlan(rate=math.inf, previous_years=True)
IN_FLIGHT = 6


def search(environ: Mapping[str, str], moment: datetime.datetime, lea_cds: str, pipe: Connection) -> None:
    logs.begin("CRITICAL")
    with services(environ, moment) as ours:
        pipe.send("ready")
        searching.go_on(ours, ours.searches.latest(lea_cds), str(moment), PLAN, in_flight=IN_FLIGHT)
