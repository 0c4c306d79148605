"""Define the tables of requests to reporters, shared positions and reporter needs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, one_of


class AskKind(StrEnum):
    """Kind of a request to a reporter."""

    QUESTION = "question"
    PHOTO = "photo"
    POSITION = "position"
    SHARE = "share"


class Answer(StrEnum):
    """Answer to a closed question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ReporterNeed(StrEnum):
    """What a conversation with the reporter needs."""

    NO_VOICE = "no_voice"
    INTERPRETER = "interpreter"


ASK_KINDS = tuple(AskKind)
ANSWERS = tuple(Answer)
NEEDS = tuple(ReporterNeed)


class Ask(Base):
    """One request to one reporter; a newer request ends it."""

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
    """Code of the wording, for a question."""
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    answer: Mapped[Code | None]
    answered_at: Mapped[datetime | None]
    until: Mapped[datetime | None] = mapped_column(index=True)
    """When position sharing ends by itself."""
    ended_at: Mapped[datetime | None]
    """When a newer request replaced it; for sharing: when it was stopped or expired."""


class SharedPosition(Base):
    """Position of the reporter's phone when it answered or shared; erased 24 h after closing."""

    __tablename__ = "shared_position"
    __table_args__ = (Index("ix_shared_position_report_id_at", "report_id", "at"),)
    id: Mapped[Key]
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    ask_id: Mapped[Id] = mapped_column(ForeignKey("ask.id", ondelete="CASCADE"))
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None]
    age_s: Mapped[float | None]
    """Age of the position when it arrived, in seconds."""
    at: Mapped[datetime]


class Need(Base):
    """A need of a conversation, set by the reporter (no voice) or by dispatch (interpreter)."""

    __tablename__ = "need"
    __table_args__ = (CheckConstraint(one_of("need", NEEDS), name="need"),)
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    need: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[datetime]
