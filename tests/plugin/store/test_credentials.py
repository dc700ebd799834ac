"""One set of the state's credentials for each LEA."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import pytest

from plugin.store.credentials import CredentialSets, CredentialsRecord, SavedCredentials
from plugin.store.database import Database
from plugin.store.vault import Vault, VaultError
from plugin.store.versions import SavedMeanwhile

DISTRICT, CHARTER = "19647330000000", "19647330123456"
LAST_DAY = datetime.date(2027, 2, 20)


@pytest.fixture
def sets(database: Database, vault: Vault) -> CredentialSets:
    return CredentialSets(database, vault)


@pytest.fixture
def save(now: datetime.datetime) -> Callable[..., None]:
    def save(sets: CredentialSets, secret: str, *, lea: str = DISTRICT, replaces: int = 0) -> None:
        sets.save(lea, "a user", secret, expires_on=LAST_DAY, saved_by="ada", now=now, replaces=replaces)

    return save


def test_a_set_comes_back_as_it_was_saved(sets: CredentialSets, save, now: datetime.datetime) -> None:
    save(sets, "a secret")
    record = CredentialsRecord(DISTRICT, now, "ada", LAST_DAY, version=1)
    assert sets.load(DISTRICT) == SavedCredentials(record, "a user", "a secret")


def test_an_lea_without_a_set_has_none_even_where_the_district_has(sets: CredentialSets, save) -> None:
    save(sets, "a secret")
    assert sets.load(CHARTER) is None


def test_the_list_says_all_but_the_credentials(sets: CredentialSets, save, now: datetime.datetime) -> None:
    save(sets, "CANARY", lea=CHARTER)
    save(sets, "CANARY")
    assert [record.lea_cds for record in sets.describe()] == [DISTRICT, CHARTER]
    assert "CANARY" not in str([asdict(record) for record in sets.describe()])


def test_a_newer_set_replaces_the_older(sets: CredentialSets, save) -> None:
    save(sets, "older")
    save(sets, "newer", replaces=1)
    saved = sets.load(DISTRICT)
    assert saved is not None
    assert (saved.secret, saved.record.version) == ("newer", 2)
    assert len(sets.describe()) == 1


@pytest.mark.parametrize("replaces", [0, 1, 3])
def test_who_looked_at_another_version_does_not_overwrite_it(sets: CredentialSets, save, replaces: int) -> None:
    save(sets, "first")
    save(sets, "second", replaces=1)
    with pytest.raises(SavedMeanwhile):
        save(sets, "late", replaces=replaces)
    assert sets.load(DISTRICT).secret == "second"


@pytest.mark.parametrize("replaces", [0, 1])
def test_of_eight_who_save_at_once_one_does(connect, database: Database, vault: Vault, save, replaces: int) -> None:
    sets = CredentialSets(connect(8), vault)
    if replaces:
        save(sets, "first")
    with ThreadPoolExecutor(8) as threads:
        tries = [threads.submit(save, sets, str(number), replaces=replaces) for number in range(8)]
    winners = [str(number) for number, one in enumerate(tries) if not one.exception()]
    assert {type(one.exception()) for one in tries} == {SavedMeanwhile, type(None)}
    assert winners == [sets.load(DISTRICT).secret]


def test_a_set_whose_key_is_gone_can_be_entered_again(database: Database, vault: Vault, save) -> None:
    save(CredentialSets(database, Vault({"old": bytes(range(32))}, "old")), "lost")
    sets = CredentialSets(database, vault)
    with pytest.raises(VaultError):
        sets.load(DISTRICT)
    [record] = sets.describe()
    save(sets, "entered again", replaces=record.version)
    assert sets.load(DISTRICT).secret == "entered again"


@pytest.mark.parametrize("key", ["new", "old"])
def test_the_list_says_which_sets_can_be_opened_though_another_key_has_the_lost_ones_id(
    database: Database, save, key: str
) -> None:
    before = CredentialSets(database, Vault({"old": bytes(range(32))}, "old"))
    save(before, "lost")
    after = CredentialSets(database, Vault({key: bytes(range(1, 33))}, key))
    save(after, "found", lea=CHARTER)
    assert [(one.lea_cds, one.readable) for one in after.describe()] == [(DISTRICT, False), (CHARTER, True)]


def test_a_set_does_not_open_for_another_lea(database: Database, sets: CredentialSets, save) -> None:
    save(sets, "the district's")
    save(sets, "the charter's", lea=CHARTER)
    with database.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE credentials SET secret = (SELECT secret FROM credentials WHERE lea_cds = '19647330000000')"
        )
    assert sets.load(DISTRICT).secret == "the district's"
    with pytest.raises(VaultError):
        sets.load(CHARTER)


def test_user_name_and_secret_cannot_be_swapped(database: Database, sets: CredentialSets, save) -> None:
    save(sets, "a secret")
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE credentials SET secret = user_name, user_name = secret")
    with pytest.raises(VaultError):
        sets.load(DISTRICT)


def test_a_set_shows_neither_user_name_nor_secret(sets: CredentialSets, save) -> None:
    save(sets, "CANARY")
    shown = repr(sets.load(DISTRICT))
    assert "CANARY" not in shown
    assert "a user" not in shown
