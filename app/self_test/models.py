"""Defines the table of self-tests: when each leg of the chain was reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Key, Words

LEGS = ("web", "incident", "stream", "outbox", "worker")
"""Legs in the order in which a report passes them."""


class CanaryRun(Base):
    """A run of the self-test; its id is the report's Idempotency-Key and the device's id."""

    __tablename__ = "canary"
    __table_args__ = (Index("ix_canary_started_at", "started_at"),)
    id: Mapped[Key]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """None while it runs, or after its worker died."""
    legs: Mapped[Words] = mapped_column(server_default="{}")
    """JSON: leg → the moment it was reached; missed legs are left out."""
