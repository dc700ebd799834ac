"""Fails any test during which a secret, a token, an SSID, a name or a link's signature got to where it must not be.

It reads what pytest captured of the standard streams and of `logging`, every answer of the sidecar whoever asked, and
every mail; a canary (tests/canaries.py) it knows in all its shapes. What was written to files, tests/conftest.py reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from weakref import WeakKeyDictionary

import flask
import pytest

from sandbox.district import make
from sandbox.stage import Stage
from sandbox.state import keyring
from tests.canaries import secret_key, sightings

SIGNATURE = "X-Amz-Signature="


class Watch:
    """What was seen since the last look. Every stage has secrets and tokens of its own."""

    def __init__(self) -> None:
        self.stages: WeakKeyDictionary[Stage, int] = WeakKeyDictionary()
        self._answered: list[str] = []

    def hear(self, sender: flask.Flask, response: flask.Response) -> None:
        """An answer of the sidecar, with its headers and what its cookie holds; the stand-ins may tell."""
        if sender.import_name == "plugin" and not response.direct_passthrough:
            told = f"{response.headers}{dict(flask.session)}".encode()
            if shapes := sightings(response.get_data() + told):
                self._answered.append(f"the answer to {flask.request.endpoint} ({', '.join(shapes)})")

    def seen(self) -> Iterator[str]:
        """Where a canary was since the last time that somebody asked."""
        answered, self._answered = self._answered, []
        yield from answered
        for stage, known in list(self.stages.items()):
            for mail in stage.mail.mails:
                if mail.number > known and (shapes := sightings(mail.raw + f"{mail.text}{mail.html}".encode())):
                    yield f"a mail ({', '.join(shapes)})"
            self.stages[stage] = max((mail.number for mail in stage.mail.mails), default=0)


WATCH = pytest.StashKey[Watch]()


@cache
def forbidden() -> tuple[str, ...]:
    pupils = make(80).pupils
    return SIGNATURE, *{pupil.ssid for pupil in pupils if pupil.ssid}, *{f"{one.first} {one.last}" for one in pupils}


def pytest_configure(config: pytest.Config) -> None:
    """From here on the state issues canaries, and every answer is heard."""
    config.stash[WATCH] = watch = Watch()
    issuing = pytest.MonkeyPatch()
    issuing.setattr(keyring, "new_secret", secret_key)
    config.add_cleanup(issuing.undo)
    flask.request_finished.connect(watch.hear)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> Iterator[None]:
    made = yield
    if isinstance(made, Stage):
        request.config.stash[WATCH].stages[made] = 0
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report, watch = (yield), item.config.stash[WATCH]
    if found := [*_told(report, watch), *watch.seen()]:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} let a secret, a token, an SSID, a name or a link into: {', '.join(found)}"
    return report


def _told(report: pytest.TestReport, watch: Watch) -> Iterator[str]:
    """The streams and logs in which it stands. Most tests write none, and there are three reports of each."""
    if report.sections:
        words = {*forbidden()}.union(*(stage.secrets for stage in watch.stages))
        for title, text in report.sections:
            if any(word in text for word in words) or sightings(text.encode(errors="replace")):
                yield title
