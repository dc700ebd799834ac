"""Workers are killed while they send: nothing is lost, and nothing comes twice but what stood as unknown."""

from __future__ import annotations

import datetime
import itertools
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from operator import attrgetter

import pytest

from plugin.config import from_environ
from plugin.mail import mailer
from plugin.powerschool.records import Period
from plugin.reports.looking_after import look_after
from plugin.reports.notices.recipients import recipients
from plugin.reports.notices.telling import tell
from plugin.reports.reminding import DAYS_BEFORE
from plugin.store.database import Database
from plugin.store.found_reports import FoundReport
from plugin.store.mail_record import Mail, State
from plugin.store.releases import Telling
from plugin.store.searched import Outcome
from plugin.store.searches import State as SearchState
from sandbox.mail import MailCatcher
from sandbox.stage import Stage
from sandbox.state import StateCredentials, StateService
from tests.households import releases, to_families
from tests.plugin.jobs.reminding import Round, services, work

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
    """One that forgets no mail of any test here."""
    with MailCatcher(kept=100_000) as catcher:
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


several_kills = pytest.mark.parametrize(
    ("url", "kills"),
    [
        ("sqlite", 10),
        pytest.param("sqlite", 200, marks=pytest.mark.soak),
        pytest.param("postgresql", 200, marks=pytest.mark.soak),
    ],
    indirect=["url"],
)


@several_kills
def test_a_kill_loses_nothing_and_repeats_only_what_stood_as_unknown(
    environ: Mapping[str, str], leas: list[str], addresses: list[str], catcher: MailCatcher, kills: int
) -> None:
    days = len(leas) + 2
    for number in range(kills):
        kill_one(look_after, environ, START + number * days * DAY / kills)
    for hours in (0, 25, 50):
        finish(look_after, environ, START + days * DAY + datetime.timedelta(hours=hours))

    with services(environ, START) as ours:
        mails = [mail for lea in leas for mail in ours.mails.of(lea, limit=1000)]
    arrived = Counter(mail.message_id for mail in catcher.mails)
    kinds = [f"due-{before}" for before in DAYS_BEFORE]
    told = Counter((mail.lea_cds, mail.kind, mail.recipient) for mail in mails)
    assert told == Counter(itertools.product(leas, kinds, addresses))
    assert arrived.keys() <= {mail.message_id for mail in mails}
    for mail in mails:
        assert_as_it_should(mail, arrived[mail.message_id])


@several_kills
def test_a_kill_forgets_no_family_and_tells_nobody_twice_but_what_stood_as_unknown(
    telling: Mapping[str, str], stage: Stage, catcher: MailCatcher, kills: int
) -> None:
    families = whom_to_tell(telling)
    for number in range(kills):
        moment = START + number * DAY / 10
        find_one_more(telling, stage, families, moment, f"{1900 + number}")
        kill_one(tell, telling, moment)
    for hours in (0, 25, 50):
        finish(tell, telling, START + kills * DAY / 10 + datetime.timedelta(hours=hours))

    with services(telling, START + 400 * DAY) as ours:
        students = releases(ours)
        mails = to_families(ours.mails)
        ends = [ours.tellings.of_search(search.id) for search in ours.searches.recent(stage.district.cds, kills)]
    arrived = Counter(mail.message_id for mail in catcher.mails)
    assert Counter(students.values()) == dict.fromkeys(families, kills)
    assert Counter((mail.release_id, mail.recipient) for mail in mails) == Counter(
        (release, address) for release, dcid in students.items() for address in families[dcid]
    )
    assert arrived.keys() <= {mail.message_id for mail in mails}
    for mail in mails:
        assert_as_it_should(mail, arrived[mail.message_id])
    assert {telling for one in ends for telling, _ in one} <= {Telling.TOLD, Telling.UNKNOWN}


@pytest.fixture
def telling(stage: Stage, url: str, catcher: MailCatcher) -> Mapping[str, str]:
    """The stage's school system and state, and an LEA that tells as fast as it can, in a database of its own."""
    environ = stage.environ | {"DATABASE_URL": url, "SMTP_PORT": str(catcher.smtp_port)}
    with closing(Database(url)) as database:
        database.migrate()
    issued, lea = stage.state.credentials[stage.district.cds], stage.district.cds
    with services(environ, START) as ours:
        kept = {"replaces": 0, "now": START}
        last = (START + 500 * DAY).date()
        ours.credentials.save(lea, issued.user, issued.secret, expires_on=last, saved_by="a test", **kept)
        ours.choices.save(lea, "notices", {"enabled": True, "click_rate": 1}, by="a test", **kept)
    return environ


def whom_to_tell(environ: Mapping[str, str]) -> dict[int, list[str]]:
    """Addresses by student, of some whose contacts are the same on every day."""
    with services(environ, START) as ours:
        students = [
            one.dcid for one in sorted(map(attrgetter("student"), ours.roster.active()), key=attrgetter("dcid"))
        ]
        dated = {dcid for dcid in students if any(one.days != Period(None, None) for one in ours.roster.contacts(dcid))}
        told = {dcid: recipients(ours.roster, dcid, START.date(), frozenset()) for dcid in students[:16]}
    return {dcid: [one.address for one in adults] for dcid, adults in told.items() if adults and dcid not in dated}


def find_one_more(
    environ: Mapping[str, str], stage: Stage, families: Mapping[int, object], moment: datetime.datetime, year: str
) -> None:
    """A search finds a report of one more year for each of these students."""
    with services(environ, moment) as ours:
        number = ours.searches.begin(stage.district.cds, families, by="a test", now=moment)
        found = [FoundReport(dcid, frozenset({"01"}), "caaspp", year, "ENG") for dcid in families]
        ours.searches.keep(ours.searches.one(number), [Outcome(one.dcid, "ok", [one]) for one in found], moment)
        ours.searches.change(number, SearchState.DONE, moment)


def kill_one(a_round: Round, environ: Mapping[str, str], moment: datetime.datetime) -> None:
    """Let a worker send for a while, and kill it wherever it is."""
    here, there = PROCESSES.Pipe()
    worker = PROCESSES.Process(target=work, args=[a_round, dict(environ), moment, there])
    worker.start()
    assert here.recv() == "ready"
    time.sleep(random.uniform(0, 1))  # noqa: S311  a moment, not a secret
    worker.kill()
    worker.join()


def finish(a_round: Round, environ: Mapping[str, str], moment: datetime.datetime) -> None:
    """Let a worker that nobody kills do what is due."""
    with services(environ, moment) as ours:
        a_round(ours, mailer(from_environ(environ)))
        while ours.tellings.to_send(moment) or any(
            mail.due_at and mail.due_at <= moment for mail in ours.mails.unfinished()
        ):
            a_round(ours, mailer(from_environ(environ)))


def assert_as_it_should(mail: Mail, arrived: int) -> None:
    if mail.doubts == 0:
        assert (mail.state, arrived) == (State.SENT, 1)
    elif mail.doubts == 1:  # killed while it was sent, and tried once more with the same Message-ID
        assert (mail.state, mail.attempts) == (State.SENT, 2)
        assert arrived in {1, 2}
    else:  # killed both times: staff are shown that nobody knows
        assert (mail.state, mail.attempts, mail.due_at) == (State.UNKNOWN, 2, None)
        assert arrived <= 2
