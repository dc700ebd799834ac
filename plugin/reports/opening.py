"""View: the viewer's own link → scope once more → still alive? → the record → where to send the browser."""

from __future__ import annotations

from plugin.errors import LinkExpired, NotFound
from plugin.model import Viewer
from plugin.reports import release
from plugin.reports.requesting import Asking, student_in_scope
from plugin.reports.services import Services
from plugin.store.audit import Event


def open_report(services: Services, viewer: Viewer, link_id: str, asking: Asking) -> str:
    """The state's address of one report, after the access record was committed.

    It is a bearer credential: pass it on in a redirect's header, never in a body. Raises NotFound for a link of
    somebody else, LinkExpired (with the student's `dcid`) for one of one's own that is over, ReleaseBlocked, and
    AuditUnavailable.
    """
    link = services.results.find(link_id, viewer)
    if link is None:
        raise NotFound
    student = student_in_scope(services, viewer, link.student_dcid, asking)
    release.check(services.roster, viewer, student)
    if link.url is None or link.expires_at <= services.now():
        services.results.forget_expired(services.now())
        raise LinkExpired(dcid=student.dcid)
    services.audit.record(Event.VIEW, viewer=viewer, student=student, report=link.report, outcome="ok", asking=asking)
    return link.url
