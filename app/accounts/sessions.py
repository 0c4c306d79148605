"""Start, find and end sessions: a random token in a cookie, its hash in the table."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.known_browsers import ADDRESS_KNOWN_FOR, ClientFingerprint
from app.accounts.models import Passkey, Staff, StaffSession
from app.core.clock import now

SEEN_EVERY = timedelta(seconds=60)
"""Precision of `seen_at`; a busy console causes one write a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Time limits of a session: without activity (`idle`), and in total (`absolute`)."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInStaff:
    """The signed-in member of staff of a request. Satisfies Flask-Login."""

    id: str
    name: str
    role: str
    agency: str | None
    locale: str
    session_id: str
    has_code: bool
    has_passkey: bool
    second_factor_at: datetime | None
    put_off: bool
    """Setting up the second step was postponed for this session."""
    started_at: datetime
    ends_at: datetime
    """When the absolute limit ends the session."""
    idle_ends_at: datetime
    """When the session ends if there is no activity."""
    cleared: bool = False
    """Whether this account may see cases of the silent channel."""
    is_active: bool = True
    is_authenticated: bool = True
    is_anonymous: bool = False

    @property
    def has_second_factor(self) -> bool:
        return self.has_code or self.has_passkey

    def get_id(self) -> str:
        return self.id


def session_id(token: str) -> str:
    """Return the hash of a token, the key of its row."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(
    session: Session, staff_id: str, *, fingerprint: ClientFingerprint, second_factor: bool = False
) -> str:
    """Start a session and return its token; with `second_factor` both steps are done."""
    token, moment = token_urlsafe(32), now()
    session.add(
        StaffSession(
            id=session_id(token),
            staff_id=staff_id,
            created_at=moment,
            seen_at=moment,
            second_factor_at=moment if second_factor else None,
            address_hash=fingerprint.address_hash,
            browser=fingerprint.browser,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, limits: Limits) -> tuple[SignedInStaff, bool] | None:
    """Return the owner of a token and whether `seen_at` is due for an update; None when the session has ended."""
    row = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.id == session_id(token))
    ).first()
    if row is None:
        return None
    live, staff = row
    moment = now()
    ends_at = live.created_at + limits.absolute
    if (
        live.ended_at is not None
        or staff.disabled_at is not None
        or moment >= ends_at
        or moment >= live.seen_at + limits.idle
    ):
        return None
    member = SignedInStaff(
        id=staff.id,
        name=staff.name,
        role=staff.role,
        agency=staff.agency,
        locale=staff.locale,
        session_id=live.id,
        has_code=staff.totp_confirmed_at is not None,
        has_passkey=_has_passkey(session, staff.id),
        second_factor_at=live.second_factor_at,
        put_off=live.put_off_at is not None,
        started_at=live.created_at,
        ends_at=ends_at,
        idle_ends_at=live.seen_at + limits.idle,
        cleared=staff.cleared,
    )
    return member, moment >= live.seen_at + SEEN_EVERY


def touch(session: Session, ident: str) -> None:
    """Record activity of a session."""
    session.execute(update(StaffSession).where(StaffSession.id == ident).values(seen_at=now()))


def touch_listening(session: Session, idents: Collection[str]) -> None:
    """Record activity of sessions with an open console, so that a quiet night does not sign an operator out."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id.in_(idents), StaffSession.ended_at.is_(None))
        .values(seen_at=now())
    )


def end(session: Session, ident: str) -> None:
    """End a session."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == ident, StaffSession.ended_at.is_(None))
        .values(ended_at=now())
    )


def erase_old(session: Session) -> None:
    """Delete sessions older than `ADDRESS_KNOWN_FOR`; older addresses are not recognised anyway."""
    session.execute(delete(StaffSession).where(StaffSession.created_at < now() - ADDRESS_KNOWN_FOR))


def _has_passkey(session: Session, staff_id: str) -> bool:
    return session.scalar(select(Passkey.id).where(Passkey.staff_id == staff_id).limit(1)) is not None
