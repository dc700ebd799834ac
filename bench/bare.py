"""The page that ours is compared with: Flask, Flask-Login, Flask-Principal, one indexed query, a table of 20 rows.

What anybody would write without thinking of speed; nothing is left out that such a page has, and nothing added.
"""

from __future__ import annotations

import os

import flask
import flask_login
import flask_principal
import jinja2
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, create_engine, insert, select

ROWS = 20
READERS = 500

metadata = MetaData()
lines = Table(
    "lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reader", Integer, nullable=False),
    *(Column(name, String, nullable=False) for name in ("test", "year", "grade", "language")),
    Index("ix_lines_reader", "reader"),
)

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Score Reports</title></head>
<body>
<h1>Score Reports</h1>
<p>Signed in as {{ current_user.id }}</p>
<table>
  <thead><tr><th>Test</th><th>Test year</th><th>Grade</th><th>Language</th></tr></thead>
  <tbody>
    {% for line in lines %}
    <tr>
      <th>{{ line.test }}</th>
      <td>{{ line.year }}</td>
      <td>{{ line.grade }}</td>
      <td><a href="{{ url_for('view', line=line.id) }}">{{ line.language }}</a></td>
    </tr>
    {% endfor %}
  </tbody>
</table>
</body>
</html>
"""


def fill(url: str) -> None:
    """Make the table, with rows of many readers so that the index has something to find."""
    engine = create_engine(url)
    metadata.create_all(engine)
    texts = {"test": "Summative ELPAC", "year": "2025-26", "grade": "Grade 5", "language": "English"}
    rows = [{"reader": number // ROWS, **texts} for number in range(READERS * ROWS)]
    with engine.begin() as connection:
        connection.execute(insert(lines), rows)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    engine.dispose()


def create_app() -> flask.Flask:
    """Reads DATABASE_URL and SECRET_KEYS, as the sidecar does. /sign-in lets in whoever comes."""
    app = flask.Flask(__name__)
    app.secret_key = os.environ["SECRET_KEYS"]
    app.jinja_loader = jinja2.DictLoader({"page.html": PAGE})
    engine = create_engine(os.environ["DATABASE_URL"])
    reader = flask_principal.Permission(flask_principal.RoleNeed("reader"))
    _remember(app)

    @app.get("/")
    @flask_login.login_required
    @reader.require(403)
    def page() -> str:
        own = select(lines).where(lines.c.reader == int(flask_login.current_user.id))
        with engine.connect() as connection:
            found = connection.execute(own).all()
        return flask.render_template("page.html", lines=found)

    @app.get("/lines/<int:line>")
    def view(line: int) -> str:
        return str(line)

    @app.get("/sign-in")
    def sign_in() -> str:
        flask_login.login_user(_Reader(f"{READERS // 2}"))
        return "signed in\n"

    return app


class _Reader(flask_login.UserMixin):
    def __init__(self, number: str) -> None:
        self.id = number


def _remember(app: flask.Flask) -> None:
    flask_login.LoginManager(app).user_loader(_Reader)
    principal = flask_principal.Principal(app, use_sessions=False, skip_static=True)

    @principal.identity_loader
    def load() -> flask_principal.Identity | None:
        user = flask_login.current_user
        return flask_principal.Identity(user.id) if user.is_authenticated else None

    @flask_principal.identity_loaded.connect_via(app)
    def provide(_app: flask.Flask, identity: flask_principal.Identity) -> None:
        identity.provides.add(flask_principal.RoleNeed("reader"))
