"""Alembic's entry: runs the versions on the connection that the product gives it."""

from __future__ import annotations

from alembic import context

from sightglass.store.sql.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=False)
context.run_migrations()
