"""Define the tables of staff, sign-ins and devices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

ROLES = ("operator", "supervisor", "agency", "auditor", "administrator")


class Device(Base):
    """An anonymous installation on a phone: a random id and the hash of its secret."""

    __tablename__ = "device"
    id: Mapped[Key]
    secret_hash: Mapped[Words]
    first_seen_at: Mapped[datetime]


class Staff(Base):
    """A member of staff who signs in to the console."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint(one_of("role", ROLES), name="role"),)
    id: Mapped[Key]
    name: Mapped[Words] = mapped_column(unique=True)
    role: Mapped[Code]
    agency: Mapped[Code | None]
    cleared: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether this account may see cases of the silent channel (app/silent/access.py)."""
    password_hash: Mapped[Words]
    totp_secret: Mapped[Words | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    """The last time step used; a code works once (RFC 6238, section 5.2)."""
    locale: Mapped[Code] = mapped_column(server_default="id")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Passkey(Base):
    """A WebAuthn credential of a member of staff."""

    __tablename__ = "passkey"
    id: Mapped[Key]
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    label: Mapped[Words]
    created_at: Mapped[datetime]


class StaffSession(Base):
    """A sign-in; `id` is the hash of the cookie's token, so that a copy of the table opens no session."""

    __tablename__ = "staff_session"
    id: Mapped[Words] = mapped_column(primary_key=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    put_off_at: Mapped[datetime | None]
    """When setting up the second step was postponed; valid on loopback only."""
    ended_at: Mapped[datetime | None]
    address_hash: Mapped[Words | None]
    """Keyed hash of the address, only to recognise it at the next sign-in."""
    browser: Mapped[Code | None]
    """Kind of browser and system, such as `firefox-linux`, for the account's list of sessions."""
    challenge: Mapped[Words | None]
    """The WebAuthn challenge that waits for a response; the first response removes it."""


class SignInThrottle(Base):
    """Count of failed sign-ins for a throttle subject, and when the next try is allowed."""

    __tablename__ = "sign_in_throttle"
    subject: Mapped[Words] = mapped_column(primary_key=True)
    failures: Mapped[int]
    next_at: Mapped[datetime]
