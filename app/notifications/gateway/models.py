"""Defines the table of rings: SMS, calls and e-mail to send, and their outcome. Pushes have their own table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

MEANS = ("push", "sms", "voice", "email")
RING_STATES = ("waiting", "taken", "bundled", "withdrawn", "failed")
"""`taken`: the provider accepted it. `bundled`: the same address was rung with the same wording within a minute.
`withdrawn`: the incident was answered before the ring was sent."""

REHEARSED = "drill."
"""Prefix of the wording of rings in a drill, which keeps them apart from real rings when bundling."""


class Ring(Base):
    """A call, SMS or e-mail to one address for one event; a constraint prevents a second one."""

    __tablename__ = "ring"
    __table_args__ = (
        CheckConstraint(one_of("means", MEANS[1:]), name="means"),
        CheckConstraint(one_of("state", RING_STATES), name="state"),
        UniqueConstraint("event_seq", "means", "address"),
        Index(
            "ix_ring_due",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
        ),
        Index("ix_ring_incident_id", "incident_id"),
        Index("ix_ring_address_created_at", "address", "created_at"),
    )
    id: Mapped[Key]
    event_seq: Mapped[int] = mapped_column(BigInteger)
    """Number in the event log; far below zero for a number in the silent case log."""
    incident_id: Mapped[Id | None] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    """None for a silent case, which the event log may not name."""
    assignment_id: Mapped[Id | None] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"))
    """The unanswered assignment; None when the control room has not answered."""
    contact_id: Mapped[Id | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    means: Mapped[Code]
    address: Mapped[Words]
    wording: Mapped[Code]
    data: Mapped[Words]
    """JSON values for the wording: number, agency."""
    state: Mapped[Code] = mapped_column(server_default="waiting")
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    """When it is due; while claimed, when the worker's lease ends."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    answer: Mapped[Words | None]
    """The provider's last answer: a status, or the name of the fault."""
    reference: Mapped[Words | None]
    """The provider's identifier of this message."""
    ended_at: Mapped[datetime | None]
