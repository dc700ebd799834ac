"""Whether a student's reports may be shown to families and teachers at all.

A report carries the home address, so a district's "do not release" and "hide contact details" fields block it. A field
that PowerSchool can't read blocks too: what depends on it stays closed, and administrators are told why.
"""

from __future__ import annotations

from plugin.district import Pages
from plugin.errors import ReleaseBlocked
from plugin.model import Persona, Student, Viewer
from plugin.powerschool.roster import Roster
from plugin.wording import _

RELEASED = _("Release is not blocked: parents, the student and teachers can open reports here.")
BLOCKED = _(
    "Release is blocked in PowerSchool: parents and the student can't open reports here, and teachers only where the "
    "district lets them. Whoever keeps the student's record in PowerSchool can change that."
)
UNKNOWN = _(
    "PowerSchool does not let this service read the field that blocks a release, so it counts as blocked: parents and "
    "the student can't open reports here, and teachers only where the district lets them. Check the fields in "
    "district.toml and the plugin's data access."
)

ROLES = ("release_block", "hidden_contact")


def standing(roster: Roster, dcid: int) -> str:
    """One of RELEASED, BLOCKED and UNKNOWN."""
    answers = [roster.says_yes(role, dcid) for role in ROLES]
    if True in answers:
        return BLOCKED
    return UNKNOWN if None in answers else RELEASED


def check(roster: Roster, pages: Pages, viewer: Viewer, student: Student) -> None:
    """Raise ReleaseBlocked for whom a block holds.

    Staff may see blocked reports, to hand them over another way; teachers where the district exempts them.
    """
    exempt = viewer.persona is Persona.STAFF or (viewer.persona is Persona.TEACHER and pages.teachers_see_blocked)
    if not exempt and standing(roster, student.dcid) != RELEASED:
        raise ReleaseBlocked
