"""Define the tables of incidents, assignments, messages, notes, viewers and call beacons."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of
from app.core.domain import KINDS


class IncidentState(StrEnum):
    """State of an incident."""

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
    """An emergency that is being handled, with one or more reports; `version` guards every transition."""

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
    """True: by outline or named by the reporter; False: nearest point, to be confirmed."""
    plus_code: Mapped[Code | None]
    inside_city: Mapped[bool]
    reports: Mapped[int]
    """Number of reports."""
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
    """1: to be verified first; sorted below the others of its priority."""
    unseen: Mapped[int] = mapped_column(server_default=text("0"))
    """Messages, signals and photos of reporters that dispatch has not opened yet."""
    signal: Mapped[Code | None]
    """Last signal of the reporters; `signalled_at` is its time."""
    signalled_at: Mapped[datetime | None]


class Assignment(Base):
    """An incident assigned to an agency."""

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
    """A message between a reporter and dispatch."""

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
    """When the reporter's phone received it; dispatch has a reporter's message at `at`."""
    read_at: Mapped[datetime | None]


class Note(Base):
    """An internal note about an incident; hidden from reporters."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_incident_id_at", "incident_id", "at"),)
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"))
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[Words]
    at: Mapped[datetime]


class Looking(Base):
    """A member of staff who has an incident on screen; `at` is the last heartbeat."""

    __tablename__ = "looking"
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]


class CallBeacon(Base):
    """Position of a phone when the caller tapped *Telepon 112*; erased after 60 minutes unless linked."""

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
