"""What is done in the background, and when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from plugin.model import PACIFIC


@dataclass(frozen=True)
class Job:
    """Due every minute or, where it has a time of day, at that time in California."""

    name: str
    at: datetime.time | None = None

    #: A round that waited for longer is left out: those behind it do the same.
    patience: ClassVar[datetime.timedelta] = datetime.timedelta(minutes=2)

    @property
    def cron(self) -> str:
        return f"{self.at.minute} {self.at.hour} * * *" if self.at else "* * * * *"

    def is_stale(self, due_at: datetime.datetime, now: datetime.datetime) -> bool:
        """Whether a later round does what this one would: so those that waited behind a slow one don't pile up."""
        return self.at is None and now - due_at > self.patience

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

#: Begins the searches for new reports that are due, and sees to it that somebody goes on with those that have begun.
SEARCH = Job("search")

#: Brings the releases up to date, and tells families of new ones: plugin/reports/notices/telling.py.
TELL = Job("tell")

JOBS = (LOOK_AFTER, SEARCH, TELL, PURGE)
