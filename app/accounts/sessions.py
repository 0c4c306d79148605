"""Sign-ins as rows: a random token in a cookie, its hash in the table, ended in one place."""

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
"""How exactly `seen_at` is kept: a busy console costs one write a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a sign-in lasts: without a sign of life, and at all."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInStaff:
    """Whoever signed in, as this request sees them. Satisfies Flask-Login."""

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
    """Setting up the second step was put off for this session."""
    started_at: datetime
    ends_at: datetime
    """When the absolute limit signs them out."""
    idle_ends_at: datetime
    """When they are signed out if no sign of life comes."""
    cleared: bool = False
    """Whether the silent channel shows them anything."""
    is_active: bool = True
    is_authenticated: bool = True
    is_anonymous: bool = False

    @property
    def has_second_factor(self) -> bool:
        return self.has_code or self.has_passkey

    def get_id(self) -> str:
        return self.id


def session_id(token: str) -> str:
    """Return what the table holds instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(
    session: Session, staff_id: str, *, fingerprint: ClientFingerprint, second_factor: bool = False
) -> str:
    """Begin a session and return its token; with `second_factor` both steps are done."""
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
    """Return whose token this is and whether `seen_at` is due; None when it opens nothing any more."""
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
    """Note a sign of life."""
    session.execute(update(StaffSession).where(StaffSession.id == ident).values(seen_at=now()))


def touch_listening(session: Session, idents: Collection[str]) -> None:
    """Note a sign of life of sessions whose console is open: a quiet night signs nobody out of the alarm."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id.in_(idents), StaffSession.ended_at.is_(None))
        .values(seen_at=now())
    )


def end(session: Session, ident: str) -> None:
    """Sign out one session."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == ident, StaffSession.ended_at.is_(None))
        .values(ended_at=now())
    )


def erase_old(session: Session) -> None:
    """Erase sign-ins that say nothing any more, not even which addresses somebody usually comes from."""
    session.execute(delete(StaffSession).where(StaffSession.created_at < now() - ADDRESS_KNOWN_FOR))


def _has_passkey(session: Session, staff_id: str) -> bool:
    return session.scalar(select(Passkey.id).where(Passkey.staff_id == staff_id).limit(1)) is not None
