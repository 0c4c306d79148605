"""Define the tables of agencies, routing, the number directory, and on-call rosters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

PRIORITIES = (1, 2, 3)
DUTIES = ("operator", "supervisor", "head", "first", "second")
"""Duties of a roster; the first three are at 112, the last three at an agency."""


class Agency(Base):
    """An agency (OPD) that takes assignments."""

    __tablename__ = "agency"
    code: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Words]
    short_name: Mapped[Words]
    phone: Mapped[Words | None]
    alternate: Mapped[Code | None] = mapped_column(ForeignKey("agency.code"))
    hours: Mapped[Words] = mapped_column(server_default="24")
    active: Mapped[bool] = mapped_column(server_default=text("true"))


class Routing(Base):
    """A row of the routing table: kind → lead, support, priority, seconds."""

    __tablename__ = "routing"
    __table_args__ = (CheckConstraint("priority IN (1, 2, 3)", name="priority"),)
    kind: Mapped[Code] = mapped_column(primary_key=True)
    lead: Mapped[Code] = mapped_column(ForeignKey("agency.code"))
    supports: Mapped[Words]
    """Codes of supporting agencies, separated by spaces."""
    priority: Mapped[int]
    open_within_s: Mapped[int]
    accept_within_s: Mapped[int]
    tile: Mapped[int | None]
    """Place on the first screen, 1 to 8; None: behind *Lainnya*."""


class DirectoryNumber(Base):
    """A telephone number shown to residents."""

    __tablename__ = "directory_number"
    code: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Words]
    phone: Mapped[Words]
    place: Mapped[int]


class Contact(Base):
    """A person who can be called: at an agency, or at 112 where `agency` is None."""

    __tablename__ = "contact"
    id: Mapped[Key]
    agency: Mapped[Code | None] = mapped_column(ForeignKey("agency.code"), index=True)
    name: Mapped[Words]
    phone: Mapped[Words | None]
    email: Mapped[Words | None]
    staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    """The account whose devices receive pushes."""
    removed_at: Mapped[datetime | None]


class OnCall(Base):
    """A line of a roster: contact, duty, days of the week, and hours (WITA)."""

    __tablename__ = "on_call"
    __table_args__ = (CheckConstraint(one_of("duty", DUTIES), name="duty"),)
    id: Mapped[Key]
    contact_id: Mapped[Id] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    duty: Mapped[Code]
    days: Mapped[Code]
    """Days on which the shift begins: `1` Monday to `7` Sunday, such as `12345`."""
    from_min: Mapped[int]
    to_min: Mapped[int]
    """Minutes of the day; when not after `from_min`, the shift ends on the next day."""


class Swap(Base):
    """A stand-in for a line of a roster between two moments."""

    __tablename__ = "on_call_swap"
    id: Mapped[Key]
    on_call_id: Mapped[Id] = mapped_column(ForeignKey("on_call.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[Id] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
