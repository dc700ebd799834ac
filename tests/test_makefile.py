"""What `make` does before there is an environment to run anything in."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parent.parent / "Makefile"


def test_an_environment_that_was_not_made_to_its_end_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").touch()
    (tmp_path / "requirements.lock").touch()
    assert "rm -rf .venv\n" in make(tmp_path, "--dry-run", ".venv/run").stdout
    (tmp_path / ".venv/made").touch()
    assert "rm -rf .venv\n" not in make(tmp_path, "--dry-run", ".venv/run").stdout


@pytest.mark.parametrize("named", ["", "true", "no-such-program"])
def test_what_is_no_python_is_refused_in_one_line(named: str, tmp_path: Path) -> None:
    refused = make(tmp_path, f"PYTHON={named}", ".venv/made")
    line, of_make = refused.stderr.splitlines()
    assert line == f"Python 3.11 or newer is needed; '{named}' is none."
    assert of_make.startswith("make: ***")
    assert not list(tmp_path.iterdir())


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As somebody types it, and not as a part of the `make test` that may run this."""
    command, environ = ["make", "--file", MAKEFILE, *arguments], {"PATH": os.environ["PATH"]}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)  # noqa: S603  our own command
