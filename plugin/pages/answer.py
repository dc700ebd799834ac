"""The state's last answer for one student, as the results part of a page shows it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import flask_babel

from plugin.errors import STATE_FAILURES, StateFailure
from plugin.model import Viewer
from plugin.reports.languages import of_tag
from plugin.reports.services import Services
from plugin.reports.showing import Row, rows


@dataclass(frozen=True)
class Answer:
    student_dcid: int
    assessment: str
    year: str
    asked_at: datetime.datetime
    failure: StateFailure | None
    rows: list[Row]
    expires_at: datetime.datetime | None
    seconds_left: int

    @property
    def is_narrowed(self) -> bool:
        """Whether there may be more than was asked for."""
        return bool(self.assessment or self.year)

    @property
    def expired(self) -> bool:
        return self.seconds_left <= 0


def kept_answer(services: Services, viewer: Viewer, dcid: int) -> Answer | None:
    """What this viewer was last answered for this student; None when nothing was asked lately."""
    kept = services.links.latest(viewer.subject, dcid, services.now())
    if kept is None:
        return None
    expires_at = min((link.expires_at for link in kept.links), default=None)
    left = int((expires_at - services.now()).total_seconds()) if expires_at else 0
    failure = STATE_FAILURES[kept.cause](**kept.facts) if kept.cause else None
    return Answer(
        dcid,
        kept.asked.assessment,
        kept.asked.year,
        kept.asked_at,
        failure,
        rows(kept.links, of_tag(str(flask_babel.get_locale()))),
        expires_at,
        max(0, left),
    )
