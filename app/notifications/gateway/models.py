"""The table of rings: who was to be reached by what, and what came of it. Pushes have their own outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

MEANS = ("push", "sms", "voice", "email")
RING_STATES = ("waiting", "taken", "bundled", "withdrawn", "failed")
"""`taken`: the provider has it. `bundled`: the same person was rung for the same reason a moment ago.
`withdrawn`: somebody answered before the ring went out."""

REHEARSED = "drill."
"""Begins the wording of a ring about what is only rehearsed: it says so, and no real ring is bundled into it."""


class Ring(Base):
    """One call, SMS or e-mail to one address for one event: never two."""

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
    """Number in the log; far below zero: in the chain of silent cases."""
    incident_id: Mapped[Id | None] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    """None: the room is called for something that no ledger may name."""
    assignment_id: Mapped[Id | None] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"))
    """Whose silence it is about; None: the room's."""
    contact_id: Mapped[Id | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    means: Mapped[Code]
    address: Mapped[Words]
    wording: Mapped[Code]
    facts: Mapped[Words]
    """JSON for the words: number, agency."""
    state: Mapped[Code] = mapped_column(server_default="waiting")
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    """When it is due; while a worker has it, when that worker's lease ends."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    answer: Mapped[Words | None]
    """The provider's last answer: a status, or the name of the fault."""
    reference: Mapped[Words | None]
    """What the provider calls it."""
    ended_at: Mapped[datetime | None]
