from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from plugin.__main__ import main

ROOT = Path(__file__).parent.parent.parent

Told = Callable[..., list[str]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """The lines that a verb which fails writes where errors belong."""

    def run(verb: str, environ: Mapping[str, str], *options: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["score-reports", verb, *options])
        monkeypatch.setattr(os, "environ", environ)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1
        written = capsys.readouterr()
        assert written.out == ""
        return written.err.splitlines()

    return run


def test_every_missing_setting_has_a_line(environ: dict[str, str], told: Told) -> None:
    del environ["SECRET_KEYS"], environ["STATE_LINK_HOSTS"]
    assert told("migrate", environ) == ["Error: STATE_LINK_HOSTS is not set", "SECRET_KEYS is not set"]


@pytest.mark.parametrize("setting", ["DISTRICT_FILE", "STATE_CONTRACT"])
def test_every_fault_of_a_file_that_a_setting_names_has_a_line(
    environ: dict[str, str], told: Told, setting: str, tmp_path: Path
) -> None:
    file = tmp_path / "own.toml"
    file.write_text("[mistake]\n[another]\n")
    lines = told("migrate", environ | {setting: str(file)})
    assert "mistake" in lines[0]
    assert "another" in lines[1]
    assert not [line for line in lines if "Traceback" in line]


@pytest.mark.parametrize(
    "words",
    [
        ("purge",),
        ("reset-access",),
        ("rotate-keys",),
        ("try-refused-addresses",),
        ("search", "--lea", "19999990000000"),
        ("set-credentials", "--lea", "19999990000000", "--user", "somebody"),
        ("work", "--once"),
    ],
)
def test_before_there_are_tables_each_verb_says_in_a_line_what_to_do(
    environ: dict[str, str], told: Told, words: tuple[str, ...]
) -> None:
    verb, *options = words
    [line] = told(verb, environ, *options)
    assert line.startswith("Error: ")
    assert "DATABASE_URL" in line
    assert "score-reports migrate" in line


def test_a_key_is_made_before_there_are_settings() -> None:
    command = [sys.executable, "-m", "plugin", "make-key"]
    made = subprocess.run(command, cwd=ROOT, env={}, text=True, capture_output=True)  # noqa: S603  our own command
    assert made.returncode == 0
    assert len(base64.b64decode(made.stdout)) == 32
