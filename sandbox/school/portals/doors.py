"""The sign-in pages, one per portal."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.school.people.accounts import Accounts, Portal
from sandbox.school.people.sessions import Sessions

#: Each portal's sign-in page and first page.
DOORS: dict[Portal, tuple[str, str]] = {
    "admin": ("/admin/pw.html", "/admin/home.html"),
    "teachers": ("/teachers/pw.html", "/teachers/home.html"),
    "guardian": ("/public/home.html", "/guardian/home.html"),
}
_TITLES: dict[Portal, str] = {
    "admin": "Administrator Sign In",
    "teachers": "Teacher Sign In",
    "guardian": "Student and Parent Sign In",
}


def sign_in_address(portal: Portal, target: str = "") -> str:
    """The sign-in page that leads on to `target`, an address of this school system."""
    page, _ = DOORS[portal]
    return f"{page}?{urlencode({'loginTarget': target})}" if target else page


class Doors:
    def __init__(self, accounts: Accounts, sessions: Sessions) -> None:
        self._accounts, self._sessions = accounts, sessions

    def blueprint(self) -> Blueprint:
        paths = Blueprint("doors", __name__)
        for portal, (page, _) in DOORS.items():
            here = {"portal": portal}
            paths.add_url_rule(page, "form", self.form, defaults=here)
            paths.add_url_rule(page, "sign_in", self.sign_in, defaults=here, methods=["POST"])
            paths.add_url_rule(f"/{portal}/sign-out", "sign_out", self.sign_out, defaults=here, methods=["POST"])
        return paths

    def form(self, portal: Portal, wrong: bool = False) -> str:
        target = request.values.get("loginTarget", "")
        return render_template("sign_in.html", title=_TITLES[portal], portal=portal, target=target, wrong=wrong)

    def sign_in(self, portal: Portal) -> Response | tuple[str, int]:
        account = self._accounts.sign_in(portal, request.form.get("username", ""), request.form.get("password", ""))
        if account is None:
            return self.form(portal, wrong=True), 401
        response = redirect(inside(request.form.get("loginTarget", "")) or DOORS[portal][1])
        self._sessions.begin(account, request.form.get("locale", "US_en"), request.cookies, response)
        return response

    def sign_out(self, portal: Portal) -> Response:
        response = redirect(DOORS[portal][0])
        self._sessions.end(portal, request.cookies, response)
        return response


def inside(target: str) -> str | None:
    """The target, if it lies in this school system. Browsers read a backslash as a slash."""
    inside = target.startswith("/") and target[1:2] not in ("/", "\\") and target.isprintable()
    return target if inside else None
