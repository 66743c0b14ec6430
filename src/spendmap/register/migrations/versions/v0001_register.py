"""Entities, dated values, and an audit log that can only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables and the triggers that keep the audit log append-only."""
    op.create_table(
        "register_entity",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("entity_type", sa.String(40), nullable=False),
        sa.Column("entity_id", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime()),
    )
    op.create_index("ix_register_entity", "register_entity", ["entity_type", "entity_id"])
    op.create_table(
        "register_value",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("entity_type", sa.String(40), nullable=False),
        sa.Column("entity_id", sa.String(200), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("evidence", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("superseded_at", sa.DateTime()),
    )
    op.create_index("ix_register_value", "register_value", ["entity_type", "entity_id", "field"])
    op.create_table(
        "register_audit",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("entity_type", sa.String(40), nullable=False),
        sa.Column("entity_id", sa.String(200), nullable=False),
        sa.Column("field", sa.String(60)),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("origin", sa.Text(), nullable=False),
    )
    op.create_index("ix_register_audit", "register_audit", ["entity_type", "entity_id"])
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER register_audit_no_{action.lower()} BEFORE {action} ON register_audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
            )
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION register_audit_refuse() RETURNS trigger AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            "CREATE TRIGGER register_audit_no_change BEFORE UPDATE OR DELETE ON register_audit "
            "FOR EACH ROW EXECUTE FUNCTION register_audit_refuse()"
        )
        op.execute(
            "CREATE TRIGGER register_audit_no_truncate BEFORE TRUNCATE ON register_audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION register_audit_refuse()"
        )
