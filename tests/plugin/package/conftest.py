"""A copy of the real tree, to be broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from plugin.district import District
from plugin.package import PackageError, build

ROOT = Path(__file__).parents[3]
HALF = (
    "plugin.xml",
    "pyproject.toml",
    "district.toml",
    "MessageKeys",
    "pagecataloging",
    "permissions_root",
    "queries_root",
    "web_root",
)
SIDECAR = "https://scores.district.example"


@dataclass(frozen=True)
class Tree:
    """The PowerSchool half of a checkout."""

    root: Path

    def build(self, sidecar_url: str = SIDECAR) -> Path:
        return build(self.root, sidecar_url, District.load(self.root / "district.toml"), self.root / "dist")

    def refusals(self, sidecar_url: str = SIDECAR) -> list[str]:
        with pytest.raises(PackageError) as refused:
            self.build(sidecar_url)
        return str(refused.value).splitlines()

    def refuses(self, path: str, old: str, new: str, what: str, below: int = 0) -> None:
        """One thing broken: the build names the file, the line (so many `below` the change) and the fault."""
        line = self.replace(path, old, new) + below
        refusals = self.refusals()
        assert any(said.startswith(f"{path}: line {line}: ") and what in said for said in refusals), refusals

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> int:
        """Put `new` for the first `old` in a file; the answer is the line where that is."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return copy_to(tmp_path / "tree")


@pytest.fixture
def another_tree(tmp_path: Path) -> Callable[[str], Tree]:
    return lambda name: copy_to(tmp_path / name)


def copy_to(root: Path) -> Tree:
    root.mkdir()
    for name in HALF:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, root / name)
    return Tree(root)
