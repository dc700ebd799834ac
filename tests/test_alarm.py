"""The alarm itself rings: tests that leak, each in another way, fail when they are run, and no other does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.alarm import SIGNATURE, forbidden
from tests.canaries import SHAPES

ROOT = Path(__file__).parent.parent
LEAKING = """
import logging, os, smtplib, sys
from email.message import EmailMessage
import flask, pytest
from tests.alarm import forbidden
from tests.canaries import MARK, SHAPES
from tests.visitor import Visitor

every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
every_text = pytest.mark.parametrize("shape", [one.decode() for one in SHAPES.values() if b"\\0" not in one])
ways = [print, lambda text: print(text, file=sys.stderr), logging.getLogger("x").warning]

@pytest.mark.parametrize("write", ways, ids=["out", "err", "log"])
def test_stream(write):
    write(forbidden()[1])

def test_secret(stage): print(next(iter(stage.state.credentials.values())).secret)
def test_token(stage): print(next(iter(stage.state.tokens)))
def test_client(stage): print(stage.school.client_secret)
def test_key(stage): print(stage.environ["VAULT_KEYS"])

@every_shape
def test_log(shape):
    os.write(2, b"a line with " + shape + b" in it")

@pytest.fixture
def answer(stage, monkeypatch):
    def answer(view):
        monkeypatch.setitem(stage.app.view_functions, "live", view)
        Visitor(stage.url).session.get(stage.url + "/live")
    return answer

@every_shape
def test_answer(answer, shape):
    answer(lambda: flask.Response(b"a page with " + shape + b" in it"))

@every_text
def test_header(answer, shape):
    answer(lambda: flask.Response("", headers={"X-Told": shape}))

def test_cookie(answer):
    answer(lambda: flask.session.update(told=MARK) or "")

@every_text
def test_mail(stage, shape):
    mail = EmailMessage()
    mail.set_content("A mail with " + shape + " in it.", cte="base64")
    with smtplib.SMTP("127.0.0.1", stage.mail.smtp_port) as server:
        server.sendmail("a@example.org", ["office@example.org"], mail.as_bytes())

def test_nothing(answer, stage):
    answer(lambda: "alive")
    print(stage.url)

def test_file(own_stage, tmp_path):
    (tmp_path / "score-reports-jobs.sqlite3-wal").write_text("a job with " + MARK)
"""


def test_whoever_lets_something_out_fails_and_nobody_else(tmp_path):
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['tests.conftest']")
    (tmp_path / "test_it.py").write_text(LEAKING)
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own command
    told = Counter(re.findall(r"^(FAILED|PASSED) \S*test_it\.py::(\w+)", ran.stdout, re.MULTILINE))
    shapes, texts = len(SHAPES), sum(b"\0" not in shape for shape in SHAPES.values())
    expected = {"stream": 3, "secret": 1, "token": 1, "client": 1, "key": 1}
    expected |= {"log": shapes, "answer": shapes, "header": texts, "cookie": 1, "mail": texts}
    failed = {("FAILED", f"test_{name}"): count for name, count in expected.items()}
    assert told == failed | {("PASSED", "test_nothing"): 1, ("PASSED", "test_file"): 1}
    assert re.search(r"^ERROR \S*test_it\.py::test_file", ran.stdout, re.MULTILINE), "its stage ended well"


def test_it_knows_signatures_ssids_and_names():
    words = forbidden()
    assert SIGNATURE in words
    assert "Juniper Sampleton" in words
    assert sum(word.isdigit() and len(word) == 10 for word in words) > 70
