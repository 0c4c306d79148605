"""Define the tables of silent cases, separate from reports, incidents, events, messages, photos and notifications.

Queue, search, map, counts, statistics, exports, stream, push and logs therefore need no exception: they hold no
silent case.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

CASE_AGENCY_STATES = ("notified", "accepted", "en_route", "on_scene", "done", "declined")
LINK_ACTORS = ("reporter", "staff", "system")
_OPEN = text("closed_at IS NULL")


class CaseState(StrEnum):
    """List the states of a case."""

    RECEIVED = "received"
    OPENED = "opened"
    FORWARDED = "forwarded"
    CLOSED = "closed"


class SilentCase(Base):
    """Store a request for silent help. Its readable data are encrypted under the master key."""

    __tablename__ = "silent_case"
    __table_args__ = (
        CheckConstraint(one_of("state", CaseState), name="state"),
        CheckConstraint("priority IN (1, 2)", name="priority"),
        Index("ix_silent_case_open", "priority", "received_at", "id", sqlite_where=_OPEN),
    )
    id: Mapped[Key]
    key: Mapped[Id] = mapped_column(unique=True)
    """The idempotency key, lower case; every envelope of the case is bound to it."""
    body_hash: Mapped[Words]
    """Keyed, so that it confirms no guess at the content."""
    number: Mapped[int]
    """As sent to the phone: drawn at random, in the form of a report number of the day (app/silent/case_number.py)."""
    received_at: Mapped[datetime]
    state: Mapped[Code]
    priority: Mapped[int]
    version: Mapped[int]
    locale: Mapped[Code]
    simulation: Mapped[bool] = mapped_column(server_default=text("false"))
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    forwarded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    location_erased_at: Mapped[datetime | None]
    """When the location left the dispatch summary: at most 72 hours after closing."""
    block_version: Mapped[int]
    block_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    block_content: Mapped[bytes | None] = mapped_column(LargeBinary)
    words_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Words and contact that sent in clear (plain form, old phones), encrypted at once; for counsellors on the case."""
    words_content: Mapped[bytes | None] = mapped_column(LargeBinary)
    lookup_hash: Mapped[Words | None] = mapped_column(unique=True)
    """Keyed hash of the receipt's lookup id."""
    proof_hash: Mapped[Words | None]
    receipt_public: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Uncompressed P-256 point that replies are sealed to."""


class CaseAgency(Base):
    """Store an agency that was notified of a case, and its progress."""

    __tablename__ = "case_agency"
    __table_args__ = (CheckConstraint(one_of("state", CASE_AGENCY_STATES), name="state"),)
    case_id: Mapped[Id] = mapped_column(ForeignKey("silent_case.id", ondelete="CASCADE"), primary_key=True)
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.code"), primary_key=True)
    state: Mapped[Code]
    staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class CaseClock(Base):
    """Store the next escalation step and its time, until staff open the case."""

    __tablename__ = "case_clock"
    case_id: Mapped[Id] = mapped_column(ForeignKey("silent_case.id", ondelete="CASCADE"), primary_key=True)
    base_at: Mapped[datetime]
    """Start time of the steps of this round."""
    round: Mapped[int]
    done: Mapped[int]
    """Number of completed steps of this round."""
    due_at: Mapped[datetime] = mapped_column(index=True)


class CaseLogEntry(Base):
    """Store one case log entry: a change, view or unsealing. Append-only, gapless, chained; codes and ids only."""

    __tablename__ = "case_link"
    __table_args__ = (
        CheckConstraint(one_of("actor", LINK_ACTORS), name="actor"),
        Index("ix_case_link_case_id_seq", "case_id", "seq"),
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    case_id: Mapped[Id | None]
    actor: Mapped[Code]
    actor_id: Mapped[Words | None]
    name: Mapped[Code]
    data: Mapped[Words]
    hash: Mapped[Words]


class CaseLogHead(Base):
    """Store the head of the case log. Every writer locks it, so commit order is `seq` order."""

    __tablename__ = "case_link_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[Words]


class CaseCounsellor(Base):
    """Store a counsellor who has taken a case."""

    __tablename__ = "case_counsellor"
    case_id: Mapped[Id] = mapped_column(ForeignKey("silent_case.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    taken_at: Mapped[datetime]


class EmergencyAccess(Base):
    """Store a request for emergency access to a case; a second person approves it for one hour (break glass)."""

    __tablename__ = "glass"
    id: Mapped[Key]
    case_id: Mapped[Id] = mapped_column(ForeignKey("silent_case.id", ondelete="CASCADE"), index=True)
    requested_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[Code]
    requested_at: Mapped[datetime]
    agreed_by: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    agreed_at: Mapped[datetime | None]
    until: Mapped[datetime | None]


class WrongReceipts(Base):
    """Count the wrong receipts of one time window, by keyed hash of the address, or by `all`."""

    __tablename__ = "receipt_try"
    address_hash: Mapped[Words] = mapped_column(primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    wrong: Mapped[int]
