"""The table as text, and docs/performance.md."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2

from bench import wrk
from bench.measuring import Figure, Plan

#: Database → what was measured with it.
Figures = Mapping[str, Sequence[Figure]]


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
        missed={one.kind for found in figures.values() for one in found if not one.met},
        plan=plan,
        connections=wrk.CONNECTIONS,
    )
