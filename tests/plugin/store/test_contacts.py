"""Whom to write to about an LEA's credentials."""

from __future__ import annotations

import pytest

from plugin.store.contacts import Contact, Contacts
from plugin.store.database import Database
from plugin.store.versions import SavedMeanwhile

LEA = "19999990000000"


@pytest.fixture
def contacts(database: Database, now) -> Contacts:
    contacts = Contacts(database)
    contacts.save(LEA, ["ada@poppyvalley.example"], "SEIS", replaces=0, by="ada", now=now)
    return contacts


def test_nobody_is_named_before_somebody_saves(contacts):
    assert contacts.of("19999990099999") == Contact()


def test_what_is_saved_is_found(contacts, now):
    assert contacts.of(LEA) == Contact(["ada@poppyvalley.example"], "SEIS", 1, now, "ada")


@pytest.mark.parametrize("replaces", [0, 2, 17])
def test_who_saves_over_what_they_have_not_seen_is_told_and_changes_nothing(contacts, now, replaces):
    with pytest.raises(SavedMeanwhile):
        contacts.save(LEA, [], "", replaces=replaces, by="grace", now=now)
    assert contacts.of(LEA).addresses == ["ada@poppyvalley.example"]


def test_who_saves_over_what_they_have_seen_replaces_it(contacts, now):
    contacts.save(LEA, [], "none", replaces=1, by="grace", now=now)
    assert contacts.of(LEA) == Contact([], "none", 2, now, "grace")
