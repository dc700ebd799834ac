"""What is done in the background, and when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from plugin.model import PACIFIC


@dataclass(frozen=True)
class Job:
    """Due every minute or, where it has a time of day, at that time in California."""

    name: str
    at: datetime.time | None = None

    @property
    def cron(self) -> str:
        return f"{self.at.minute} {self.at.hour} * * *" if self.at else "* * * * *"

    def next_run(self, now: datetime.datetime) -> datetime.datetime:
        """The first moment after `now` when it is due."""
        if self.at is None:
            return now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
        local = now.astimezone(PACIFIC)
        today = datetime.datetime.combine(local.date(), self.at, PACIFIC)
        return today if today > local else today + datetime.timedelta(days=1)


#: One round of plugin/reports/looking_after.py.
LOOK_AFTER = Job("look_after")
#: What has expired goes. Neither between 1 and 3 o'clock, which daylight saving skips or repeats, nor on the hour.
PURGE = Job("purge", datetime.time(3, 17))

JOBS = (LOOK_AFTER, PURGE)
