"""Days and moments in words for administrators, who read English. What a page itself shows goes by pages/locale.py."""

from __future__ import annotations

import datetime

from plugin.model import PACIFIC


def day(of: datetime.date) -> str:
    return f"{of:%A}, {of:%B} {of.day}, {of.year}"


def day_and_time(moment: datetime.datetime) -> str:
    local = moment.astimezone(PACIFIC)
    return f"{day(local.date())}, {local:%I:%M %p} Pacific time".replace(", 0", ", ")
