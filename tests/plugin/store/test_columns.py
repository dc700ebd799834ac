"""What both databases take and give back alike."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from plugin.store.columns import UNPRINTABLE, Moment, PlainJson, PlainText, place, printable
from plugin.store.database import Database
from plugin.store.tables import links

notes = Table(
    "notes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Moment),
    Column("text", PlainText),
    Column("short", PlainText(5)),
    Column("facts", PlainJson),
)

HOSTILE = "a\r\nb\x00c\x1b[2Jd\u2028e\u2029f\u202eg\ud800h\ufeff"


@pytest.fixture
def written(database: Database) -> Iterator[Callable[..., object]]:
    """Writes one row and reads it back."""

    def written(**values: object):
        with database.begin() as connection:
            notes.drop(connection, checkfirst=True)
            notes.create(connection)
            connection.execute(insert(notes).values(**values))
        with database.read() as connection:
            return connection.execute(select(notes)).one()

    yield written
    with database.begin() as connection:
        notes.drop(connection, checkfirst=True)


def test_a_moment_comes_back_in_utc_to_the_microsecond(written, now: datetime.datetime) -> None:
    there = now.replace(microsecond=123456).astimezone(ZoneInfo("America/Los_Angeles"))
    back = written(at=there).at
    assert back == there
    assert back.utcoffset() == datetime.timedelta(0)


def test_a_moment_in_the_hour_that_comes_twice_keeps_which_one_it_was(written) -> None:
    second = datetime.datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Los_Angeles"), fold=1)
    assert written(at=second).at == datetime.datetime(2026, 11, 1, 9, 30, tzinfo=datetime.UTC)


def test_a_time_without_a_zone_is_refused(written, now: datetime.datetime) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        written(at=now.replace(tzinfo=None))


def test_no_moment_stays_no_moment(written) -> None:
    row = written(at=None, text=None, facts=None)
    assert (row.at, row.text, row.facts) == (None, None, None)


def test_hostile_text_is_kept_in_a_form_that_harms_no_database_log_or_terminal(written) -> None:
    row = written(text=HOSTILE, facts={HOSTILE: [HOSTILE, 1, None]})
    harmless = r"a\r\nb\x00c\x1b[2Jd\u2028e\u2029f\u202eg\ud800h\ufeff"
    assert row.text == harmless
    assert row.facts == {harmless: [harmless, 1, None]}


def test_text_of_any_script_is_kept_as_it_is(written) -> None:
    names = "Nguyễn Thị Ánh · 陳大文 · 김민준 · محمد · Peña-O'Neil · 🎓"
    assert written(text=names).text == names


def test_text_beyond_its_limit_is_cut(written) -> None:
    assert written(short="123456789").short == "12345"


@given(st.text(st.characters(exclude_categories=())))
def test_printable_text_has_no_unprintable_character_and_stays_as_it_is(text: str) -> None:
    clean = printable(text)
    assert not any(unicodedata.category(character) in UNPRINTABLE for character in clean)
    assert printable(clean) == clean


def test_a_sealed_column_knows_its_place() -> None:
    where = place(links.c.url, {"id": "abc", "subject": "guardian-7", "position": 0})
    assert (where.table, where.column, where.row, where.owner) == ("links", "url", "abc", "guardian-7")
