"""What the office owes a family whose reports can't be shown here: another way to see them, in time.

A block moves where parents see a report, it does not take their right away: a school gives access within five business
days of the request (Ed Code 49069.7).
"""

from __future__ import annotations

from plugin.errors import ReleaseBlocked
from plugin.model import Persona, Student, Viewer
from plugin.reports import business_days
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event
from plugin.store.handlings import Handling

BUSINESS_DAYS = 5
#: Why there is something to do.
BLOCKED = ReleaseBlocked.cause


def ask_office(services: Services, viewer: Viewer, student: Student, asking: Asking) -> None:
    """Open a follow-up for a parent or student, unless one is open. Raises AuditUnavailable."""
    newest = services.follow_ups.newest(student.dcid, BLOCKED)
    if viewer.persona not in {Persona.PARENT, Persona.STUDENT} or (newest and newest.is_open):
        return
    due = business_days.after(services.today(), BUSINESS_DAYS, services.district.holidays)
    lea = student.school.lea.cds
    change = {"due_on": due.isoformat()}
    services.record(Event.FOLLOW_UP_OPENED, viewer, asking, lea_cds=lea, student_dcid=student.dcid, change=change)
    services.follow_ups.open(lea, student.dcid, BLOCKED, by=viewer.subject, due_on=due, now=services.now())


def close(services: Services, viewer: Viewer, lea_cds: str, dcid: int, asking: Asking) -> None:
    """The report of this student, whom the viewer reaches, was handed over; nothing where none is open.

    Raises AuditUnavailable.
    """
    newest = services.follow_ups.newest(dcid, BLOCKED)
    if newest and newest.is_open:
        services.record(Event.FOLLOW_UP_CLOSED, viewer, asking, lea_cds=lea_cds, student_dcid=dcid)
        services.follow_ups.close(dcid, BLOCKED, by=viewer.username, now=services.now())


def open_again(services: Services, viewer: Viewer, lea_cds: str, dcid: int, handed: Handling, asking: Asking) -> None:
    """What a handing over closed that is taken back is owed as before, by the same day. Raises AuditUnavailable."""
    newest = services.follow_ups.newest(dcid, BLOCKED)
    if newest and newest.was_closed(handed.by, handed.at):
        change = {"due_on": newest.due_on.isoformat()}
        services.record(Event.FOLLOW_UP_OPENED, viewer, asking, lea_cds=lea_cds, student_dcid=dcid, change=change)
        services.follow_ups.reopen(dcid, BLOCKED, newest)
