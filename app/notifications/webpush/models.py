"""Defines the tables of push: subscriptions, and the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

NOTIFICATION_STATES = ("waiting", "sent", "superseded", "gone", "failed")
"""`superseded`: a newer push of the same tag was sent instead."""


class PushSubscription(Base):
    """A push subscription of a device or a member of staff (RFC 8030, RFC 8291)."""

    __tablename__ = "push_subscription"
    __table_args__ = (CheckConstraint("(device_id IS NULL) <> (staff_id IS NULL)", name="one_owner"),)
    id: Mapped[Key]
    device_id: Mapped[Id | None] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[Words] = mapped_column(unique=True)
    p256dh: Mapped[Words]
    auth: Mapped[Words]
    locale: Mapped[Code]
    created_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class Notification(Base):
    """A push to one subscription for one event; a constraint prevents a second one."""

    __tablename__ = "notification"
    __table_args__ = (
        CheckConstraint(one_of("state", NOTIFICATION_STATES), name="state"),
        UniqueConstraint("subscription_id", "event_seq"),
        Index(
            "ix_notification_due",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
        ),
        Index("ix_notification_incident_id", "incident_id"),
    )
    id: Mapped[Key]
    subscription_id: Mapped[Id] = mapped_column(ForeignKey("push_subscription.id", ondelete="CASCADE"))
    event_seq: Mapped[int] = mapped_column(BigInteger)
    incident_id: Mapped[Id | None]
    report_id: Mapped[Id | None]
    wording: Mapped[Code]
    data: Mapped[Words]
    """JSON values for the wording: number, agency."""
    tag: Mapped[Words]
    urgency: Mapped[Code] = mapped_column(server_default="high")
    ttl_s: Mapped[int]
    receipt: Mapped[Words] = mapped_column(unique=True)
    state: Mapped[Code] = mapped_column(server_default="waiting")
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    """When it is due; while claimed, when the worker's lease ends."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    answer: Mapped[Words | None]
    """The last answer of the push service: a status, or the name of the fault."""
    sent_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
