"""Define the tables of escalation: policies, their steps, running timers and log cursors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Words, one_of

LADDERS = ("unopened", "forwarded", "unaccepted", "declined")
"""Policy names: incident unopened, task forwarded, task unaccepted, task declined."""
CALLED = ("operators", "supervisor", "head", "agency_first", "agency_second", "agency_head", "alternate")
"""Recipients of a step; `alternate` forwards the incident to the alternate agency."""
OUTCOMES = ("rung", "nobody", "routed", "no_alternate", "supports")
"""Outcomes of a step; `nobody`: no recipient on duty has an address; `supports`: a supporter is not replaced."""


class EscalationPolicy(Base):
    """Escalation policy; after its last step it restarts after `again_after_s` seconds, or ends where that is None."""

    __tablename__ = "ladder"
    __table_args__ = (CheckConstraint(one_of("name", LADDERS), name="name"),)
    name: Mapped[Code] = mapped_column(primary_key=True)
    again_after_s: Mapped[int | None]


class EscalationPolicyStep(Base):
    """One step of a policy: the recipient and means, `after_s` seconds after the timer expired."""

    __tablename__ = "ladder_step"
    __table_args__ = (CheckConstraint(one_of("who", CALLED), name="who"),)
    ladder: Mapped[Code] = mapped_column(ForeignKey("ladder.name"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after_s: Mapped[int]
    who: Mapped[Code]
    means: Mapped[Words]
    """Codes of means, separated by spaces."""


class Clock(Base):
    """Timer of an incident or an assignment, with the policy steps as they were when it started."""

    __tablename__ = "escalation_clock"
    __table_args__ = (
        CheckConstraint(one_of("ladder", LADDERS), name="ladder"),
        Index(
            "ix_escalation_clock_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_escalation_clock_incident_id", "incident_id"),
    )
    subject: Mapped[Id] = mapped_column(primary_key=True)
    """Assignment id, or the incident id while dispatch has not opened it."""
    ladder: Mapped[Code] = mapped_column(primary_key=True)
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    """Start of the wait; another start is another wait."""
    base_at: Mapped[datetime]
    """When the timer expires; steps count from here."""
    round: Mapped[int]
    steps: Mapped[Words]
    """JSON of `[after_s, who, means]`."""
    done: Mapped[int]
    """Number of steps run in this round."""
    due_at: Mapped[datetime | None]
    """When the next step is due; None: the policy has ended."""


class Cursor(Base):
    """Last event read: row 1 for timers, row 2 for verification labels; -1 means never."""

    __tablename__ = "escalation_cursor"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
