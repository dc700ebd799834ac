"""The portal of parents and students."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from sandbox.school.people.sessions import Session
from sandbox.school.portals.page import Page, show
from sandbox.school.portals.site import Site
from sandbox.school.roster import Student

#: Stock pages, by address. The last one wears the newer of the two headers.
_STOCK = {"/home.html": "guardian_home.html", "/schoolinformation.html": "guardian_school.html"}


class GuardianPortal:
    def __init__(self, site: Site) -> None:
        self._site = site

    def blueprint(self) -> Blueprint:
        paths = Blueprint("guardian", __name__, url_prefix="/guardian")
        for address, template in _STOCK.items():
            paths.add_url_rule(address, "stock", self.stock, defaults={"template": template})
        paths.add_url_rule("/<path:page>", "installed", self.installed)
        paths.add_url_rule("/<path:page>", "change_child", self.change_child, methods=["POST"])
        return paths

    def stock(self, template: str) -> str:
        return show(self._page(), template)

    def installed(self, page: str) -> str:
        return self._site.installed(self._page())

    def change_child(self, page: str) -> Response:
        """The child switch is a POST to the page on screen; from then on the session knows the child."""
        session = self._site.enter("guardian")
        wanted = request.form.get("selected_student_id", type=int)
        if wanted not in {student.id for student in self._students(session)}:
            abort(404)
        session.student_id = wanted
        return redirect(request.path)

    def _page(self) -> Page:
        session = self._site.enter("guardian")
        students = {student.id: student for student in self._students(session)}
        if session.student_id not in students:
            session.student_id = next(iter(students), None)
        return self._site.page(session, students.get(session.student_id or 0))

    def _students(self, session: Session) -> list[Student]:
        """A parent's children, or the student alone."""
        account = session.account
        if account.persona == "parent":
            return self._site.roster.children(account.number)
        own = self._site.roster.student(account.number)
        return [own] if own else []
