"""What failures say to families."""

from __future__ import annotations

import pytest

from plugin import errors
from plugin.errors import STATE_FAILURES, Failure

ALL = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Failure)]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_families_and_teachers_never_read_the_offices_words(kind):
    told = f"{kind.title} {kind.family} {kind.teacher}".lower()
    assert not [word for word in ("authoriz", "credential", "ssid", "identifier", "calpads") if word in told]


@pytest.mark.parametrize("kind", STATE_FAILURES.values(), ids=STATE_FAILURES)
def test_families_are_told_what_to_do_next(kind):
    assert any(words in kind.family for words in ("ask the school office", "try again")), kind.family


@pytest.mark.parametrize("kind", STATE_FAILURES.values(), ids=STATE_FAILURES)
def test_nothing_is_filled_in_for_families_that_only_the_office_should_know(kind):
    assert "%(" not in kind.title + kind.family + kind.teacher
