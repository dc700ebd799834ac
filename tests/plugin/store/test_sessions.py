"""Who is signed in, for how long, and that ended is ended."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.model import Persona, Viewer
from plugin.store.database import Database
from plugin.store.sessions import IDLE, LONGEST, Session, Sessions
from plugin.store.vault import Vault

SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
VIEWER = Viewer("guardian-7", Persona.PARENT, "token-7", "mpeña@example.org", "María Peña-O'Neil 陳")


@pytest.fixture
def sessions(database: Database, vault: Vault) -> Sessions:
    return Sessions(database, vault)


@pytest.mark.parametrize("persona", list(Persona))
def test_a_session_gives_back_its_viewer(sessions: Sessions, now: datetime.datetime, persona: Persona) -> None:
    viewer = Viewer("guardian-7", persona, "token-7", VIEWER.username, VIEWER.name)
    token = sessions.begin(viewer, now - MINUTE, now)
    assert sessions.load(token, now) == Session(viewer, now - MINUTE, now, now)


def test_the_school_system_may_not_say_when_somebody_signed_in(sessions: Sessions, now: datetime.datetime) -> None:
    session = sessions.load(sessions.begin(VIEWER, None, now), now)
    assert session is not None
    assert session.auth_time is None


def test_a_token_is_new_every_time_and_has_256_bits(sessions: Sessions, now: datetime.datetime) -> None:
    tokens = {sessions.begin(VIEWER, now, now) for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 256 / 6


@pytest.mark.parametrize("token", ["", "made up", "\ud800", "a" * 100_000, "\0"])
def test_a_token_that_is_none_of_ours_is_nobody(sessions: Sessions, now: datetime.datetime, token: str) -> None:
    assert sessions.load(token, now) is None


def test_a_session_ends_after_thirty_idle_minutes(sessions: Sessions, now: datetime.datetime) -> None:
    in_time, too_late = (sessions.begin(VIEWER, now, now) for _ in range(2))
    assert sessions.load(in_time, now + IDLE - SECOND)
    assert sessions.load(too_late, now + IDLE + SECOND) is None


def test_a_session_in_use_ends_after_twelve_hours(sessions: Sessions, now: datetime.datetime) -> None:
    token, end = sessions.begin(VIEWER, now, now), now + LONGEST
    moment = now
    while moment < end - SECOND:
        assert sessions.load(token, moment)
        moment += IDLE - SECOND
    assert sessions.load(token, end - SECOND)
    assert sessions.load(token, end + SECOND) is None


def test_a_request_is_noted_once_a_minute(interrupted, database: Database, vault: Vault, now) -> None:
    written: list[int] = []
    sessions = Sessions(interrupted(database, lambda: written.append(1)), vault)
    token = sessions.begin(VIEWER, now, now)
    seen = [sessions.load(token, now + second * SECOND).seen_at - now for second in range(0, 180, 10)]
    assert len(written) == 1 + 2
    assert sorted(set(seen)) == [0 * MINUTE, 1 * MINUTE, 2 * MINUTE]


def test_an_ended_session_is_nobody(sessions: Sessions, now: datetime.datetime) -> None:
    token, other = (sessions.begin(VIEWER, now, now) for _ in range(2))
    sessions.end(token)
    assert sessions.load(token, now) is None
    assert sessions.load(other, now)


def test_a_session_that_ends_while_it_is_loaded_is_not_written_back(
    interrupted, connect: Callable[..., Database], sessions: Sessions, vault: Vault, now: datetime.datetime
) -> None:
    token = sessions.begin(VIEWER, now, now)
    at_that_moment = Sessions(interrupted(connect(1), lambda: sessions.end(token)), vault)
    assert at_that_moment.load(token, now + 2 * MINUTE) is None
    assert sessions.load(token, now + 2 * MINUTE) is None


def test_sessions_that_end_while_others_load_them_stay_ended(
    connect: Callable[..., Database], database: Database, vault: Vault, now: datetime.datetime
) -> None:
    sessions = Sessions(connect(8), vault)
    tokens = [sessions.begin(VIEWER, now, now) for _ in range(10)]
    with ThreadPoolExecutor(8) as threads:
        for token in tokens:
            for minute in range(2, 8):
                threads.submit(sessions.load, token, now + minute * MINUTE)
            threads.submit(sessions.end, token)
    assert [sessions.load(token, now + 8 * MINUTE) for token in tokens] == [None] * 10


def test_a_session_whose_key_is_gone_is_nobody(database: Database, vault: Vault, now: datetime.datetime) -> None:
    token = Sessions(database, Vault({"old": bytes(range(32))}, "old")).begin(VIEWER, now, now)
    assert Sessions(database, vault).load(token, now) is None


def test_a_session_shows_no_name_and_no_account(sessions: Sessions, now: datetime.datetime) -> None:
    shown = repr(sessions.load(sessions.begin(VIEWER, now, now), now))
    assert not any(secret in shown for secret in (VIEWER.account, VIEWER.username, VIEWER.name))
