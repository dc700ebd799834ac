"""A worker with two jobs that are due every second: it writes down that it ticked, and it fails with a name.

Arguments: the jobs' database, the worker's name, the file to write to.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path

from plugin import logs
from plugin.jobs import worker
from plugin.jobs.schedule import Job


class EverySecond(Job):
    cron = "* * * * * *"


def main(url: str, name: str, file: Path) -> None:
    def tick() -> None:
        with file.open("a") as ticks:
            ticks.write(f"{name} began\n")
            ticks.flush()
            time.sleep(0.3)  # for a kill to meet it at work
            ticks.write(f"{name} ended\n")

    def fail() -> None:
        raise ValueError("Juniper Sampleton")

    logs.begin("INFO")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.work(url, name, {EverySecond("tick"): tick, EverySecond("fail"): fail}, stop)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
