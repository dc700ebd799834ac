from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    key = base64.b64encode(os.urandom(32)).decode()
    return {
        "SIDECAR_URL": "https://scores.example.org",
        "POWERSCHOOL_URL": "https://ps.example.org",
        "POWERSCHOOL_CLIENT_ID": "client",
        "POWERSCHOOL_CLIENT_SECRET": "secret",
        "STATE_LINK_HOSTS": "reports.example.org",
        "SECRET_KEYS": key,
        "VAULT_KEYS": f"a:{key}",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'score-reports.sqlite3'}",
        "DISTRICT_FILE": str(ROOT / "district.toml"),
    }


def test_every_missing_setting_has_a_line(environ: dict[str, str]) -> None:
    del environ["SECRET_KEYS"], environ["STATE_LINK_HOSTS"]
    assert told("migrate", environ) == ["Error: STATE_LINK_HOSTS is not set", "SECRET_KEYS is not set"]


@pytest.mark.parametrize("setting", ["DISTRICT_FILE", "STATE_CONTRACT"])
def test_every_fault_of_a_file_that_a_setting_names_has_a_line(
    environ: dict[str, str], setting: str, tmp_path: Path
) -> None:
    file = tmp_path / "own.toml"
    file.write_text("[mistake]\n[another]\n")
    lines = told("migrate", environ | {setting: str(file)})
    assert "mistake" in lines[0]
    assert "another" in lines[1]
    assert not [line for line in lines if "Traceback" in line]


def test_a_key_is_made_before_there_are_settings() -> None:
    made = run("make-key", {})
    assert made.returncode == 0
    assert len(base64.b64decode(made.stdout)) == 32


def told(verb: str, environ: dict[str, str]) -> list[str]:
    ran = run(verb, environ)
    assert ran.returncode == 1
    return ran.stderr.splitlines()


def run(verb: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plugin", verb]
    return subprocess.run(command, cwd=ROOT, env=environ, text=True, capture_output=True)  # noqa: S603  our own command
