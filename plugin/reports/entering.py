"""What somebody typed of a set of credentials: whether it can be one, with everything that is wrong at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from plugin.reports import pasting
from plugin.reports.faults import Fault, Faulty
from plugin.reports.typed_days import NO_DAY, day_of
from plugin.store.drafts import Draft

#: Further ahead is a slip of the hand: the state's sets live for 90 or 365 days.
LONGEST_LIFE = datetime.timedelta(days=731)

NOTHING = "Nothing is typed. Type the user name and the secret key of a set, or only another last day."
NO_SET_YET = "No set is saved yet whose last day could be changed. Type the user name and the secret key."
INCOMPLETE = "Type the %(what)s as well: a set has both."
PAST = "This day is over. Type the last day on which the set works, as the state's screen shows it."
TOO_FAR = "This day is more than two years ahead, and no set lives for so long. Look at the state's screen again."


class FaultySet(Faulty):
    """`rest` is what is left of what was typed, without what has to be typed again."""

    def __init__(self, faults: Iterable[Fault], rest: Draft) -> None:
        super().__init__(faults)
        self.rest = rest


def check_set(typed: Draft) -> None:
    """Raise FaultySet unless this has a user name and a secret key, whatever its last day."""
    left = pasting.look(typed.user, typed.secret)
    if faults := (*left.faults, *_missing(typed)):
        raise FaultySet(faults, Draft(left.user, left.secret, typed.expires_on))


def check(typed: Draft, today: datetime.date) -> None:
    """Raise FaultySet unless this is a set, with or without its last day, or a day alone."""
    left = pasting.look(typed.user, typed.secret)
    if faults := (*left.faults, *_missing(typed), *_wrong_day(typed.expires_on, today)):
        raise FaultySet(faults, Draft(left.user, left.secret, typed.expires_on))


def _missing(typed: Draft) -> Iterator[Fault]:
    texts = {"user": typed.user, "secret": typed.secret}
    if not any((*texts.values(), typed.expires_on)):
        yield Fault("user", NOTHING)
    elif any(texts.values()):
        yield from (Fault(name, INCOMPLETE, {"what": pasting.WHAT[name]}) for name, text in texts.items() if not text)


def _wrong_day(text: str, today: datetime.date) -> Iterator[Fault]:
    day = day_of(text)
    if text and day is None:
        yield Fault("expires_on", NO_DAY)
    elif day and day < today:
        yield Fault("expires_on", PAST)
    elif day and day > today + LONGEST_LIFE:
        yield Fault("expires_on", TOO_FAR)
