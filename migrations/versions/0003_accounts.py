"""Devices of residents, staff with their sign-ins, shifts and drills."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table(
        "device",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "staff",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("agency", sa.String(32)),
        sa.Column("cleared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.Text()),
        sa.Column("totp_confirmed_at", UtcDateTime()),
        sa.Column("totp_last_step", sa.Integer()),
        sa.Column("locale", sa.String(32), server_default="id", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime()),
        sa.CheckConstraint(
            one_of("role", ("operator", "supervisor", "agency", "auditor", "administrator")), name="role"
        ),
    )
    op.create_table(
        "passkey",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "staff_id", IdType, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column(
            "staff_id", IdType, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("second_factor_at", UtcDateTime()),
        sa.Column("put_off_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("address_hash", sa.Text()),
        sa.Column("browser", sa.String(32)),
        sa.Column("challenge", sa.Text()),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "worked_shift",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("shift", sa.String(32), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Index(
            "uq_worked_shift_open",
            "staff_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
    op.create_table(
        "drill",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("started_by", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("ended_by", IdType, sa.ForeignKey("staff.id")),
        sa.Index("ix_drill_starts_at", "starts_at"),
    )
    op.create_table(
        "drill_staff",
        sa.Column("drill_id", IdType, sa.ForeignKey("drill.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    )
