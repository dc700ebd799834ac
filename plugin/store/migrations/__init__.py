"""How the tables came to be. Needs no alembic.ini: the connection is handed in.

A new revision, from a checkout and a database that is up to date:
`alembic.command.revision(config(connection), "what changes", autogenerate=True)`. Write its column types
plainly (`sa.Text`, not ours), so that old revisions stay what they were. On SQLite a changed table is made anew
under the same name, which loses its triggers: a revision that changes `audit` makes them again.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def config(connection: Connection) -> Config:
    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", "plugin.store:migrations")
    return settings


def upgrade(connection: Connection) -> None:
    command.upgrade(config(connection), "head")


def is_current(connection: Connection) -> bool:
    heads = ScriptDirectory.from_config(config(connection)).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)
