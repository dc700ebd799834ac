from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.households import Households
from tests.office import pacific


@pytest.fixture
def households(tmp_path: Path) -> Iterator[Households]:
    households = Households(tmp_path, pacific(2026, 10, 1, 10))
    yield households
    households.close()
