"""The revisions make exactly the tables that the code speaks of."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from plugin.store import migrations
from plugin.store.database import Database
from plugin.store.searches import Searches
from plugin.store.tables import metadata
from plugin.store.tellings import Tellings

MIGRATES = """
import sys
from plugin.store import migrations
from plugin.store.database import Database
upgrade = migrations.upgrade
def upgrade_and_wait(connection):
    upgrade(connection)
    print("ready", flush=True)
    sys.stdin.readline()
migrations.upgrade = upgrade_and_wait
Database(sys.argv[1], 1).migrate()
"""

STARTS = """
import sys
from plugin.store.database import Database
print("ready", flush=True)
sys.stdin.readline()
database = Database(sys.argv[1], 1)
database.migrate()
print(database.is_current(), flush=True)
"""


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_without_tables_is_not_current(connect: Callable[..., Database]) -> None:
    assert not connect(1).is_current()


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()
    assert database.is_current()


FOUND_BEFORE_RELEASES = (
    "INSERT INTO searches (lea_cds, state, begun_at, begun_by, worker, leased_until)"
    " VALUES ('19', 'searching', '2026-11-01 00:00:00', 'ada', '', '2026-11-01 00:02:00')",
    "INSERT INTO searched (search_id, student_dcid, place, tries, outcome, found) VALUES (1, 5, 0, 1, 'ok', 3)",
    "INSERT INTO searched (search_id, student_dcid, place, tries, outcome, found) VALUES (1, 7, 1, 0, '', 0)",
    "INSERT INTO found VALUES (5, '01,02', '2025-26', 'ENG', '19', '2026-11-01 00:00:05')",
    "INSERT INTO found VALUES (5, '03', '2025-26', 'ENG', '19', '2026-11-01 00:00:09')",
    "INSERT INTO found VALUES (5, '21', '2025-26', 'ENG', '19', '2026-11-01 00:00:05')",
    "INSERT INTO mails (message_id, kind, lea_cds, version, since, recipient, made_at, due_at, state, attempts, doubts,"
    " outcome) VALUES ('<1@example>', 'expired', '19', 1, '2026-11-01 00:00:00', 'sealed', '2026-11-01 00:00:00',"
    " '2026-11-01 00:00:00', 'waiting', 0, 0, '')",
)


def test_what_was_found_before_there_were_releases_is_released(connect: Callable[..., Database]) -> None:
    database = connect(1)
    with database.begin() as connection:
        command.upgrade(migrations.config(connection), "0005")
        for statement in FOUND_BEFORE_RELEASES:
            connection.execute(text(statement))
    database.migrate()
    [caaspp, elpac] = Tellings(database).waiting("19", 0, 10)
    assert (caaspp.program, caaspp.record_types, caaspp.search_id) == ("caaspp", "01,02,03", 1)
    assert (elpac.program, elpac.record_types, elpac.student_dcid) == ("summative_elpac", "21", 5)
    assert (caaspp.year, caaspp.found_at.second) == ("2025-26", 5)
    assert [one.dcid for one in Searches(database).waiting(1, 10)] == [7]
    with database.read() as connection:
        assert connection.execute(text("SELECT language, version FROM mails")).all() == [("", 1)]


KEPT_WITH_ACCENTS = (
    "INSERT INTO releases (student_dcid, program, year, lea_cds, record_types, found_at, search_id, name, last_first,"
    " first_last, school_number, grade, language, has_left, blocked, telling, looked_by, due_estimated, handed_over_by)"
    " VALUES (:dcid, 'caaspp', '2025-26', '19', '01', '2026-11-01 00:00:00', 1, '', :last, :first, 1, 3, '', TRUE,"
    " FALSE, 'off', '', FALSE, '')"
)


def test_names_that_were_kept_with_accents_are_found_without(connect: Callable[..., Database]) -> None:
    database = connect(1)
    rows = [{"dcid": 5, "last": "núñez đặng", "first": "đặng núñez"}, {"dcid": 7, "last": "lee", "first": ""}]
    rows += [{"dcid": dcid, "last": "o’brien-garcía", "first": ""} for dcid in range(8, 1010)]
    with database.begin() as connection:
        command.upgrade(migrations.config(connection), "0007")
        connection.execute(text(KEPT_WITH_ACCENTS), rows)
    database.migrate()
    with database.read() as connection:
        kept = connection.execute(text("SELECT last_first, first_last FROM releases ORDER BY id")).all()
    assert kept == [("nunez dang", "dang nunez"), ("lee", ""), *[("obrien garcia", "")] * 1002]


def test_a_database_of_a_later_version_is_not_current(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    assert not database.is_current()


def test_a_process_that_starts_while_another_migrates_waits_for_it(
    elsewhere: Callable[..., subprocess.Popen[str]], connect: Callable[..., Database]
) -> None:
    other, late = elsewhere(MIGRATES), connect(1)
    go_on = threading.Timer(0.3, other.communicate, [""])
    go_on.start()
    late.migrate()
    go_on.join()
    assert other.returncode == 0
    assert late.is_current()


@pytest.mark.parametrize("count", [1, pytest.param(20, marks=pytest.mark.soak)])
def test_processes_that_start_at_once_on_a_new_database_do_not_collide(
    elsewhere: Callable[..., subprocess.Popen[str]], connect: Callable[..., Database], count: int
) -> None:
    others = [elsewhere(STARTS) for _ in range(count)]
    for other in others:
        print(file=other.stdin, flush=True)
    ours = connect(1)
    ours.migrate()
    assert ours.is_current()
    assert [other.communicate()[0] for other in others] == ["True\n"] * count
