"""When the state is asked a second time. Never a third: retries of many callers must not bury a weak service."""

from __future__ import annotations

import datetime
import email.utils
import re
import secrets
import time
from collections.abc import Callable

from plugin.deadline import Deadline
from plugin.network import Answer, Unreachable

#: Somebody waits in front of a page: a longer pause than this, in seconds, is not worth it.
LONGEST_PAUSE = 2.0


def twice(ask: Callable[[], Answer], deadline: Deadline, backoff: float) -> Answer:
    """`ask`, and once more after a connection fault or a 5xx, where somebody waits and the deadline allows.

    The pause is random between 0 and `backoff` seconds, so that callers who failed together don't come back
    together; or what Retry-After wants, and where it wants more than two seconds there is no second time.
    """
    if not deadline.somebody_waits:
        return ask()
    pause = secrets.SystemRandom().uniform(0, backoff)
    try:
        answer = ask()
    except Unreachable:
        if pause >= deadline.left:
            raise
    else:
        pause = max(pause, retry_after(answer))
        if answer.status < 500 or pause > LONGEST_PAUSE or pause >= deadline.left:
            return answer
    time.sleep(pause)
    return ask()


def retry_after(answer: Answer) -> float:
    """Seconds that a Retry-After header asks for, as a number or a date; 0 without one, or where it makes no sense."""
    text = answer.headers.get("Retry-After")
    if not text:
        return 0.0
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
        return max(0.0, (until - datetime.datetime.now(datetime.UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 0.0
