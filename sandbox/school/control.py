"""The stand-in's own addresses: who can sign in, what was asked, and how to change things (with the token)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from flask import Blueprint, Response, jsonify, render_template, request

from sandbox.district.registrar import OPENS
from sandbox.reading import whole
from sandbox.school.people.accounts import Account, Persona
from sandbox.school.people.page_security import Level
from sandbox.school.portals.doors import DOORS, sign_in_address
from sandbox.school.school import School
from sandbox.school.switches import Switch

#: The page at / shows so many accounts of each persona; the JSON has all.
_SHOWN = 40
_HEADINGS: dict[Persona, str] = {
    "staff": "Administrators and office",
    "teacher": "Teachers",
    "parent": "Parents",
    "student": "Students",
}


class Control:
    def __init__(self, school: School) -> None:
        self._school = school

    def blueprint(self) -> Blueprint:
        paths = Blueprint("control", __name__)
        paths.add_url_rule("/", "index", self.index)
        paths.add_url_rule("/sandbox/accounts.json", "accounts", self.accounts)
        paths.add_url_rule("/sandbox/calls.json", "calls", self.calls)
        for change in (self.guardian_access, self.page_permission, self.switch, self.refuse_column):
            name = change.__name__.replace("_", "-")
            paths.add_url_rule(f"/sandbox/{name}", name, change, methods=["POST"])
        for wrong in (ValueError, LookupError):
            paths.register_error_handler(wrong, lambda error: (jsonify(message=str(error)), 400))
        return paths

    def index(self) -> str:
        """For people: of each persona as many accounts as one cares to read; those with a story come first."""
        groups = []
        for persona, heading in _HEADINGS.items():
            accounts = [account for account in self._school.accounts if account.persona == persona]
            groups.append((heading, accounts[:_SHOWN], max(0, len(accounts) - _SHOWN)))
        return render_template("index.html", school=self._school, groups=groups, doors=DOORS, opens=OPENS)

    def accounts(self) -> Response:
        return jsonify(accounts=[self._account(account) for account in self._school.accounts])

    def calls(self) -> Response:
        return jsonify(calls=[dataclasses.asdict(call) for call in self._school.calls])

    def _account(self, account: Account) -> dict[str, str]:
        told = {name: getattr(account, name) for name in ("persona", "username", "password", "name", "see")}
        return {**told, "sign_in": sign_in_address(account.portal)}

    def guardian_access(self) -> Response:
        """`username` of a parent, `student_dcid`, and `access` yes or no."""
        change = self._school.restore_guardian_access if _flag("access") else self._school.remove_guardian_access
        change(_text("username"), _number("student_dcid"))
        return _done()

    def page_permission(self) -> Response:
        """`group` (number), `page` (address), `level` none, read or full."""
        self._school.set_page_permission(_number("group"), _text("page"), Level(_word("level", Level)))
        return _done()

    def switch(self) -> Response:
        """`name` of a switch, and `value`: a number, 0 for off."""
        self._school.switch(Switch(_word("name", Switch)), _decimal("value"))
        return _done()

    def refuse_column(self) -> Response:
        """`column` as TABLE.FIELD, and `refused` yes or no."""
        self._school.refuse_column(_text("column"), refused=_flag("refused"))
        return _done()


def _text(name: str) -> str:
    if name not in request.form:
        raise ValueError(f"{name} is missing.")
    return request.form[name]


def _word(name: str, known: Iterable[str]) -> str:
    text, words = _text(name), [*known]
    if text not in words:
        raise ValueError(f"{name} must be one of these: {', '.join(words)}.")
    return text


def _flag(name: str) -> bool:
    return _word(name, ("yes", "no")) == "yes"


def _number(name: str) -> int:
    number = whole(_text(name))
    if number is None:
        raise ValueError(f"{name} must be a whole number.")
    return number


def _decimal(name: str) -> float:
    text = _text(name)
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} must be a number.") from None


def _done() -> Response:
    return jsonify(done=True)
