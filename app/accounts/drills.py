"""Store drills: name, period, and the staff who take part; only they are notified in a drill."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import now
from app.core.db import Base, Id, Key, Words


class Drill(Base):
    """One drill; it ends at `ends_at`, or earlier at `ended_at`."""

    __tablename__ = "drill"
    __table_args__ = (Index("ix_drill_starts_at", "starts_at"),)
    id: Mapped[Key]
    name: Mapped[Words]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    started_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))


class DrillStaff(Base):
    """A member of staff who takes part in a drill."""

    __tablename__ = "drill_staff"
    drill_id: Mapped[Id] = mapped_column(ForeignKey("drill.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)


def running(session: Session) -> Drill | None:
    """Return the drill that is running now, None without one."""
    moment = now()
    query = select(Drill).where(Drill.ended_at.is_(None), Drill.starts_at <= moment, Drill.ends_at > moment)
    return session.scalars(query.order_by(Drill.starts_at.desc()).limit(1)).first()


def drill_participants(session: Session) -> set[str]:
    """Return the ids of staff who may be notified of simulated incidents; empty without a running drill."""
    drill = running(session)
    if drill is None:
        return set()
    return set(session.scalars(select(DrillStaff.staff_id).where(DrillStaff.drill_id == drill.id)))
