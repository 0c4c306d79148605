"""Escalation policies, their steps, running clocks, and how far the log was read."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0009"
down_revision = "0008"

POLICIES = ("unopened", "forwarded", "unaccepted", "declined")


def upgrade():
    op.create_table(
        "ladder",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("again_after_s", sa.Integer()),
        sa.CheckConstraint(one_of("name", POLICIES), name="name"),
    )
    op.create_table(
        "ladder_step",
        sa.Column("ladder", sa.String(32), sa.ForeignKey("ladder.name"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("after_s", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.CheckConstraint(
            one_of(
                "who",
                (
                    "operators",
                    "supervisor",
                    "head",
                    "agency_first",
                    "agency_second",
                    "agency_head",
                    "alternate",
                ),
            ),
            name="who",
        ),
    )
    op.create_table(
        "escalation_clock",
        sa.Column("subject", IdType, primary_key=True),
        sa.Column("ladder", sa.String(32), primary_key=True),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("base_at", UtcDateTime(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.CheckConstraint(one_of("ladder", POLICIES), name="ladder"),
        sa.Index(
            "ix_escalation_clock_due",
            "due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index("ix_escalation_clock_incident_id", "incident_id"),
    )
    op.create_table(
        "escalation_cursor",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
    )
    op.execute("INSERT INTO escalation_cursor (id, seq) VALUES (1, -1), (2, -1)")
