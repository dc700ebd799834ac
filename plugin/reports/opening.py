"""View: the viewer's own link → scope once more → still alive? → the record → where to send the browser."""

from __future__ import annotations

from plugin.errors import LinkExpired, NotFound, ReleaseBlocked
from plugin.model import Student, Viewer
from plugin.reports import release
from plugin.reports.requesting import student_in_scope
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event, Facts, described
from plugin.store.links import KeptLink


def open_report(services: Services, viewer: Viewer, link_id: str, asking: Asking) -> str:
    """The state's address of one report, after the access record was committed.

    It is a bearer credential: pass it on in a redirect's header, never in a body. Raises NotFound for a link of
    somebody else, LinkExpired (with the student's `dcid`) for one of one's own that is over, ReleaseBlocked, and
    AuditUnavailable; refusals are on record as well.
    """
    link = services.links.find(link_id, viewer.subject, services.now())
    if link is None:
        services.record(Event.REFUSED, viewer, asking, outcome=NotFound.cause)
        raise NotFound
    student = student_in_scope(services, viewer, link.student_dcid, asking)
    try:
        _check(services, viewer, student, link)
    except (LinkExpired, ReleaseBlocked) as refusal:
        services.record(Event.REFUSED, viewer, asking, outcome=refusal.cause, **_which(student, link))
        raise
    services.record(Event.VIEW, viewer, asking, **_which(student, link))
    return link.report.url


def _check(services: Services, viewer: Viewer, student: Student, link: KeptLink) -> None:
    release.check(services.roster, services.district.pages, viewer, student)
    if not link.report.url:
        services.links.forget_expired(services.now())
        raise LinkExpired(dcid=student.dcid)


def _which(student: Student, link: KeptLink) -> Facts:
    return {
        "lea_cds": student.school.lea.cds,
        "student_dcid": student.dcid,
        "report": described(link.report),
    }
