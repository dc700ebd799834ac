"""Where the log goes."""

from __future__ import annotations

import contextlib
import io

import pytest
import structlog

from plugin import logs


def test_the_log_goes_to_standard_error_as_it_is_by_then(capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.redirect_stderr(io.StringIO()) as closed:
        logs.begin("WARNING")
    closed.close()
    structlog.get_logger().warning("something")
    assert '"event": "something"' in capsys.readouterr().err
