"""Define the tables of merged incidents and of report moves between incidents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id, Key, Words

_STANDS = text("undone_at IS NULL")


class Merging(Base):
    """One incident merged into another; `before` holds what undoing restores."""

    __tablename__ = "merging"
    __table_args__ = (
        Index("ix_merging_incident_id", "incident_id"),
        Index("ix_merging_other_id", "other_id", unique=True, sqlite_where=_STANDS),
    )
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    """The incident that is kept."""
    other_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    """Staff member who merged; None: the reporter confirmed that it is the same."""
    at: Mapped[datetime]
    before: Mapped[Words]
    """JSON: state of both incidents, and the assignment changes."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))


class ReportMove(Base):
    """Move of a report between incidents, by event `seq` of the incident it left or returned to."""

    __tablename__ = "report_move"
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    merging_id: Mapped[Id] = mapped_column(ForeignKey("merging.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    to_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
