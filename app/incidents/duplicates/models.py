"""Tables of incidents that turned out to be one: what was merged, and which way each report went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id, Key, Words

_STANDS = text("undone_at IS NULL")


class Merging(Base):
    """One incident taken into another; `before` is what taking it apart puts back."""

    __tablename__ = "merging"
    __table_args__ = (
        Index("ix_merging_incident_id", "incident_id"),
        Index("ix_merging_other_id", "other_id", unique=True, sqlite_where=_STANDS),
    )
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    """The one that stays."""
    other_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    """Who merged; None: the reporter said that it is the same."""
    at: Mapped[datetime]
    before: Mapped[Words]
    """JSON: how both stood, and what became of the assignments."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))


class ReportMove(Base):
    """A report went from one incident to another, by the event `seq` of the incident it left or came back to."""

    __tablename__ = "report_move"
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    merging_id: Mapped[Id] = mapped_column(ForeignKey("merging.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    to_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
