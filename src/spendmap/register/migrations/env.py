"""Alembic's entry: run the pending changes on the connection that `register.database` holds open."""

from __future__ import annotations

from alembic import context

from spendmap.register.database import VERSION_TABLE
from spendmap.register.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the caller's transaction already holds everything
)
context.run_migrations()
