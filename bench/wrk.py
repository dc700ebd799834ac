"""How many pages a second a server gives. wrk asks, as it takes little of the processors that the server needs too."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import partial

from bench.asking import Page

#: Browsers that ask at the same time, each again as soon as it has its answer.
CONNECTIONS = 32


def missing() -> str:
    """What to type where wrk is not installed; else ''. Only the measurements need it."""
    return "" if shutil.which("wrk") else "wrk, which counts pages, is missing. Type: sudo apt-get install wrk"


def rate(page: Page, seconds: int) -> float:
    """Pages a second. RuntimeError when one was refused, for then something else was measured."""
    headers = [word for name, value in page.headers.items() for word in ("--header", f"{name}: {value}")]
    how = ["--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s", "--timeout=20s"]
    command = ["wrk", *how, *headers, page.url]
    run = partial(subprocess.run, check=True, capture_output=True, text=True, timeout=seconds + 30)
    told = run(command).stdout
    if wrong := re.search(r"Non-2xx.*|Socket errors.*", told):
        raise RuntimeError(f"{page.url}: {wrong[0]}")
    return float(re.findall(r"Requests/sec:\s+([0-9.]+)", told)[0])
