"""Four hundred days of an office: whatever happens in them, exactly the reminders that are due go, and each once."""

from __future__ import annotations

import datetime
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from plugin.mail import Delayed
from plugin.model import PACIFIC
from plugin.store.mail_record import State
from tests.office import LEA, Office

ADDRESSES = ("one@poppyvalley.example", "two@poppyvalley.example")
DAYS = datetime.timedelta(days=400)
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minutes: datetime.timedelta(minutes=minutes))


class Killed(BaseException):
    """The worker is gone in the middle of what it did."""


class FourHundredDays(RuleBasedStateMachine):
    """`lifetime`: days that the state gives a set. What should go is worked out from the calendar alone."""

    lifetime = 90

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        #: (address, expiry, days before) of what must have gone by now.
        self.due: set[tuple[str, datetime.date, int]] = set()

    # Begins that take in both changes of the clocks, New Year and 29 February 2028.
    @initialize(begins=st.dates(datetime.date(2027, 2, 1), datetime.date(2028, 3, 1)), at=MINUTES)
    def open(self, begins: datetime.date, at: datetime.timedelta) -> None:
        midnight = datetime.datetime.combine(begins, datetime.time(), PACIFIC).astimezone(datetime.UTC)
        self.office = Office(Path(self.folder.name), midnight + at)
        self.office.write_to(*ADDRESSES)
        self.ends, self.worker = self.office.now + DAYS, self.office.services
        self.renew()

    @property
    def is_over(self) -> bool:
        return self.office.now >= self.ends

    @rule()
    def renew(self) -> None:
        self.enter(self.lifetime)

    @rule(days=st.integers(0, 20))
    def enter(self, days: int) -> None:
        """A set with the last day that the state's screen shows."""
        self.office.save(days)
        self.saved, self.expires = self.office.now, self.office.services.today() + datetime.timedelta(days)

    @precondition(lambda self: not self.is_over)
    @rule(days=st.integers(1, 30), step=st.integers(1, 9), at=MINUTES)
    def work(self, days: int, step: int, at: datetime.timedelta) -> None:
        """Rounds now and then for some days."""
        for _ in range(0, days, step):
            self.office.now += datetime.timedelta(days=step) - datetime.timedelta(days=1) + at
            self.round()

    @precondition(lambda self: not self.is_over)
    @rule(days=st.integers(1, 120))
    def stand_still(self, days: int) -> None:
        self.office.now += datetime.timedelta(days=days)

    @rule()
    def restart(self) -> None:
        self.worker = self.office.worker()

    @precondition(lambda self: not self.is_over)
    @rule(days=st.integers(0, 12))
    def two_at_once(self, days: int) -> None:
        self.office.now += datetime.timedelta(days=days)
        self.expect()
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(self.office.tell, [self.worker, self.office.worker()]))
        assert self.told() == self.due

    @precondition(lambda self: not self.is_over)
    @rule(days=st.integers(0, 12), taken=st.booleans())
    def die_while_sending(self, days: int, taken: bool) -> None:
        """The mail server had taken the mail, or had not; nobody is left who knows."""
        self.office.now += datetime.timedelta(days=days)
        self.expect()
        self.office.postbox.die(Killed, taken=taken)
        try:
            self.office.tell(self.worker)
        except Killed:
            self.worker = self.office.worker()
        self.office.postbox.refuse(None)
        assert self.told() == self.due

    @precondition(lambda self: not self.is_over)
    @rule(days=st.integers(0, 12))
    def find_the_mail_server_busy(self, days: int) -> None:
        self.office.now += datetime.timedelta(days=days)
        self.expect()
        self.office.postbox.refuse(Delayed("busy"))
        self.office.tell(self.worker)
        self.office.postbox.refuse(None)
        self.office.now += datetime.timedelta(hours=1)
        self.round()

    def round(self) -> None:
        self.expect()
        self.office.tell(self.worker)
        assert self.told() == self.due

    def expect(self) -> None:
        """What the calendar asks for at this moment, about the set of this moment."""
        for before in (14, 7, 3, 1, 0):
            day = self.expires - datetime.timedelta(days=before)
            moment = datetime.datetime(day.year, day.month, day.day, 7, tzinfo=PACIFIC)
            if self.saved < moment <= self.office.now:
                self.due |= {(address, self.expires, before) for address in ADDRESSES}

    def teardown(self) -> None:
        if hasattr(self, "office"):
            while not self.is_over:
                self.work(days=20, step=5, at=datetime.timedelta(hours=3))
            self.settle_doubts()
            self.check()
            self.office.close()
        self.folder.cleanup()

    def settle_doubts(self) -> None:
        for _ in range(3):
            self.round()
            self.office.now += datetime.timedelta(hours=25)

    def told(self) -> set[tuple[str, datetime.date, int]]:
        """What was put on its way: whatever becomes of it is for the mail server."""
        expiries = self.office.expiries
        mails = self.office.services.mails.of(LEA, limit=10_000)
        return {(mail.recipient, expiries[mail.version], int(mail.kind.removeprefix("due-"))) for mail in mails}

    def check(self) -> None:
        mails = self.office.services.mails.of(LEA, limit=10_000)
        posted = Counter(message["Message-ID"] for _address, message in self.office.postbox.posted)
        assert len(mails) == len({(mail.recipient, mail.version, mail.kind) for mail in mails})
        for mail in mails:
            outdated = mail.version < max(self.office.expiries)
            assert mail.state is State.SENT or mail.doubts or outdated
            assert mail.attempts > 1 or not mail.doubts or outdated
            assert (mail.state is State.SENT) <= posted[mail.message_id] <= 1 + mail.doubts


def run(lifetime: int, examples: int) -> None:
    machine = type("Days", (FourHundredDays,), {"lifetime": lifetime})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    few = settings(max_examples=examples, stateful_step_count=15, deadline=None, database=None)
    run_state_machine_as_test(machine, settings=settings(few, suppress_health_check=checks, phases=[Phase.generate]))


@pytest.mark.parametrize("lifetime", [90, pytest.param(365, marks=pytest.mark.soak)])
def test_exactly_what_is_due_goes_once(lifetime):
    run(lifetime, examples=3)


@pytest.mark.soak
@pytest.mark.parametrize("lifetime", [90, 365])
def test_exactly_what_is_due_goes_once_in_hundreds_of_lives(lifetime):
    run(lifetime, examples=300)
