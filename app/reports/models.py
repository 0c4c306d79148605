"""Defines the tables of reports and their photos."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of
from app.core.domain import KINDS


class Source(StrEnum):
    """How the position of a report was found."""

    GPS = "gps"
    PIN = "pin"
    KELURAHAN = "kelurahan"
    ADDRESS = "address"
    NONE = "none"


class Signal(StrEnum):
    """A follow-up that a reporter sends with one button."""

    STILL_HAPPENING = "still_happening"
    OVER = "over"
    ARRIVED = "arrived"
    SAFE = "safe"


class MediaState(StrEnum):
    """Processing state of a photo."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


SOURCES = tuple(Source)
SIGNALS = tuple(Signal)
MEDIA_STATES = tuple(MediaState)
CHANNELS = ("app", "form", "voice", "sms")


class Report(Base):
    """A report as it was sent. Rows are only annotated later, never edited."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("source", SOURCES), name="source"),
        CheckConstraint(one_of("channel", CHANNELS), name="channel"),
        UniqueConstraint("day", "number"),
        Index("ix_report_incident_id", "incident_id"),
        Index(
            "ix_report_device_id",
            "device_id",
            sqlite_where=text("device_id IS NOT NULL"),
        ),
    )
    id: Mapped[Key]
    key: Mapped[Id] = mapped_column(unique=True)
    """The Idempotency-Key of its request."""
    body_hash: Mapped[Words]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id"))
    device_id: Mapped[Id | None] = mapped_column(ForeignKey("device.id"))
    day: Mapped[Code]
    number: Mapped[int]
    channel: Mapped[Code]
    kind: Mapped[Code]
    kind_word: Mapped[Words | None]
    """The kind as it was sent, where it is outside `KINDS`."""
    priority: Mapped[int]
    """As acknowledged; the incident's may change."""
    source: Mapped[Code]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    age_s: Mapped[float | None]
    landmark: Mapped[Words | None]
    kelurahan: Mapped[Code | None]
    description: Mapped[Words | None]
    answers: Mapped[Words]
    """JSON: question → answer."""
    contact_name: Mapped[Words | None]
    contact_phone: Mapped[Words | None]
    may_call: Mapped[bool]
    locale: Mapped[Code]
    made_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    simulation: Mapped[bool] = mapped_column(server_default=text("false"))


class Media(Base):
    """A photo of a report, from the first uploaded byte to the rebuilt picture."""

    __tablename__ = "media"
    __table_args__ = (CheckConstraint(one_of("state", MEDIA_STATES), name="state"),)
    id: Mapped[Key]
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    type: Mapped[Code]
    bytes: Mapped[int] = mapped_column(BigInteger)
    received_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    sha256: Mapped[Words | None]
    state: Mapped[Code]
    refused: Mapped[Code | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
