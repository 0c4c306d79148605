"""What members of staff see and change of their own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Passkey, Staff, StaffSession
from app.accounts.sessions import Limits, SignedInStaff
from app.accounts.staff import record_staff_event
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.core.ids import is_id

_MARK_LENGTH = 16
"""Enough of a session's id to name it to its owner, too little to find its token."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A line of the list of one's own sign-ins."""

    mark: str
    browser: str
    since: datetime
    seen_at: datetime
    whole: bool
    this: bool


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A line of the list of one's own passkeys."""

    id: str
    label: str
    since: datetime


def sessions_of(session: Session, member: SignedInStaff, limits: Limits) -> list[OwnSession]:
    """Return the sign-ins that still open something, newest sign of life first."""
    moment = now()
    rows = session.scalars(
        select(StaffSession)
        .where(
            StaffSession.staff_id == member.id,
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > moment - limits.idle,
            StaffSession.created_at > moment - limits.absolute,
        )
        .order_by(StaffSession.seen_at.desc())
    )
    return [
        OwnSession(
            row.id[:_MARK_LENGTH],
            row.browser or "other-other",
            row.created_at,
            row.seen_at,
            row.second_factor_at is not None or row.put_off_at is not None,
            row.id == member.session_id,
        )
        for row in rows
    ]


def end_one(session: Session, member: SignedInStaff, mark: str) -> None:
    """End one of one's own sessions.

    Raises:
        NotFound: no such session, or somebody else's.
    """
    rows = session.scalars(
        select(StaffSession).where(StaffSession.staff_id == member.id, StaffSession.ended_at.is_(None))
    )
    row = next((row for row in rows if row.id[:_MARK_LENGTH] == mark), None)
    if row is None:
        raise NotFound
    row.ended_at = now()


def change_password(session: Session, member: SignedInStaff, password: str) -> None:
    """Replace one's own password and end all other sessions.

    Raises:
        Invalid: naming `/password`.
    """
    passwords.check_strength(password, name=member.name)
    fresh = passwords.hashed(password)  # before the transaction takes its lock
    session.get_one(Staff, member.id).password_hash = fresh
    session.execute(
        update(StaffSession)
        .where(
            StaffSession.staff_id == member.id,
            StaffSession.id != member.session_id,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=now())
    )
    record_staff_event(session, "staff_password_changed", member.id, by=member.id)


def passkeys_of(session: Session, member: SignedInStaff) -> list[OwnPasskey]:
    """Return one's own passkeys, oldest first."""
    rows = session.scalars(select(Passkey).where(Passkey.staff_id == member.id).order_by(Passkey.created_at))
    return [OwnPasskey(row.id, row.label, row.created_at) for row in rows]


def remove_passkey(session: Session, member: SignedInStaff, passkey_id: str) -> None:
    """Forget one of one's own passkeys.

    Raises:
        NotFound: no such passkey, or somebody else's.
        Conflict: `last_second_factor`; set up a code first.
    """
    rows = list(session.scalars(select(Passkey).where(Passkey.staff_id == member.id)))
    row = next((row for row in rows if row.id == passkey_id), None) if is_id(passkey_id) else None
    if row is None:
        raise NotFound
    if len(rows) == 1 and not member.has_code:
        raise Conflict("last_second_factor")
    session.delete(row)
    record_staff_event(session, "staff_passkey_removed", member.id, by=member.id)


def choose_locale(session: Session, member: SignedInStaff, locale: str) -> None:
    """Keep the language of one's own screens."""
    session.get_one(Staff, member.id).locale = locale
