"""How names are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.names import folded


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Núñez", "nunez"),
        ("N\u0075\u0301n\u0303ez", "nunez"),
        ("Đặng", "dang"),
        ("Øystein  Ångström", "oystein angstrom"),
        ("Łukasz", "lukasz"),
        ("Şahin", "sahin"),
        ("Straße", "strasse"),
        ("O’Brien", "obrien"),
        ("O'Brien", "obrien"),
        ("Kaʻiulani", "kaiulani"),
        ("García-López", "garcia lopez"),
        ("García–López", "garcia lopez"),
        ("Ｌｉｎ", "lin"),
        ("ＧＡＲＣＩＡ\u3000Ana", "garcia ana"),
    ],
)
def test_a_name_is_found_without_the_keys_for_its_letters(name: str, typed: str) -> None:
    assert folded(name) == folded(typed) == typed


@pytest.mark.parametrize("name", ["김민준", "王小明", "محمد", "Армен", "अनिल"])
def test_other_alphabets_stay_what_they_are(name: str) -> None:
    assert folded(name) == name.casefold()


def test_names_with_accents_stand_beside_those_without() -> None:
    names = ["Zúñiga", "Álvarez", "Nunez", "Ñuñez", "Alvarez", "Núñez"]
    assert sorted(names, key=folded) == ["Álvarez", "Alvarez", "Nunez", "Ñuñez", "Núñez", "Zúñiga"]


@given(st.text())
def test_to_fold_twice_is_to_fold_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)
