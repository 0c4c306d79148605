"""Tables of the talk beside words: what the room asked, where a reporter let himself be seen, what a reporter needs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, one_of


class AskKind(StrEnum):
    """What an operator asks of a reporter."""

    QUESTION = "question"
    PHOTO = "photo"
    POSITION = "position"
    SHARE = "share"


class Answer(StrEnum):
    """What a reporter answers to a closed question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ReporterNeed(StrEnum):
    """What talking to a reporter needs."""

    NO_VOICE = "no_voice"
    INTERPRETER = "interpreter"


ASK_KINDS = tuple(AskKind)
ANSWERS = tuple(Answer)
NEEDS = tuple(ReporterNeed)


class Ask(Base):
    """One thing that the room asked of one reporter; a newer one ends it."""

    __tablename__ = "ask"
    __table_args__ = (
        CheckConstraint(one_of("what", ASK_KINDS), name="what"),
        CheckConstraint(f"answer IS NULL OR {one_of('answer', ANSWERS)}", name="answer"),
        Index("ix_ask_report_id_at", "report_id", "at"),
    )
    id: Mapped[Key]
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    what: Mapped[Code]
    question: Mapped[Code | None]
    """Code of the words, for a question."""
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    answer: Mapped[Code | None]
    answered_at: Mapped[datetime | None]
    until: Mapped[datetime | None] = mapped_column(index=True)
    """When the sharing of a position ends by itself."""
    ended_at: Mapped[datetime | None]
    """Replaced by a newer one; for a sharing: stopped or over."""


class SharedPosition(Base):
    """Where a reporter's phone was when it answered or shared; erased 24 h after the incident was closed."""

    __tablename__ = "shared_position"
    __table_args__ = (Index("ix_shared_position_report_id_at", "report_id", "at"),)
    id: Mapped[Key]
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    ask_id: Mapped[Id] = mapped_column(ForeignKey("ask.id", ondelete="CASCADE"))
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None]
    age_s: Mapped[float | None]
    """How old the fix was when it arrived."""
    at: Mapped[datetime]


class Need(Base):
    """What talking to a reporter needs: set by the reporter (no voice) or the room (interpreter)."""

    __tablename__ = "need"
    __table_args__ = (CheckConstraint(one_of("need", NEEDS), name="need"),)
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    need: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[datetime]
