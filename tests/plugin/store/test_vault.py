"""What is sealed opens in its place, with its key and unchanged; and nowhere else."""

from __future__ import annotations

import os
import pickle
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.store.vault import Place, Vault, VaultError, fingerprint

KEYS = {"old": os.urandom(32), "new": os.urandom(32)}
VAULT = Vault(KEYS, "new")
PLACE = Place("credentials", "secret", "19647330000000", "19647330000000")
SECRET = "CANARY-9f27c1"

texts = st.text(st.characters(exclude_categories=()))
places = st.builds(Place, texts, texts, texts, texts)


@given(texts, places)
def test_what_was_sealed_opens_in_its_place(plain: str, place: Place) -> None:
    assert VAULT.open(VAULT.seal(plain, place), place) == plain


@given(texts, places, places)
def test_it_opens_in_no_other_place(plain: str, place: Place, other: Place) -> None:
    if place != other:
        with pytest.raises(VaultError):
            VAULT.open(VAULT.seal(plain, place), other)


@pytest.mark.parametrize("part", ["table", "column", "row", "owner"])
def test_it_opens_for_no_other_table_column_row_or_owner(part: str) -> None:
    with pytest.raises(VaultError):
        VAULT.open(VAULT.seal(SECRET, PLACE), replace(PLACE, **{part: "another"}))


def test_moving_a_letter_from_one_part_of_the_place_to_the_next_does_not_open_it() -> None:
    sealed = VAULT.seal(SECRET, Place("links", "url", "ab", "c"))
    with pytest.raises(VaultError):
        VAULT.open(sealed, Place("links", "url", "a", "bc"))


def test_a_flipped_bit_anywhere_is_noticed() -> None:
    sealed = VAULT.seal(SECRET, PLACE)
    for position in range(len(sealed) * 8):
        broken = bytearray(sealed)
        broken[position // 8] ^= 1 << position % 8
        with pytest.raises(VaultError):
            VAULT.open(bytes(broken), PLACE)


def test_a_value_cut_short_or_made_longer_does_not_open() -> None:
    sealed = VAULT.seal(SECRET, PLACE)
    for broken in [*(sealed[:length] for length in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(VaultError):
            VAULT.open(broken, PLACE)


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused_in_the_same_way(noise: bytes) -> None:
    with pytest.raises(VaultError):
        VAULT.open(noise, PLACE)


def test_a_value_relabelled_with_another_keys_id_does_not_open() -> None:
    twice = Vault({"old": KEYS["old"], "new": KEYS["old"]}, "old")
    sealed = twice.seal(SECRET, PLACE)
    with pytest.raises(VaultError):
        twice.open(sealed.replace(b"old", b"new"), PLACE)


def test_whether_a_value_opens_can_be_known_without_it() -> None:
    sealed = VAULT.seal(SECRET, PLACE)
    assert VAULT.opens(sealed, PLACE)
    for broken in (b"", b"\0" + sealed[1:], sealed[:-1]):
        assert not VAULT.opens(broken, PLACE)
    assert not Vault({"new": KEYS["old"]}, "new").opens(sealed, PLACE)


def test_every_listed_key_opens_and_the_current_one_seals() -> None:
    before, after = Vault(KEYS, "old"), Vault(KEYS, "new")
    assert after.open(before.seal(SECRET, PLACE), PLACE) == SECRET
    assert after.seal(SECRET, PLACE).startswith(after.mark)


def test_a_key_that_is_no_longer_listed_opens_nothing() -> None:
    sealed = Vault(KEYS, "old").seal(SECRET, PLACE)
    with pytest.raises(VaultError):
        Vault({"new": KEYS["new"]}, "new").open(sealed, PLACE)


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({VAULT.seal(SECRET, PLACE) for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize("key", [b"", b"k" * 32, b"changeme" * 4, bytes(range(31)), bytes(range(33))])
def test_what_is_no_random_key_of_32_bytes_is_refused_by_its_id(key: bytes) -> None:
    with pytest.raises(ValueError, match="'weak'") as refused:
        Vault({"new": KEYS["new"], "weak": key}, "new")
    assert not key or repr(key) not in str(refused.value)


@pytest.mark.parametrize("name", ["", "a" * 33, "schlüssel", "two words", "new\n"])
def test_a_key_id_that_does_not_fit_into_the_format_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="id"):
        Vault({name: KEYS["new"]}, name)


def test_a_current_key_that_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="'newer'"):
        Vault(KEYS, "newer")


def test_a_failure_says_nothing_of_value_place_key_or_reason(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(VaultError) as failure:
        VAULT.open(VAULT.seal(SECRET, PLACE), replace(PLACE, owner="another"))
    told = "".join(traceback.format_exception(failure.value)) + repr(failure.value) + capsys.readouterr().out
    assert SECRET not in told
    assert PLACE.row not in told
    assert "InvalidTag" not in told


def test_a_vault_shows_no_key_and_cannot_be_pickled() -> None:
    shown = repr(VAULT) + str(VAULT) + repr(vars(VAULT))
    assert not any(shape in shown for key in KEYS.values() for shape in (repr(key), key.hex()))
    with pytest.raises(TypeError):
        pickle.dumps(VAULT)


@given(texts)
def test_a_fingerprint_tells_secrets_apart_and_holds_none(secret: str) -> None:
    assert fingerprint(secret) == fingerprint(secret) != fingerprint(secret + "x")
    assert len(fingerprint(secret)) == 64
