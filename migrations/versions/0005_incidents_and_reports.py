"""Incidents with their assignments, reports with their photos."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0005"
down_revision = "0004"

KINDS = (
    "fire",
    "medical",
    "accident",
    "violence_home",
    "crime",
    "flood",
    "riot",
    "drowning",
    "gas_chemical",
    "landslide_storm",
    "wildlife",
    "power_line",
    "tree_down",
    "public_order",
    "other",
)


def upgrade():
    op.create_table(
        "incident",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("day", sa.String(32), nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("lat", sa.Double()),
        sa.Column("lon", sa.Double()),
        sa.Column("accuracy_m", sa.Double()),
        sa.Column("cell", sa.BigInteger()),
        sa.Column("landmark", sa.Text()),
        sa.Column("kelurahan", sa.String(32)),
        sa.Column("kelurahan_exact", sa.Boolean(), nullable=False),
        sa.Column("plus_code", sa.String(32)),
        sa.Column("inside_city", sa.Boolean(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("open_within_s", sa.Integer(), nullable=False),
        sa.Column("accept_within_s", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime()),
        sa.Column("opened_by", IdType, sa.ForeignKey("staff.id")),
        sa.Column("forwarded_at", UtcDateTime()),
        sa.Column("accepted_at", UtcDateTime()),
        sa.Column("en_route_at", UtcDateTime()),
        sa.Column("on_scene_at", UtcDateTime()),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("resolution", sa.String(32)),
        sa.Column("lead", sa.String(32), sa.ForeignKey("agency.code")),
        sa.Column("simulation", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("unseen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("signal", sa.String(32)),
        sa.Column("signalled_at", UtcDateTime()),
        sa.CheckConstraint(one_of("kind", KINDS), name="kind"),
        sa.CheckConstraint("priority IN (1, 2, 3)", name="priority"),
        sa.CheckConstraint(
            "resolution IS NULL OR "
            + one_of("resolution", ("resolved", "duplicate", "prank", "ghost", "information", "handed_over")),
            name="resolution",
        ),
        sa.CheckConstraint(
            one_of(
                "state", ("received", "opened", "forwarded", "accepted", "en_route", "on_scene", "closed")
            ),
            name="state",
        ),
        sa.Index(
            "ix_incident_calling",
            "closed_at",
            sqlite_where=sa.text("closed_at IS NOT NULL AND unseen > 0"),
            postgresql_where=sa.text("closed_at IS NOT NULL AND unseen > 0"),
        ),
        sa.Index("ix_incident_nearby", "cell", "received_at"),
        sa.Index(
            "ix_incident_queue",
            "priority",
            "received_at",
            "id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )
    op.create_table(
        "assignment",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
        sa.Column("agency", sa.String(32), sa.ForeignKey("agency.code"), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("notified_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime()),
        sa.Column("en_route_at", UtcDateTime()),
        sa.Column("on_scene_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("reason", sa.String(32)),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint(
            one_of(
                "state", ("notified", "accepted", "declined", "en_route", "on_scene", "done", "cancelled")
            ),
            name="state",
        ),
        sa.Index("ix_assignment_incident_id", "incident_id"),
        sa.Index(
            "ix_assignment_open",
            "agency",
            "notified_at",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
    op.create_table(
        "report",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("key", IdType, nullable=False, unique=True),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("device_id", IdType, sa.ForeignKey("device.id")),
        sa.Column("day", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("kind_word", sa.Text()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("lat", sa.Double()),
        sa.Column("lon", sa.Double()),
        sa.Column("accuracy_m", sa.Double()),
        sa.Column("age_s", sa.Double()),
        sa.Column("landmark", sa.Text()),
        sa.Column("kelurahan", sa.String(32)),
        sa.Column("description", sa.Text()),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text()),
        sa.Column("contact_phone", sa.Text()),
        sa.Column("may_call", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(32), nullable=False),
        sa.Column("made_at", UtcDateTime()),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("simulation", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(one_of("channel", ("app", "form", "voice", "sms")), name="channel"),
        sa.CheckConstraint(one_of("kind", KINDS), name="kind"),
        sa.CheckConstraint(one_of("source", ("gps", "pin", "kelurahan", "address", "none")), name="source"),
        sa.UniqueConstraint("day", "number"),
        sa.Index(
            "ix_report_device_id",
            "device_id",
            sqlite_where=sa.text("device_id IS NOT NULL"),
            postgresql_where=sa.text("device_id IS NOT NULL"),
        ),
        sa.Index("ix_report_incident_id", "incident_id"),
    )
    op.create_table(
        "media",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "report_id", IdType, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("sha256", sa.Text()),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("refused", sa.String(32)),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ready_at", UtcDateTime()),
        sa.CheckConstraint(one_of("state", ("uploading", "checking", "ready", "refused")), name="state"),
    )
