"""Daily statistics, and the runs of the daily self-test."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0011"
down_revision = "0010"


def upgrade():
    op.create_table(
        "stat_day",
        sa.Column("dimension", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(32), primary_key=True),
        sa.Column("day", sa.String(32), primary_key=True, index=True),
        sa.Column("incidents", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("normal", sa.Integer(), nullable=False),
        sa.Column("ghost", sa.Integer(), nullable=False),
        sa.Column("prank", sa.Integer(), nullable=False),
        sa.Column("information", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("unclosed", sa.Integer(), nullable=False),
        sa.Column("samples", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            one_of("dimension", ("all", "agency", "kelurahan", "kind", "shift")), name="dimension"
        ),
    )
    op.create_table(
        "stat_span",
        sa.Column("dimension", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(32), primary_key=True),
        sa.Column("days", sa.Integer(), primary_key=True),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
    )
    op.create_table(
        "stat_mark",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime()),
    )
    op.execute("INSERT INTO stat_mark (id, seq) VALUES (1, 0)")
    op.create_table(
        "canary",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("legs", sa.Text(), server_default="{}", nullable=False),
        sa.Index("ix_canary_started_at", "started_at"),
    )
