"""Tables of what is handled."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of
from app.core.domain import KINDS


class IncidentState(StrEnum):
    """How far an incident is."""

    RECEIVED = "received"
    OPENED = "opened"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLOSED = "closed"


INCIDENT_STATES = tuple(IncidentState)
ASSIGNMENT_STATES = ("notified", "accepted", "declined", "en_route", "on_scene", "done", "cancelled")
RESOLUTIONS = ("resolved", "duplicate", "prank", "ghost", "information", "handed_over")
DECLINE_REASONS = ("no_unit", "not_ours", "out_of_area", "duplicate", "other")
_OPEN = text("closed_at IS NULL")
_CALLING = text("closed_at IS NOT NULL AND unseen > 0")


class Incident(Base):
    """What is being handled; one or more reports. `version` guards every move."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("state", INCIDENT_STATES), name="state"),
        CheckConstraint(f"resolution IS NULL OR {one_of('resolution', RESOLUTIONS)}", name="resolution"),
        CheckConstraint("priority IN (1, 2, 3)", name="priority"),
        Index("ix_incident_queue", "priority", "doubt", "received_at", "id", sqlite_where=_OPEN),
        Index("ix_incident_nearby", "cell", "received_at"),
        Index("ix_incident_calling", "closed_at", sqlite_where=_CALLING),
    )
    id: Mapped[Key]
    day: Mapped[Code] = mapped_column(index=True)
    number: Mapped[int]
    kind: Mapped[Code]
    priority: Mapped[int]
    state: Mapped[Code]
    version: Mapped[int]
    source: Mapped[Code]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    cell: Mapped[int | None] = mapped_column(BigInteger)
    """300 m grid cell of the place."""
    landmark: Mapped[Words | None]
    kelurahan: Mapped[Code | None]
    kelurahan_exact: Mapped[bool]
    """By outline or the reporter's own word; False: the nearest point, a guess to confirm."""
    plus_code: Mapped[Code | None]
    inside_city: Mapped[bool]
    reports: Mapped[int]
    """How many reports it holds."""
    received_at: Mapped[datetime]
    open_within_s: Mapped[int]
    accept_within_s: Mapped[int]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    forwarded_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    en_route_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[Code | None]
    lead: Mapped[Code | None] = mapped_column(ForeignKey("agency.code"))
    """The leading agency once forwarded."""
    simulation: Mapped[bool] = mapped_column(server_default=text("false"))
    doubt: Mapped[int] = mapped_column(server_default=text("0"))
    """1: to be verified first; it stands below the others of its priority."""
    unseen: Mapped[int] = mapped_column(server_default=text("0"))
    """Words, signals and photos of its reporters that nobody in the room has looked at."""
    signal: Mapped[Code | None]
    """The last signal of its reporters, and when."""
    signalled_at: Mapped[datetime | None]


class Assignment(Base):
    """An incident given to an agency."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint(one_of("state", ASSIGNMENT_STATES), name="state"),
        Index("ix_assignment_incident_id", "incident_id"),
        Index(
            "ix_assignment_open",
            "agency",
            "notified_at",
            sqlite_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.code"))
    leads: Mapped[bool]
    state: Mapped[Code]
    version: Mapped[int]
    notified_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    en_route_at: Mapped[datetime | None]
    on_scene_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Done, declined or cancelled."""
    reason: Mapped[Code | None]
    note: Mapped[Words | None]


class Message(Base):
    """Words between a reporter and the room."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(one_of("sender", ("reporter", "operator")), name="sender"),
        Index("ix_message_report_id_at", "report_id", "at"),
    )
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[Id] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    sender: Mapped[Code]
    staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[Words]
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    """When the reporter's phone had it; the room has a reporter's words at `at`."""
    read_at: Mapped[datetime | None]


class Note(Base):
    """Words of the room about an incident; reporters never see them."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_incident_id_at", "incident_id", "at"),)
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[Words]
    at: Mapped[datetime]


class Looking(Base):
    """Who has an incident on the screen, and when that was last true."""

    __tablename__ = "looking"
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]


class CallBeacon(Base):
    """Where a phone was when its owner tapped *Telepon 112*; erased after 60 minutes unless tied."""

    __tablename__ = "call_beacon"
    id: Mapped[Key]
    device_id: Mapped[Id | None] = mapped_column(ForeignKey("device.id", ondelete="SET NULL"))
    incident_id: Mapped[Id | None] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    age_s: Mapped[float | None]
    kelurahan: Mapped[Code | None]
    plus_code: Mapped[Code | None]
    at: Mapped[datetime] = mapped_column(index=True)
