"""Get Report: scope, then the state, then results kept for this viewer."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.errors import CredentialsMissing, NoSsid, NotFound, ReleaseBlocked, StateFailure
from plugin.ets.links import lives_until
from plugin.model import Persona, Report, SchoolYear, Student, Viewer
from plugin.reports import assessments, follow_ups, release, scope
from plugin.reports.asking_state import ask_state
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event, Facts
from plugin.store.links import Asked
from plugin.store.trials import NO_SET


@dataclass(frozen=True)
class Choice:
    """What the form asks for. An empty assessment is "All", no year is "All available years"."""

    assessment: str
    year: SchoolYear | None

    def covers(self, report: Report) -> bool:
        return assessments.covers(self.assessment, report.record_types) and self.year in {None, report.year}

    def in_words(self) -> dict[str, str]:
        return {"assessment": self.assessment, "year": str(self.year or "")}

    def is_what_was(self, asked: Asked) -> bool:
        return self.in_words() == {"assessment": asked.assessment, "year": asked.year}


def get_report(services: Services, viewer: Viewer, dcid: int, choice: Choice, asking: Asking) -> None:
    """Ask the state once and keep what it answered, a failure as well, until the viewer asks again.

    Raises NotFound for a student out of scope, of whom the state is not asked, and AuditUnavailable where no record
    can be written: then nothing is kept and nothing shown.
    """
    student = student_in_scope(services, viewer, dcid, asking)
    found, failure = _answer(services, viewer, student, choice)
    outcome = failure.cause if failure else "ok"
    which: Facts = {"lea_cds": student.school.lea.cds, "student_dcid": dcid, "report": choice.in_words()}
    services.record(Event.GET_REPORT, viewer, asking, outcome, **which)
    if outcome == ReleaseBlocked.cause:
        follow_ups.ask_office(services, viewer, student, asking)
    now = services.now()
    if outcome == CredentialsMissing.cause and viewer.persona is not Persona.STAFF:  # who reads that the office knows
        services.trials.refused(student.school.lea.cds, NO_SET, now)
    services.links.forget_expired(now)  # everybody's: an expired link must not wait for its own viewer
    services.links.keep(
        viewer.subject,
        Asked(dcid, **choice.in_words()),
        [(report, lives_until(report.url, now)) for report in found],
        now,
        cause=failure.cause if failure else "",
        facts={**failure.facts, "request": asking.request_id} if failure else {},
    )


def student_in_scope(services: Services, viewer: Viewer, dcid: int, asking: Asking) -> Student:
    """The student, or NotFound with the refusal on record."""
    try:
        return scope.student(services.roster, services.district.pages, viewer, dcid, services.today())
    except NotFound:
        services.record(Event.REFUSED, viewer, asking, outcome=NotFound.cause, student_dcid=dcid)
        raise


def _answer(
    services: Services, viewer: Viewer, student: Student, choice: Choice
) -> tuple[list[Report], StateFailure | None]:
    try:
        return [report for report in _ask_state(services, viewer, student) if choice.covers(report)], None
    except StateFailure as failure:
        return [], failure


def _ask_state(services: Services, viewer: Viewer, student: Student) -> list[Report]:
    release.check(services.roster, services.district.pages, viewer, student)
    if student.ssid is None:
        raise NoSsid
    ssid, lea = student.ssid, student.school.lea
    return ask_state(services, lea, lambda credentials: services.state.reports(lea, credentials, ssid))
