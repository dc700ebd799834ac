"""The alarm itself rings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.alarm import SIGNATURE, forbidden

STAGE_SECRETS = (
    "next(iter(stage.state.credentials.values())).secret",
    "next(iter(stage.state.tokens))",
    "stage.school.client_secret",
)
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("leak", ["print({})", "logging.getLogger('x').warning({})", "print({}, file=sys.stderr)"])
def test_a_leak_into_any_stream_fails_the_test_that_leaks(tmp_path, leak):
    leaking = leak.format(ascii(forbidden()[1]))
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['tests.alarm']")
    (tmp_path / "test_it.py").write_text(f"import logging, sys\ndef test_it(): {leaking}\ndef test_other(): pass")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own command
    assert "1 failed, 1 passed" in ran.stdout


def test_it_knows_signatures_ssids_and_names():
    words = forbidden()
    assert SIGNATURE in words
    assert "Juniper Sampleton" in words
    assert sum(word.isdigit() and len(word) == 10 for word in words) > 70


def test_it_knows_what_a_stage_keeps_secret(tmp_path):
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['tests.conftest']")
    leaks = "\n".join(f"def test_{n}(stage): print({leak})" for n, leak in enumerate(STAGE_SECRETS))
    (tmp_path / "test_it.py").write_text(f"{leaks}\ndef test_other(stage): print(stage.url)")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own command
    assert f"{len(STAGE_SECRETS)} failed, 1 passed" in ran.stdout
