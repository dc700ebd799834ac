"""Who is signed in where. Each portal has a sign-in of its own, as in PowerSchool; parents and students share one."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug.wrappers import Response

from sandbox.school.people.accounts import Account, Portal

#: Ports of one machine share cookies, so the names must be nobody else's.
COOKIES: dict[Portal, str] = {
    "admin": "sandbox_school_admin",
    "teachers": "sandbox_school_teachers",
    "guardian": "sandbox_school_guardian",
}


@dataclass
class Session:
    """A person at one portal. `school` is where an administrator works just now, `student_id` (Students.ID) whom a
    parent looks at."""

    account: Account
    signed_in_at: datetime.datetime
    locale: str = "US_en"
    school: int | None = None
    student_id: int | None = None


class Sessions:
    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def find(self, portal: Portal, cookies: Mapping[str, str]) -> Session | None:
        session = self._sessions.get(cookies.get(COOKIES[portal], ""))
        return session if session and session.account.portal == portal else None

    def begin(self, account: Account, locale: str, cookies: Mapping[str, str], response: Response) -> Session:
        """Sign in under a new number; whoever was signed in at this portal is not any more."""
        self._sessions.pop(cookies.get(COOKIES[account.portal], ""), None)
        token = secrets.token_urlsafe(24)
        self._sessions[token] = session = Session(account, self._clock(), locale)
        response.set_cookie(COOKIES[account.portal], token, httponly=True, samesite="Lax")
        return session

    def end(self, portal: Portal, cookies: Mapping[str, str], response: Response) -> None:
        self._sessions.pop(cookies.get(COOKIES[portal], ""), None)
        response.delete_cookie(COOKIES[portal], httponly=True, samesite="Lax")
