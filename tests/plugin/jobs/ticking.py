"""A worker with jobs that are due every second: it writes down that it ticked, it fails with a name, and it dawdles.

Arguments: the jobs' database, the worker's name, the file to write to, and the names of the jobs that it has.
"""

from __future__ import annotations

import datetime
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


class Impatient(EverySecond):
    patience = datetime.timedelta(seconds=1)


def main(url: str, name: str, file: Path, names: list[str]) -> None:
    def tick() -> None:
        with file.open("a") as ticks:
            ticks.write(f"{name} began\n")
            ticks.flush()
            time.sleep(0.3)  # for a kill to meet it at work
            ticks.write(f"{name} ended\n")

    def fail() -> None:
        raise ValueError("Juniper Sampleton")

    def dawdle() -> None:
        with file.open("a") as ticks:
            ticks.write(f"{name} dawdled\n")
        time.sleep(2)

    logs.begin("INFO")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    jobs = {EverySecond("tick"): tick, EverySecond("fail"): fail, Impatient("dawdle"): dawdle}
    worker.work(url, name, {job: do for job, do in jobs.items() if job.name in names}, stop)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
