"""Who may open what: the pages, whom a grant can name, and what it lets them do.

A grantee is a text: `group:9` (a security group of PowerSchool's, by its number), `account:a.name` (a user name of the
staff) or `persona:parent`. Groups and accounts count for those who came through the administrators' door only: a
parent's user name may be spelled like an administrator's.

Until somebody saves the page "Who may open what", district.toml says what holds; afterwards our table does. A page
that a later version adds starts with district.toml again. docs/decisions/0008-page-security.md says why.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterator, Mapping

from plugin.district import District
from plugin.model import Persona, Viewer
from plugin.powerschool.roster import Roster
from plugin.reports.services import Services
from plugin.store.grants import Saved
from plugin.wording import _


class Page(enum.StrEnum):
    SCORE_REPORTS = "score_reports"
    SETUP = "setup"
    ACCESS = "access"
    GRADE_NAMES = "grade_names"
    NEW_REPORTS = "new_reports"
    REPORT_MANAGER = "report_manager"


class Level(enum.StrEnum):
    """VIEW opens a page, FULL also changes what it keeps. FULL includes VIEW."""

    NONE = "none"
    VIEW = "view"
    FULL = "full"


#: What a viewer has: never NONE.
Grant = tuple[Page, Level]
#: (page, grantee) → level.
Cell = tuple[Page, str]
Cells = Mapping[Cell, Level]

TITLES = {
    Page.SCORE_REPORTS: _("Score Reports"),
    Page.SETUP: _("Electronic Reporting Communication Setup"),
    Page.ACCESS: _("Who may open what"),
    Page.GRADE_NAMES: _("Grade names"),
    Page.NEW_REPORTS: _("New reports"),
    Page.REPORT_MANAGER: _("Report manager"),
}

PERSONAS = tuple(f"persona:{persona}" for persona in (Persona.TEACHER, Persona.PARENT, Persona.STUDENT))
#: No grantee: stands in our table for every page that was ever saved.
SAVED = ""

_PAGES = frozenset(Page)
_STAFF = re.compile(r"group:[0-9]{1,10}|account:.{1,100}")


def choices(page: Page, grantee: str) -> tuple[Level, ...]:
    """The levels that this grantee can have on this page; nothing where it can have none of them."""
    if grantee in PERSONAS:
        return (Level.NONE, Level.VIEW) if page is Page.SCORE_REPORTS else ()
    printable = grantee.isprintable() and grantee == grantee.strip()
    return tuple(Level) if printable and _STAFF.fullmatch(grantee) else ()


def standing(saved: Saved, district: District, among: Collection[str] | None = None) -> dict[Cell, Level]:
    """What holds now, for these grantees or for all. `saved` has them and SAVED."""
    known = {page for page, grantee in saved if grantee == SAVED}
    cells: dict[tuple[str, str], str] = {cell: level for cell, level in _first(district) if cell[0] not in known}
    return {
        (Page(page), grantee): Level(level)
        for (page, grantee), level in {**cells, **saved}.items()
        if (among is None or grantee in among) and page in _PAGES and level in choices(Page(page), grantee)
    }


def granted(services: Services, viewer: Viewer) -> Iterator[Grant]:
    """What this viewer may do now. Our table is read after PowerSchool was asked, so that it is as new as can be."""
    mine = grantees(services.roster, viewer)
    saved = services.grants.of({*mine, SAVED})
    for (page, _grantee), level in standing(saved, services.district, mine).items():
        yield from ((page, least) for least in included(level))


def included(level: Level) -> tuple[Level, ...]:
    return {Level.NONE: (), Level.VIEW: (Level.VIEW,), Level.FULL: (Level.VIEW, Level.FULL)}[level]


def grantees(roster: Roster, viewer: Viewer) -> set[str]:
    """Whom a grant may name to reach this viewer. Where PowerSchool won't tell groups, the account alone counts."""
    if viewer.persona is not Persona.STAFF:
        return {f"persona:{viewer.persona}"}
    groups = roster.staff_groups(viewer.account) or set()
    return {f"account:{viewer.username}"} | {f"group:{number}" for number in groups}


def _first(district: District) -> Iterator[tuple[Cell, Level]]:
    """The first start. Staff get nothing unless named: the staff persona includes clerks and counselors."""
    yield from (((Page.SCORE_REPORTS, persona), Level.VIEW) for persona in PERSONAS)
    named = {f"group:{group}": Level.VIEW for group in district.view_groups}
    named |= dict.fromkeys([f"group:{group}" for group in district.full_groups], Level.FULL)
    named |= dict.fromkeys([f"account:{account}" for account in district.full_accounts], Level.FULL)
    yield from (((page, grantee), level) for page in Page for grantee, level in named.items())
