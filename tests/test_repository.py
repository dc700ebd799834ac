"""House rules that no linter knows: what is pinned, what is shipped, what must not stand in any file."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ["requirements.lock", "requirements-test.lock"]

#: The oldest releases without a published weakness that touches this product (checked in November 2026).
SAFE_SINCE = {"flask": "3.1.3", "jinja2": "3.1.6", "requests": "2.33.0", "urllib3": "2.7.0", "werkzeug": "3.1.6"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry_and_no_other_source(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://| @ |^-|^\s*/", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_its_hashes(lock: str) -> None:
    for name, pin in pins(lock).items():
        assert re.fullmatch(r"[0-9][0-9a-z.]*", pin.version), name
        assert pin.hashes, f"{name} has no hash in {lock}"
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", value) for value in pin.hashes), name


def test_what_is_tested_is_what_runs() -> None:
    run, test = (pins(lock) for lock in LOCKS)
    assert {name: test[name].version for name in run} == {name: pin.version for name, pin in run.items()}


def test_the_locks_hold_every_direct_dependency_at_or_above_its_floor() -> None:
    locked = pins("requirements-test.lock")
    for name, floor in direct_dependencies().items():
        assert release(locked[name].version) >= release(floor), f"{name} is locked below {floor}: make lock"


def test_nothing_is_allowed_below_the_oldest_safe_release() -> None:
    floors = direct_dependencies()
    for name, safe in SAFE_SINCE.items():
        assert release(floors[name]) >= release(safe), name


def test_every_direct_dependency_says_what_it_is_for() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    for requirement in requirements():
        line = next(line for line in lines if f'"{requirement}"' in line)
        assert re.search(r",\s+# \S+", line), f"{requirement} has no comment"


def test_the_wheel_holds_every_package_of_the_product_and_nothing_of_the_sandbox() -> None:
    packages = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "plugin").rglob("*.py")}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == packages


def test_no_file_names_a_folder_of_the_machine_that_wrote_it() -> None:
    machine = re.compile(r"(?<![\w.~*}/-])/(?:home|Users|root|work|tmp)/\w[^\s\"']*")
    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path, text in texts() for match in machine.finditer(text)]
    assert not found


def test_every_column_that_is_asked_of_powerschool_stands_in_its_table_s_row_of_the_assumptions() -> None:
    document, plugin = ((ROOT / name).read_text().lower() for name in ("docs/assumptions.md", "plugin.xml"))
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+)", document, re.MULTILINE)
    columns = {table: re.findall(r"`(\w+)`", cell) for table, cell in rows}
    asked = re.findall(r'<field table="(\w+)" field="(\w+)"', plugin)
    assert asked
    assert not [f"{table}.{field}" for table, field in asked if field not in columns.get(table, ())]


class Pin:
    """One entry of a lock: `name==version` and what its files must hash to."""

    def __init__(self, entry: str) -> None:
        self.name, self.version = re.findall(r"^([a-z0-9-]+)==([^\s;]+)", entry)[0]
        self.hashes = re.findall(r"--hash=(\S+)", entry)


def pins(lock: str) -> dict[str, Pin]:
    entries = re.split(r"\n(?=\w)", (ROOT / lock).read_text())
    return {pin.name: pin for pin in map(Pin, entries)}


def requirements() -> list[str]:
    project = PYPROJECT["project"]
    return [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]


def direct_dependencies() -> dict[str, str]:
    """Name and floor of what pyproject.toml asks for; `0` where any release will do."""
    parts = (re.fullmatch(r"([\w-]+)(?:\[\w+\])?(?:>=([\d.]+))?", requirement) for requirement in requirements())
    return {part[1].lower(): part[2] or "0" for part in parts if part}


def release(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def texts() -> Iterator[tuple[Path, str]]:
    """Every file of the checkout that is text, without what the commands make (there may be no git to ask)."""
    made = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()] + [".git"]
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, pattern) for pattern in made)]
        for name in names:
            try:
                yield (path := Path(folder, name)), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
