"""What all portals share: the installed archive, who is signed in, and how a request becomes a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask, abort, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from sandbox.school.installed.archive import Archive
from sandbox.school.installed.pshtml import PshtmlError
from sandbox.school.people.accounts import Portal
from sandbox.school.people.page_security import Level, PageSecurity
from sandbox.school.people.sessions import Session, Sessions
from sandbox.school.portals.doors import sign_in_address
from sandbox.school.portals.page import Page, show_installed
from sandbox.school.roster import Roster, Student


class NotSignedIn(Exception):
    def __init__(self, portal: Portal) -> None:
        super().__init__(portal)
        self.portal = portal


class PageClosed(Exception):
    """Page-level security gives this person's group no access to the page."""


@dataclass(frozen=True)
class Site:
    archive: Archive
    security: PageSecurity
    roster: Roster
    sessions: Sessions

    def enter(self, portal: Portal) -> Session:
        """Who is signed in at this portal. Raises NotSignedIn."""
        session = self.sessions.find(portal, request.cookies)
        if session is None:
            raise NotSignedIn(portal)
        return session

    def page(self, session: Session, student: Student | None = None) -> Page:
        """The page asked for. Raises PageClosed."""
        page = Page(request.path, session, self.archive, self.security, self.roster, student, request.args)
        if session.account.portal == "admin" and self.security.level(session.account.group, page.path) is Level.NONE:
            raise PageClosed
        return page

    def installed(self, page: Page) -> str:
        """A page of the archive, or 404."""
        return show_installed(page) or abort(404)


def frn() -> int | None:
    """The DCID of the student that the address names, if it names one: table 001, then the DCID."""
    found = re.fullmatch(r"001([0-9]{1,15})", request.args.get("frn", ""))
    return int(found[1]) if found else None


def refusals(app: Flask) -> None:
    """Send whoever is not signed in to the right door and back; say in words what else is not shown, and why."""

    @app.errorhandler(NotSignedIn)
    def to_the_door(refused: NotSignedIn) -> Response:
        return redirect(sign_in_address(refused.portal, request.full_path.rstrip("?")))

    @app.errorhandler(PageClosed)
    def closed(_: PageClosed) -> tuple[str, int]:
        return _say("You do not have access to this page", "An administrator decides which group may open it."), 403

    @app.errorhandler(NotFound)
    def missing(_: NotFound) -> tuple[str, int]:
        return _say("There is no such page", "Or it is about somebody whom this account does not reach."), 404

    @app.errorhandler(PshtmlError)
    def broken(fault: PshtmlError) -> tuple[str, int]:
        return _say("This page of the plugin can't be read", str(fault)), 500


def _say(title: str, sentence: str) -> str:
    return render_template("sentence.html", title=title, sentence=sentence)
