"""Runs the steps on the connection that `database.migrate` passes in."""

from alembic import context

from workbench.tradedata.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
)
with context.begin_transaction():
    context.run_migrations()
