"""Changing who may open what: nothing is overwritten unseen, and the page that does it never closes for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from plugin.model import Viewer
from plugin.powerschool.roster import Roster
from plugin.reports import access
from plugin.reports.access import Cell, Cells, Level, Page
from plugin.reports.services import Asking, Services
from plugin.store.audit import Event
from plugin.store.grants import GrantsChanged, Saved
from plugin.wording import _


@dataclass(frozen=True)
class Wish:
    """A form that was sent: what it showed, what it asks for, and whether its sender knows that it shuts them out.

    Both have the same cells; NONE stands in them too.
    """

    seen: dict[Cell, Level]
    wanted: dict[Cell, Level]
    confirmed: bool

    def changes(self) -> dict[Cell, Level]:
        return {cell: level for cell, level in self.wanted.items() if self.seen[cell] is not level}


class NotSaved(Exception):
    """Nothing was saved: `why`. The form is to be shown again as `again` says."""

    why: ClassVar[str]
    #: Whether ticking a box saves it after all.
    confirmable: ClassVar[bool] = False

    def __init__(self, again: Wish) -> None:
        super().__init__(type(self).__name__)
        self.again = again


class SavedMeanwhile(NotSaved):
    why = _(
        "Somebody else saved this page after you opened it. The page below shows what they saved, with your own "
        "changes made in it again. Nothing of yours is saved yet: look it through, and save."
    )


class NoSuchFurtherAccount(NotSaved):
    why = _(
        "Under “A further account”, type one PowerSchool user name that has no column yet, and choose what it may open."
    )


class NobodyLeft(NotSaved):
    why = _(
        "Then nobody could change this page any more. Leave full access to “Who may open what” to at least one "
        "account, or to one group that somebody is in."
    )


class ShutsYouOut(NotSaved):
    confirmable = True
    why = _(
        "This takes your own full access to this page away, and you could not give it back to yourself. "
        "Tick the box below the table if that is what you mean, and save again."
    )


def change(services: Services, viewer: Viewer, wish: Wish, asking: Asking) -> bool:
    """Save what the form changed, after putting on record what becomes what. Raises NotSaved and AuditUnavailable.

    The first save writes down everything that the page showed: from then on district.toml no longer counts. False where
    nothing was changed, and so nothing saved.
    """
    saved = services.grants.load()
    now = access.standing(saved, services.district)
    if _open(now) != _open(wish.seen):
        raise SavedMeanwhile(_again(now, wish))
    if not wish.changes():
        return False
    check(services.roster, viewer, wish)
    services.record(Event.ACCESS_CHANGED, viewer, asking, change=_in_words(wish))
    try:
        services.grants.save(_rows(wish.wanted), replaces=saved, saved_by=viewer.username, now=services.now())
    except GrantsChanged:
        services.record(Event.REFUSED, viewer, asking, outcome="access_changed_meanwhile")
        raise SavedMeanwhile(_again(access.standing(services.grants.load(), services.district), wish)) from None
    return True


def columns(groups: Mapping[str, int] | None, *cells: Cells) -> list[str]:
    """Whom the page shows: every group that somebody is in, the personas, and whoever has anything already."""
    having = {grantee for some in cells for (_page, grantee), level in some.items() if level is not Level.NONE}
    grantees = having | {f"group:{number}" for number in groups or {}} | set(access.PERSONAS)
    return sorted((one for one in grantees if access.choices(Page.SCORE_REPORTS, one)), key=_place)


def _place(grantee: str) -> tuple[bool, bool, int, str]:
    """Accounts first, which somebody chose one by one, then groups by their number, then personas in their order."""
    kind, _colon, name = grantee.partition(":")
    if kind == "persona":
        return True, False, access.PERSONAS.index(grantee), ""
    return False, kind == "group", int(name) if kind == "group" else 0, name


def check(roster: Roster, viewer: Viewer, wish: Wish) -> None:
    """Raise NobodyLeft, or ShutsYouOut where that is not confirmed."""
    full = {grantee for (page, grantee), level in wish.wanted.items() if (page, level) == (Page.ACCESS, Level.FULL)}
    # Where PowerSchool won't tell who is in a group, a group opens nothing.
    peopled = {f"group:{number}" for number, members in (roster.all_groups() or {}).items() if members}
    if not any(grantee in peopled or grantee.startswith("account:") for grantee in full):
        raise NobodyLeft(wish)
    if not wish.confirmed and not full & access.grantees(roster, viewer):
        raise ShutsYouOut(wish)


def _again(now: Cells, wish: Wish) -> Wish:
    """The form on top of what holds now, with the sender's own changes in it."""
    seen = {**dict.fromkeys(wish.wanted, Level.NONE), **now}
    return Wish(seen, {**seen, **wish.changes()}, confirmed=False)


def _open(cells: Cells) -> dict[Cell, Level]:
    return {cell: level for cell, level in cells.items() if level is not Level.NONE}


def _rows(cells: Cells) -> Saved:
    levels = {(page.value, grantee): level.value for (page, grantee), level in cells.items()}
    return {**levels, **{(page.value, access.SAVED): Level.NONE.value for page in Page}}


def _in_words(wish: Wish) -> dict[str, str]:
    return {
        f"{page}/{grantee}": f"{wish.seen[page, grantee]} → {level}"
        for (page, grantee), level in wish.changes().items()
    }
