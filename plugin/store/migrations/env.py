"""Run by alembic, with the connection that `plugin.store.migrations.config` hands in."""

from alembic import context

from plugin.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
