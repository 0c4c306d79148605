"""Tables of escalation: ladders that an administrator edits, clocks that run, and how far the log was read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Words, one_of

LADDERS = ("unopened", "forwarded", "unaccepted", "declined")
"""What is waited for: a room that opens, an agency that hears of its task, one that accepts, another lead."""
CALLED = ("operators", "supervisor", "head", "agency_first", "agency_second", "agency_head", "alternate")
"""Whom a step calls; `alternate` gives the incident to the alternate agency."""
OUTCOMES = ("rung", "nobody", "routed", "no_alternate", "supports")
"""What a step came to: `nobody` was on duty or had an address; a silent supporter is not replaced."""


class Ladder(Base):
    """A ladder; when its last step was in vain it begins again after `again_after_s`, or ends where that is None."""

    __tablename__ = "ladder"
    __table_args__ = (CheckConstraint(one_of("name", LADDERS), name="name"),)
    name: Mapped[Code] = mapped_column(primary_key=True)
    again_after_s: Mapped[int | None]


class LadderStep(Base):
    """One step: `after_s` seconds after the clock ran out, who is called, by which means."""

    __tablename__ = "ladder_step"
    __table_args__ = (CheckConstraint(one_of("who", CALLED), name="who"),)
    ladder: Mapped[Code] = mapped_column(ForeignKey("ladder.name"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    after_s: Mapped[int]
    who: Mapped[Code]
    means: Mapped[Words]
    """Codes of means, separated by spaces."""


class Clock(Base):
    """A clock that runs for an incident or one of its assignments, with the ladder as it stood when it started."""

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
    """The assignment, or the incident where the room is waited for."""
    ladder: Mapped[Code] = mapped_column(primary_key=True)
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    """What is waited since: another moment is another wait."""
    base_at: Mapped[datetime]
    """When the clock runs out: steps count from here."""
    round: Mapped[int]
    steps: Mapped[Words]
    """JSON of `[after_s, who, means]`."""
    done: Mapped[int]
    """How many steps of this round were made."""
    due_at: Mapped[datetime | None]
    """When the next step is due; None: the ladder has ended."""


class Cursor(Base):
    """How far the event log was read: row 1 for clocks, row 2 for labels; -1 means never."""

    __tablename__ = "escalation_cursor"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
