from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plugin.store.database import Database
from tests.households import Households
from tests.office import pacific


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: the migrations take longer than most tests."""
    file = tmp_path_factory.mktemp("tables") / "office.sqlite3"
    with closing(Database(f"sqlite:///{file}")) as database:
        database.migrate()
    return file


@pytest.fixture
def households(tmp_path: Path, tables: Path) -> Iterator[Households]:
    shutil.copy(tables, tmp_path)
    households = Households(tmp_path, pacific(2026, 10, 1, 10))
    yield households
    households.close()
