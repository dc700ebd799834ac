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
    "the settings file (district.toml) and the plugin's data access."
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


class Blocks:
    """Whose releases are blocked, of many students: as their pages take it, where a field that can't be read blocks.

    A field is asked for once, or for each student where PowerSchool doesn't tell of all.
    """

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        told = {role: roster.who_say_yes(role) for role in ROLES}
        self._blocked = frozenset[int]().union(*(those for those in told.values() if those is not None))
        self._untold = [role for role, those in told.items() if those is None]
        self._alone: dict[int, bool] = {}

    def ask_for(self, dcid: int) -> bool:
        """Whether this student has to be asked for alone."""
        return bool(self._untold) and dcid not in self._blocked and dcid not in self._alone

    def hold(self, dcid: int) -> bool:
        if self.ask_for(dcid):
            self._alone[dcid] = any(self._roster.says_yes(role, dcid) is not False for role in self._untold)
        return dcid in self._blocked or self._alone.get(dcid, False)
