"""The administrators' portal: start page, student screens, State/Province – CA, and District Setup."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from sandbox.district import DISTRICT_OFFICE
from sandbox.school.people.sessions import Session
from sandbox.school.portals.page import Page, show
from sandbox.school.portals.site import Site, frn
from sandbox.school.roster import Student


class AdminPortal:
    def __init__(self, site: Site) -> None:
        self._site = site

    def blueprint(self) -> Blueprint:
        paths = Blueprint("admin", __name__, url_prefix="/admin")
        paths.add_url_rule("/home.html", "home", self.home)
        paths.add_url_rule("/school", "change_school", self.change_school, methods=["POST"])
        paths.add_url_rule("/students/home.html", "student", self.student, defaults={"template": "admin_student.html"})
        paths.add_url_rule(
            "/students/state/stateCA.html", "state", self.student, defaults={"template": "admin_state_ca.html"}
        )
        paths.add_url_rule("/district/home.html", "district", self.district)
        paths.add_url_rule("/<path:page>", "installed", self.installed)
        return paths

    def home(self) -> str:
        page = self._site.page(self._enter())
        text = request.args.get("search", "").strip()
        found = self._site.roster.search(page.session.school or DISTRICT_OFFICE, text)
        return show(page, "admin_home.html", text=text, found=found)

    def change_school(self) -> Response:
        session = self._enter()
        school = request.form.get("school", type=int)
        if school not in self._site.roster.schools(session.account.schools):
            abort(403)
        session.school = school
        return redirect("/admin/home.html")

    def student(self, template: str) -> str:
        page = self._page()
        return show(page, template) if page.student else abort(404)

    def district(self) -> str:
        return show(self._page(), "admin_district.html")

    def installed(self, page: str) -> str:
        return self._site.installed(self._page())

    def _enter(self) -> Session:
        """Whoever signs in works at the first school of the account: the district office, if it has that."""
        session = self._site.enter("admin")
        if session.school is None:
            session.school = next(iter(self._site.roster.schools(session.account.schools)), None)
        return session

    def _page(self) -> Page:
        session = self._enter()
        return self._site.page(session, self._student(session))

    def _student(self, session: Session) -> Student | None:
        """The student whom the address names; 404 for one out of this account's reach."""
        dcid = frn()
        if dcid is None:
            return None
        student = self._site.roster.student(dcid)
        if student is None or student.school not in self._site.roster.schools(session.account.schools):
            abort(404)
        return student
