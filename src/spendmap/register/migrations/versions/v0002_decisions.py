"""Decisions about findings: a table that can only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the triggers that keep it append-only."""
    op.create_table(
        "finding_decision",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("finding_id", sa.String(400), nullable=False),
        sa.Column("verb", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("until", sa.Date()),
        sa.Column("owner", sa.String(200)),
        sa.Column("seen_until", sa.Date()),
    )
    op.create_index("ix_finding_decision", "finding_decision", ["finding_id"])
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER finding_decision_no_{action.lower()} BEFORE {action} ON finding_decision "
                "BEGIN SELECT RAISE(ABORT, 'decisions are only added'); END"
            )
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION finding_decision_refuse() RETURNS trigger AS "
            "$$ BEGIN RAISE EXCEPTION 'decisions are only added'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            "CREATE TRIGGER finding_decision_no_change BEFORE UPDATE OR DELETE ON finding_decision "
            "FOR EACH ROW EXECUTE FUNCTION finding_decision_refuse()"
        )
        op.execute(
            "CREATE TRIGGER finding_decision_no_truncate BEFORE TRUNCATE ON finding_decision "
            "FOR EACH STATEMENT EXECUTE FUNCTION finding_decision_refuse()"
        )
