"""PowerTeacher: today's classes, the backpack of each, and a student's pages."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from sandbox.school.people.sessions import Session
from sandbox.school.portals.doors import inside
from sandbox.school.portals.page import Page, show
from sandbox.school.portals.site import Site, frn
from sandbox.school.roster import Section, Student

_PAGES = "/teachers/studentpages/"


class TeachersPortal:
    def __init__(self, site: Site) -> None:
        self._site = site

    def blueprint(self) -> Blueprint:
        paths = Blueprint("teachers", __name__, url_prefix="/teachers")
        paths.add_url_rule("/home.html", "home", self.home)
        for name in ("class", "backpack"):
            paths.add_url_rule(f"/{name}.html", name, self.section, defaults={"template": f"teachers_{name}.html"})
        paths.add_url_rule("/studentpages/quicklookup.html", "student", self.student)
        paths.add_url_rule("/studentpages/select", "select", self.select)
        paths.add_url_rule("/<path:page>", "installed", self.installed)
        return paths

    def home(self) -> str:
        session = self._site.enter("teachers")
        return show(self._site.page(session), "teachers_home.html", sections=self._sections(session))

    def section(self, template: str) -> str:
        """A class and the students in it; 404 for a class that is not this teacher's today."""
        session = self._site.enter("teachers")
        wanted = request.args.get("section", type=int)
        section = next((section for section in self._sections(session) if section.id == wanted), None)
        if section is None:
            abort(404)
        students = self._site.roster.in_section(section.id)
        return show(self._site.page(session), template, section=section, students=students)

    def student(self) -> str:
        page = self._page()
        return show(page, "teachers_student.html") if page.student else abort(404)

    def select(self) -> Response:
        """What the list of pages does when a script is not there to do it."""
        page = inside(request.args.get("page", ""))
        return redirect(page) if page and page.startswith(_PAGES) else abort(404)

    def installed(self, page: str) -> str:
        return self._site.installed(self._page())

    def _sections(self, session: Session) -> list[Section]:
        return self._site.roster.sections(session.account.number)

    def _page(self) -> Page:
        session = self._site.enter("teachers")
        return self._site.page(session, self._student(session))

    def _student(self, session: Session) -> Student | None:
        """The student whom the address names; 404 for one who sits in no class of this teacher today."""
        dcid = frn()
        if dcid is None:
            return None
        for section in self._sections(session):
            for student in self._site.roster.in_section(section.id):
                if student.dcid == dcid:
                    return student
        abort(404)
