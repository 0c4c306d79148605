"""Agencies, routing, the directory of numbers, and who is on call."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0004"
down_revision = "0003"


def upgrade():
    op.create_table(
        "agency",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("alternate", sa.String(32), sa.ForeignKey("agency.code")),
        sa.Column("hours", sa.Text(), server_default="24", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.create_table(
        "routing",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("lead", sa.String(32), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("supports", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("open_within_s", sa.Integer(), nullable=False),
        sa.Column("accept_within_s", sa.Integer(), nullable=False),
        sa.Column("tile", sa.Integer()),
        sa.CheckConstraint("priority IN (1, 2, 3)", name="priority"),
    )
    op.create_table(
        "directory_number",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
    )
    op.create_table(
        "contact",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("agency", sa.String(32), sa.ForeignKey("agency.code"), index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id", ondelete="SET NULL")),
        sa.Column("removed_at", UtcDateTime()),
    )
    op.create_table(
        "on_call",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "contact_id", IdType, sa.ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("duty", sa.String(32), nullable=False),
        sa.Column("days", sa.String(32), nullable=False),
        sa.Column("from_min", sa.Integer(), nullable=False),
        sa.Column("to_min", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            one_of("duty", ("operator", "supervisor", "head", "first", "second")), name="duty"
        ),
    )
    op.create_table(
        "on_call_swap",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "on_call_id", IdType, sa.ForeignKey("on_call.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("contact_id", IdType, sa.ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
    )
