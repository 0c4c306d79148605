"""Push subscriptions and the outboxes of pushes, SMS, calls and e-mails."""

import sqlalchemy as sa
from alembic import op

from app.core.db import IdType, UtcDateTime, one_of

revision = "0008"
down_revision = "0007"


def upgrade():
    op.create_table(
        "push_subscription",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("device_id", IdType, sa.ForeignKey("device.id", ondelete="CASCADE"), index=True),
        sa.Column("staff_id", IdType, sa.ForeignKey("staff.id", ondelete="CASCADE"), index=True),
        sa.Column("endpoint", sa.Text(), nullable=False, unique=True),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("renewed_at", UtcDateTime(), nullable=False),
        sa.Column("gone_at", UtcDateTime()),
        sa.CheckConstraint("(device_id IS NULL) <> (staff_id IS NULL)", name="one_owner"),
    )
    op.create_table(
        "notification",
        sa.Column("id", IdType, primary_key=True),
        sa.Column(
            "subscription_id",
            IdType,
            sa.ForeignKey("push_subscription.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", IdType),
        sa.Column("report_id", IdType),
        sa.Column("wording", sa.String(32), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("urgency", sa.String(32), server_default="high", nullable=False),
        sa.Column("ttl_s", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False, unique=True),
        sa.Column("state", sa.String(32), server_default="waiting", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("shown_at", UtcDateTime()),
        sa.Column("clicked_at", UtcDateTime()),
        sa.CheckConstraint(
            one_of("state", ("waiting", "sent", "superseded", "gone", "failed")), name="state"
        ),
        sa.UniqueConstraint("subscription_id", "event_seq"),
        sa.Index(
            "ix_notification_due",
            "next_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_notification_incident_id", "incident_id"),
    )
    op.create_table(
        "ring",
        sa.Column("id", IdType, primary_key=True),
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", IdType, sa.ForeignKey("incident.id", ondelete="CASCADE")),
        sa.Column("assignment_id", IdType, sa.ForeignKey("assignment.id", ondelete="CASCADE")),
        sa.Column("contact_id", IdType, sa.ForeignKey("contact.id", ondelete="SET NULL")),
        sa.Column("means", sa.String(32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("wording", sa.String(32), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), server_default="waiting", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("reference", sa.Text()),
        sa.Column("ended_at", UtcDateTime()),
        sa.CheckConstraint(one_of("means", ("sms", "voice", "email")), name="means"),
        sa.CheckConstraint(
            one_of("state", ("waiting", "taken", "bundled", "withdrawn", "failed")), name="state"
        ),
        sa.UniqueConstraint("event_seq", "means", "address"),
        sa.Index("ix_ring_address_created_at", "address", "created_at"),
        sa.Index(
            "ix_ring_due",
            "next_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_ring_incident_id", "incident_id"),
    )
