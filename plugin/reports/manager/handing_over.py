"""What staff write beside releases: that a report was handed over on paper, or was not after all, and notes.

All or none: where one of the releases is beyond the viewer's schools, or of another LEA, nothing is done. What is done
stands in the access record first, a row for each student.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from plugin.errors import NotFound
from plugin.model import PACIFIC, Lea, SchoolYear, Viewer
from plugin.reports import follow_ups, scope
from plugin.reports.faults import Fault, Faulty
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event
from plugin.store.handlings import Handled, Kind
from plugin.wording import _

#: Releases at a time: more than a page has.
MOST = 200
LONGEST_NOTE = 500

NOT_YET = _("The day is in the future. Write the day on which the report was handed over.")
TOO_EARLY = _("The day is before the school year of the test. Write the day on which the report was handed over.")
TOO_MANY = _("Choose at most %(most)s reports at a time.")
NONE = _("Choose at least one report.")
EMPTY = _("Write a note.")
TOO_LONG = _("A note can have at most %(longest)s characters.")


def hand_over(
    services: Services, viewer: Viewer, lea: Lea, ids: Collection[int], on: datetime.date, asking: Asking
) -> None:
    """These were handed over on this day in California. Closes what the office owed these students otherwise.

    Raises NotFound, Faulty (the day is in the future or before there was a test, too many at once) and
    AuditUnavailable.
    """
    if on > services.today():
        raise Faulty([Fault("on", NOT_YET)])
    these = _within_reach(services, viewer, lea, ids)
    if any(on < _earliest(one) for one in these):
        raise Faulty([Fault("on", TOO_EARLY)])
    for dcid in _students(these):
        change = {"handed_over_on": on.isoformat()}
        services.record(Event.HANDED_OVER, viewer, asking, lea_cds=lea.cds, student_dcid=dcid, change=change)
    services.handlings.keep(Kind.HANDED_OVER, _numbers(these), on_day=on, by=viewer.username, now=services.now())
    for dcid in _students(these):
        follow_ups.close(services, viewer, lea.cds, dcid, asking)


def take_back(services: Services, viewer: Viewer, lea: Lea, ids: Collection[int], asking: Asking) -> None:
    """These were not handed over after all: what that closed is owed again. Raises what `hand_over` raises."""
    these = _within_reach(services, viewer, lea, ids)
    before = services.handlings.of(_numbers(these))
    for dcid in _students(these):
        change = {"handed_over_on": "–"}
        services.record(Event.HANDED_OVER, viewer, asking, lea_cds=lea.cds, student_dcid=dcid, change=change)
    services.handlings.keep(Kind.TAKEN_BACK, _numbers(these), by=viewer.username, now=services.now())
    for one in these:
        handed = [each for each in before.get(one.release_id, ()) if each.kind is not Kind.NOTE]
        if handed and handed[0].kind is Kind.HANDED_OVER:
            follow_ups.open_again(services, viewer, lea.cds, one.student_dcid, handed[0], asking)


def note(services: Services, viewer: Viewer, lea: Lea, ids: Collection[int], text: str, asking: Asking) -> None:
    """Write a note beside these. Raises NotFound, Faulty (empty or too long) and AuditUnavailable."""
    text = text.strip()
    if not text:
        raise Faulty([Fault("text", EMPTY)])
    if len(text) > LONGEST_NOTE:
        raise Faulty([Fault("text", TOO_LONG, {"longest": LONGEST_NOTE})])
    these = _within_reach(services, viewer, lea, ids)
    for dcid in _students(these):
        services.record(Event.NOTED, viewer, asking, lea_cds=lea.cds, student_dcid=dcid)
    services.handlings.keep(Kind.NOTE, _numbers(these), text=text, by=viewer.username, now=services.now())


def _within_reach(services: Services, viewer: Viewer, lea: Lea, ids: Collection[int]) -> list[Handled]:
    """All of these, or NotFound."""
    if not ids:
        raise Faulty([Fault("ids", NONE)])
    if len(ids) > MOST:
        raise Faulty([Fault("ids", TOO_MANY, {"most": MOST})])
    reach = scope.reach(services.roster, viewer)
    these = services.handlings.whose(lea.cds, set(ids))
    if len(these) < len(set(ids)) or not all(reach is None or one.school_number in reach for one in these):
        raise NotFound
    return these


def _earliest(one: Handled) -> datetime.date:
    """When its school year began, since paper may have come before we found it; of a year that is none, the finding."""
    found, year = one.found_at.astimezone(PACIFIC).date(), SchoolYear.parse(one.year)
    return min(found, datetime.date(year.starts, 7, 1)) if year and year.starts else found


def _numbers(these: Collection[Handled]) -> list[int]:
    return [one.release_id for one in these]


def _students(these: Collection[Handled]) -> list[int]:
    """Each once."""
    return list(dict.fromkeys(one.student_dcid for one in these))
