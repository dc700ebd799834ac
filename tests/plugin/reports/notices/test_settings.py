"""Whether an LEA tells its families: what can be chosen, and what is kept."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path

import pytest

from plugin.model import Lea
from plugin.reports.faults import Faulty
from plugin.reports.languages import ENGLISH, KOREAN
from plugin.reports.notices import settings
from plugin.reports.notices.settings import HOW, NoticeSettings, Typed, checked, settings_of
from plugin.reports.services import Services
from plugin.reports.trying import Operator
from plugin.store.audit import Audit
from plugin.store.choices import Choices
from plugin.store.database import Database
from plugin.store.versions import SavedMeanwhile

NOW = datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC)
LEA = Lea("19647330000000", "Maple Unified")
DANA = Operator("dana.overlook", {"subject": "1"})
TYPED = Typed(True, "40 %", "dana@district.example\r\nlee@district.example;", " Come to\r\nthe office. ")
MEANT = NoticeSettings(True, 40, ("dana@district.example", "lee@district.example"), "Come to the office.")


@pytest.fixture
def services(tmp_path: Path) -> Services:
    database = Database(f"sqlite:///{tmp_path}/settings.sqlite3")
    database.migrate()
    nothing = dict.fromkeys((field.name for field in dataclasses.fields(Services)), None)
    known = {"choices": Choices(database), "audit": Audit(database), "now": lambda: NOW}
    return Services(**{**nothing, **known})


def test_nobody_is_told_until_somebody_switches_it_on(services):
    assert settings_of(services, LEA.cds) == NoticeSettings(False, 30, (), "")


def test_what_is_typed_is_saved_and_found_again(services):
    settings.save(services, DANA, LEA, checked(TYPED), seen=0)
    assert settings_of(services, LEA.cds) == MEANT
    assert checked(Typed.of(MEANT)) == MEANT


def test_what_an_older_release_did_not_save_is_as_it_comes():
    assert NoticeSettings.of({"enabled": True}) == NoticeSettings(enabled=True)


@pytest.mark.parametrize("rate", ["", "0", "101", "-1", "1e2", "30.5", "３０", "²", "1 0", "1" * 5000, "$(id)"])
def test_a_click_rate_is_a_whole_number_from_1_to_100(rate):
    assert wrong(click_rate=rate) == ["click_rate"]


@pytest.mark.parametrize("rate", ["1", "100", " 30 ", "30%"])
def test_it_may_have_its_sign(rate):
    assert wrong(click_rate=rate) == []


@pytest.mark.parametrize(
    "typed",
    ["a@b", "Dana <d@x.example>", "a@x.example\x00", "a" * 300 + "@x.example", "d@müller.example", '"a\r\nSubject:"@x'],
)
def test_an_address_is_one(typed):
    assert set(wrong(summary_to=typed)) == {"summary_to"}


def test_there_are_no_more_than_twenty_addresses_and_the_answer_stays_short():
    typed = "\n".join(f"no address {number}" for number in range(1000))
    assert 20 < len(wrong(summary_to=typed)) < 30


@pytest.mark.parametrize("how", ["x" * 501, "a\x00b", "a\u202eb"])
def test_the_words_on_how_a_report_comes_are_plain_and_short(how):
    assert wrong(blocked_how=how) == ["blocked_how"]


def test_everything_that_is_wrong_is_said_at_once():
    assert wrong(click_rate="x", summary_to="y", blocked_how="z" * 501) == ["click_rate", "summary_to", "blocked_how"]


def wrong(**typed: str) -> list[str]:
    try:
        checked(dataclasses.replace(TYPED, **typed))
    except Faulty as refusal:
        assert all((one.text % one.facts).endswith(".") for one in refusal.faults)
        return [one.field for one in refusal.faults]
    return []


def test_where_the_office_writes_nothing_the_family_reads_the_built_in_words_in_its_language():
    assert NoticeSettings().how_in(ENGLISH) == HOW
    assert NoticeSettings().how_in(KOREAN) not in {"", HOW}
    assert MEANT.how_in(KOREAN) == "Come to the office."


def test_a_change_is_on_record_without_addresses(services):
    settings.save(services, DANA, LEA, MEANT, seen=0)
    with services.audit.database.read() as connection:
        [change] = connection.exec_driver_sql("select change from audit where event = 'choice_changed'").scalars()
    told = json.loads(change)
    assert (told["notices enabled"], told["notices summary_to"]) == ("off → on", "0 → 2 addresses")
    assert "@" not in change


def test_saving_what_is_saved_already_changes_nothing(services):
    settings.save(services, DANA, LEA, MEANT, seen=0)
    settings.save(services, DANA, LEA, MEANT, seen=0)
    assert services.choices.of(LEA.cds, settings.KIND).version == 1


def test_nobody_saves_over_what_somebody_else_saved_meanwhile(services):
    settings.save(services, DANA, LEA, MEANT, seen=0)
    with pytest.raises(SavedMeanwhile):
        settings.save(services, DANA, LEA, NoticeSettings(), seen=0)
    assert settings_of(services, LEA.cds) == MEANT
