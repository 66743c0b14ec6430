"""The register's tables in the workspace database.

`register_value` is bitemporal: a row says what holds between two days, as the register knew it between
two moments. Rows are superseded, never changed in value and never deleted; `register_audit` can only grow.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables of the register."""


class EntityRow(Base):
    """One declared entity. `position` keeps the order in which entities were first declared."""

    __tablename__ = "register_entity"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    entity_type: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(DateTime)  # UTC
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime)  # UTC; NULL = declared now

    __table_args__ = (Index("ix_register_entity", "entity_type", "entity_id"),)


class ValueRow(Base):
    """One value of one field for one span of days. `value` is JSON (see `codec`)."""

    __tablename__ = "register_value"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    entity_type: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None] = mapped_column(Date)  # UTC day, inclusive; NULL = open
    valid_to: Mapped[date | None] = mapped_column(Date)  # UTC day, exclusive; NULL = open
    evidence: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(DateTime)  # UTC
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime)  # UTC; NULL = what the register says now

    __table_args__ = (Index("ix_register_value", "entity_type", "entity_id", "field"),)


class AuditRow(Base):
    """One change of one field (or of an entity). Triggers refuse UPDATE and DELETE."""

    __tablename__ = "register_audit"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(DateTime)  # UTC
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(20))
    entity_type: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(60))
    before: Mapped[str | None] = mapped_column(Text)  # JSON list of dated values; NULL = nothing
    after: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_register_audit", "entity_type", "entity_id"),)


class DecisionRow(Base):
    """One decision about one finding of step 3. Triggers refuse UPDATE and DELETE; the newest row counts."""

    __tablename__ = "finding_decision"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    finding_id: Mapped[str] = mapped_column(String(400))
    verb: Mapped[str] = mapped_column(String(20))  # accept, assign, done, reopen
    at: Mapped[datetime] = mapped_column(DateTime)  # UTC
    actor: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    until: Mapped[date | None] = mapped_column(Date)  # UTC day
    owner: Mapped[str | None] = mapped_column(String(200))
    seen_until: Mapped[date | None] = mapped_column(Date)  # last day of the incident decided on

    __table_args__ = (Index("ix_finding_decision", "finding_id"),)
