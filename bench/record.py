"""The table as text, and docs/performance.md."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import jinja2

from bench import databases, wrk
from bench.measuring import Figure, Kind, Plan

#: Database → what was measured with it.
Figures = Mapping[str, Sequence[Figure]]

#: What it would take, where an aim is missed.
REMEDIES: Mapping[Kind, str] = {
    Kind.PAGE: "PAGE REMEDY",
    Kind.GET_REPORT: "GET REMEDY",
    Kind.WAITING: "WAIT REMEDY",
}


def table(figures: Figures) -> str:
    """A line for each figure."""
    lines = ["| | Database | Aim | Measured | |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.what} | {database} | {one.aim} | {one.measured} | {'met' if one.met else '**missed**'} |"
        for database, found in figures.items()
        for one in found
    ]
    return "\n".join(lines)


def document(figures: Figures, plan: Plan, machine: str) -> str:
    """docs/performance.md as a whole."""
    missed = dict.fromkeys(one.kind for found in figures.values() for one in found if not one.met)
    environment = jinja2.Environment(  # noqa: S701  it writes no HTML
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("performance.md.jinja").render(
        day=f"{datetime.date.today():%-d %B %Y}",
        machine=machine,
        table=table(figures),
        remedies={kind: REMEDIES[kind] for kind in missed},
        plan=plan,
        connections=wrk.CONNECTIONS,
    )


def machine() -> str:
    """In general words; the load says whether something else was running."""
    cores = f"{os.cpu_count()} processor cores ({platform.machine()}, {platform.system()})"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    packages = f"gunicorn {version('gunicorn')}, Flask {version('flask')}"
    load = f"load average {os.getloadavg()[0]:.1f} before it began"
    return f"{cores}, {python}, {packages}, {databases.versions()}; {load}"
