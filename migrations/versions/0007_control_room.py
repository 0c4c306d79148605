"""Calls, notes, handovers, major incidents, transfers to neighbours."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0007"
down_revision = "0006"


def upgrade():
    op.create_table(
        "call_beacon",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("device_id", IdType, sa.ForeignKey("device.id", ondelete="SET NULL")),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE")),
        sa.Column("lat", sa.Double()),
        sa.Column("lon", sa.Double()),
        sa.Column("accuracy_m", sa.Double()),
        sa.Column("age_s", sa.Double()),
        sa.Column("kelurahan", sa.String(32)),
        sa.Column("plus_code", sa.String(32)),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "phone_call",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("reference", sa.Text(), nullable=False, unique=True),
        sa.Column("phone", sa.Text()),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
        sa.Column("answered_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="SET NULL")),
        sa.Column("worked_by", IdType, sa.ForeignKey("staff.id")),
        sa.Column("worked_at", UtcDateTime()),
        sa.CheckConstraint(one_of("state", ("ringing", "answered", "ended", "abandoned")), name="state"),
    )
    op.create_table(
        "call_draft",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "staff_id", IdType, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "note",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Index("ix_note_incident_id_at", "incident_id", "at"),
    )
    op.create_table(
        "looking",
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "crew_note",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("agency", sa.String(32), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            one_of(
                "kind",
                (
                    "narrow",
                    "dead_end",
                    "boat_only",
                    "on_foot",
                    "hydrant",
                    "low_cable",
                    "gate",
                    "dog",
                    "hazard",
                    "other",
                ),
            ),
            name="kind",
        ),
        sa.Index("ix_crew_note_cell", "cell", "expires_at"),
    )
    op.create_table(
        "handover",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("shift", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("given_by", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("taken_by", IdType, sa.ForeignKey("staff.id")),
        sa.Column("taken_at", UtcDateTime()),
    )
    op.create_table(
        "major",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lead_id", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
    )
    op.create_table(
        "major_incident",
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "major_id", IdType, sa.ForeignKey("major.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "transfer",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "incident_id",
            IdType,
            sa.ForeignKey("incident.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("agency", sa.String(32), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("means", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("given_by", IdType, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("taken_by", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("taken_at", UtcDateTime()),
        sa.CheckConstraint(one_of("means", ("voice", "email", "sms")), name="means"),
    )
