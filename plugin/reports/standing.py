"""How an LEA's credentials stand: one word for the page, the banner, the mails and whoever wants to ask the state."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass

from plugin.store.credentials import CredentialsRecord
from plugin.store.trials import Trial

#: Administrators are told from so many days before the last one, as the state's own system tells its users.
ANNOUNCED = 14
#: After so many refusals in a row nobody asks any more, lest the state lock the LEA out ...
ENOUGH = 3
#: ... but for one try in so long.
PROBE = datetime.timedelta(minutes=15)


class Word(enum.StrEnum):
    MISSING = "missing"
    NEVER_TESTED = "never_tested"
    WORKS = "works"
    DUE = "due"
    EXPIRED = "expired"
    REJECTED = "rejected"
    REPLACED = "replaced"
    UNREADABLE = "unreadable"


#: There is nothing to ask the state with.
UNUSABLE = frozenset({Word.MISSING, Word.EXPIRED, Word.UNREADABLE})
#: What a family's report is kept back by.
CLOSED = UNUSABLE | {Word.REJECTED, Word.REPLACED}


@dataclass(frozen=True)
class Standing:
    """`days` are those left, 0 on the last one; negative afterwards. `record` and `trial` where there is one."""

    word: Word
    days: int = 0
    record: CredentialsRecord | None = None
    trial: Trial | None = None

    @property
    def stopped(self) -> bool:
        """Whether nobody but the probe asks the state."""
        refused = self.trial is not None and self.trial.refusals >= ENOUGH
        return refused or self.word in UNUSABLE

    @property
    def alarming(self) -> bool:
        return self.word in CLOSED or self.word is Word.DUE


def standing(record: CredentialsRecord | None, trial: Trial | None, today: datetime.date) -> Standing:
    """`today` is the date in California: a set works until the end of its last day there."""
    if record is None:
        return Standing(Word.MISSING, trial=trial)
    days = (record.expires_on - today).days
    return Standing(_word(trial, days, readable=record.readable), days, record, trial)


def _word(trial: Trial | None, days: int, *, readable: bool) -> Word:
    if days < 0:
        return Word.EXPIRED
    if not readable:
        return Word.UNREADABLE
    if trial and trial.refusals:
        # Whoever's set is refused in mid-life finds that somebody made a newer one: only the newest works. In its
        # last days it may as well have ended early, so then we don't say that.
        return Word.REPLACED if trial.worked_at and days > ANNOUNCED else Word.REJECTED
    if days <= ANNOUNCED:
        return Word.DUE
    return Word.WORKS if trial and trial.worked_at else Word.NEVER_TESTED
