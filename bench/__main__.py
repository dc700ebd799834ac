"""`python -m bench`, which is `make bench`: print the table and write docs/performance.md.

With a verb, `python -m bench detect` or `manager`, it measures that and writes its part of the document.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench import databases, detect, manager, record, sections, wrk
from bench.machine import Moment, described
from bench.measuring import Figure, Plan, measure
from sandbox.processes import leave_when_asked
from sandbox.sidecar import ROOT

VERBS = {"detect": detect.main, "manager": manager.main}


def main() -> None:
    leave_when_asked()
    if sys.argv[1:]:
        VERBS[sys.argv[1]]()
    else:
        measure_pages()


def measure_pages() -> None:
    if missing := wrk.missing() or databases.missing():
        sys.exit(missing)
    plan, before = Plan(), Moment.now()
    figures = {name: _measured(name, plan) for name in databases.DATABASES}
    machine = described(before, Moment.now())
    print(machine, record.table(figures), sep="\n\n")
    written = ROOT / "docs" / "performance.md"
    written.write_text(record.document(figures, plan, machine) + sections.kept(written), encoding="utf-8")


def _measured(name: str, plan: Plan) -> list[Figure]:
    print(f"Measuring with {name}: two or three minutes.", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return list(measure(databases.DATABASES[name], Path(folder), plan, wrk.rate))


if __name__ == "__main__":
    main()
