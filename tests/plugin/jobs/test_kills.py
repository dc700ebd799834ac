"""Workers are killed while they remind: nothing is lost, and nothing comes twice but what stood as unknown."""

from __future__ import annotations

import datetime
import itertools
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from plugin.config import from_environ
from plugin.mail import mailer
from plugin.reports.looking_after import look_after
from plugin.reports.reminding import DAYS_BEFORE
from plugin.store.database import Database
from plugin.store.mails import Mail, State
from sandbox.mail import MailCatcher
from sandbox.stage import Stage
from sandbox.state import StateCredentials, StateService
from tests.plugin.jobs.reminding import remind, services

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.plugin.jobs.reminding"])

START = datetime.datetime.now(datetime.UTC).replace(hour=20, minute=0)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def leas(kills: int) -> list[str]:
    return [f"19{number:05}0000000" for number in range(5 if kills < 50 else 12)]


@pytest.fixture
def addresses(kills: int) -> list[str]:
    """Enough of them that mails are due all the time."""
    return [f"coordinator-{number}@district.example" for number in range(4 if kills < 50 else 10)]


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    with MailCatcher() as catcher:
        yield catcher


@pytest.fixture
def environ(
    stage: Stage, url: str, leas: list[str], addresses: list[str], catcher: MailCatcher
) -> Iterator[Mapping[str, str]]:
    """A state that takes every LEA's set; the sets run out a day after each other."""
    issued = {lea: StateCredentials(f"sis-{lea}", f"secret {lea}", (START + 400 * DAY).date()) for lea in leas}
    with StateService([], credentials=issued) as state:
        environ = stage.environ | {"DATABASE_URL": url, "STATE_URL": state.url, "SMTP_PORT": str(catcher.smtp_port)}
        with closing(Database(url)) as database:
            database.migrate()
        with services(environ, START - 20 * DAY) as ours:
            for number, (lea, one) in enumerate(issued.items()):
                by, now, last = "a test", ours.now(), (START + (1 + number) * DAY).date()
                ours.credentials.save(lea, one.user, one.secret, expires_on=last, saved_by=by, now=now, replaces=0)
                ours.contacts.save(lea, addresses, "", replaces=0, by=by, now=now)
        yield environ


@pytest.mark.parametrize(
    ("url", "kills"),
    [
        ("sqlite", 10),
        pytest.param("sqlite", 200, marks=pytest.mark.soak),
        pytest.param("postgresql", 200, marks=pytest.mark.soak),
    ],
    indirect=["url"],
)
def test_a_kill_loses_nothing_and_repeats_only_what_stood_as_unknown(
    environ: Mapping[str, str], leas: list[str], addresses: list[str], catcher: MailCatcher, kills: int
) -> None:
    caught: dict[int, str] = {}
    days = len(leas) + 2
    for number in range(kills):
        kill_one(environ, START + number * days * DAY / kills)
        caught |= received(catcher)
    for hours in (0, 25, 50):
        finish(environ, START + days * DAY + datetime.timedelta(hours=hours))
        caught |= received(catcher)

    with services(environ, START) as ours:
        mails = [mail for lea in leas for mail in ours.mails.of(lea, limit=1000)]
    arrived = Counter(caught.values())
    kinds = [f"due-{before}" for before in DAYS_BEFORE]
    told = Counter((mail.lea_cds, mail.kind, mail.recipient) for mail in mails)
    assert told == Counter(itertools.product(leas, kinds, addresses))
    assert arrived.keys() <= {mail.message_id for mail in mails}
    for mail in mails:
        assert_as_it_should(mail, arrived[mail.message_id])


def kill_one(environ: Mapping[str, str], moment: datetime.datetime) -> None:
    """Let a worker remind for a while, and kill it wherever it is."""
    here, there = PROCESSES.Pipe()
    worker = PROCESSES.Process(target=remind, args=[dict(environ), moment, there])
    worker.start()
    assert here.recv() == "ready"
    time.sleep(random.uniform(0, 1))  # noqa: S311  a moment, not a secret
    worker.kill()
    worker.join()


def finish(environ: Mapping[str, str], moment: datetime.datetime) -> None:
    """Let a worker that nobody kills do what is due."""
    with services(environ, moment) as ours:
        look_after(ours, mailer(from_environ(environ)))
        while any(mail.due_at and mail.due_at <= moment for mail in ours.mails.unfinished()):
            look_after(ours, mailer(from_environ(environ)))


def received(catcher: MailCatcher) -> dict[int, str]:
    """The number and the Message-ID of each mail that the mail server took and still shows."""
    return {mail.number: mail.message_id for mail in catcher.mails}


def assert_as_it_should(mail: Mail, arrived: int) -> None:
    if mail.doubts == 0:
        assert (mail.state, arrived) == (State.SENT, 1)
    elif mail.doubts == 1:  # killed while it was sent, and tried once more with the same Message-ID
        assert (mail.state, mail.attempts) == (State.SENT, 2)
        assert arrived in {1, 2}
    else:  # killed both times: staff are shown that nobody knows
        assert (mail.state, mail.attempts, mail.due_at) == (State.UNKNOWN, 2, None)
        assert arrived <= 2
