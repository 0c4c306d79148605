"""Define the tables of the *Masih berlangsung?* question, the reports it was sent to, and their answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, one_of

ANSWERS = ("yes", "no")


class StillQuestion(Base):
    """*Masih berlangsung?*, asked about an incident."""

    __tablename__ = "still_question"
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class StillRequest(Base):
    """A report the question was sent to, and its answer; the last answer per device counts."""

    __tablename__ = "still_recipient"
    __table_args__ = (CheckConstraint(f"answer IS NULL OR {one_of('answer', ANSWERS)}", name="answer"),)
    question_id: Mapped[Id] = mapped_column(
        ForeignKey("still_question.id", ondelete="CASCADE"), primary_key=True
    )
    report_id: Mapped[Id] = mapped_column(
        ForeignKey("report.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    answer: Mapped[Code | None]
    answered_at: Mapped[datetime | None]
