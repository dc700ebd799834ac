"""Who is asking: a cookie with a session's id becomes a Viewer.

The session itself is a row of ours, so that it ends when we say so: a copied cookie is worth nothing after sign-out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import flask
import flask_login

from plugin.model import Viewer
from plugin.store.database import DatabaseUnavailable
from plugin.store.sessions import Session, Sessions

#: Where Flask-Login keeps in the cookie what `get_id` said. To ask it for the user would ask the database.
USER_ID = "_user_id"
#: How long a typed password is proof enough for what asks for one (`is_fresh`).
FRESH = datetime.timedelta(minutes=5)


class SignedInUser(flask_login.UserMixin):
    """What Flask-Login keeps for a request: the viewer, and the session that says so.

    Without `step_up` nobody is asked to sign in again.
    """

    def __init__(self, token: str, session: Session, *, step_up: bool = True) -> None:
        self.viewer: Viewer = session.viewer
        self.auth_time = session.auth_time
        self._token = token
        self._step_up = step_up

    def is_fresh(self, now: datetime.datetime) -> bool:
        return not self._step_up or (self.auth_time is not None and now - self.auth_time <= FRESH)

    def get_id(self) -> str:
        return self._token


def remember(
    app: flask.Flask, sessions: Sessions, now: Callable[[], datetime.datetime], *, step_up: bool = True
) -> None:
    """Let Flask-Login find the viewer of each request in our table. `step_up` is the setting STEP_UP."""
    manager = flask_login.LoginManager(app)
    # Flask-Login's own protection compares addresses and browsers, which change under phones on the move.
    manager.session_protection = None

    @manager.user_loader
    def load(token: str) -> SignedInUser | None:
        session = sessions.load(token, now())
        return SignedInUser(token, session, step_up=step_up) if session else None


def somebody() -> Viewer | None:
    """Who is signed in; None for nobody, and where the database can't tell, since a failure's page asks as well."""
    try:
        user = flask_login.current_user
        return user.viewer if user.is_authenticated else None
    except DatabaseUnavailable:
        return None


def is_fresh(now: datetime.datetime) -> bool:
    """Whether whoever is signed in typed the password a moment ago, as the school system told, or needn't have.

    Never so for nobody, and never by a round through the school system that asked for no password.
    """
    user = flask_login.current_user
    return bool(user.is_authenticated and user.is_fresh(now))


def sign_in(sessions: Sessions, viewer: Viewer, auth_time: datetime.datetime | None, now: datetime.datetime) -> None:
    """Begin a session for this browser and end the one before.

    Whoever comes again keeps what else the cookie holds, so that forms in other tabs can still be sent. Where nobody
    was here before, what binds a sign-in to this browser stays, since another one may be on its way. Of somebody else's
    cookie nothing does: the computer may be shared, and they may have a copy.
    """
    if viewer == somebody():
        sessions.end(flask_login.current_user.get_id())
    else:
        kept = {} if USER_ID in flask.session else {"browser": flask.session["browser"]}
        sign_out(sessions)
        flask.session.update(kept)
    token = sessions.begin(viewer, auth_time, now)
    flask_login.login_user(SignedInUser(token, Session(viewer, auth_time, now, now)))


def sign_out(sessions: Sessions) -> None:
    """End this browser's session, and forget everything in its cookie but the language of its pages.

    The cookie goes first: whoever sits here next is not signed in, even where the database fails just now.
    """
    token, language = flask.session.get(USER_ID), flask.session.get("language")
    flask.session.clear()
    flask_login.logout_user()
    if language:
        flask.session["language"] = language
    if token:
        sessions.end(token)
