"""Show and change the own account: sessions, password, passkeys, language."""

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
"""Characters of a session's id in the list; enough to select it, too few to find its token."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A line of the account's list of sessions."""

    mark: str
    browser: str
    since: datetime
    seen_at: datetime
    whole: bool
    this: bool


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A line of the account's list of passkeys."""

    id: str
    label: str
    since: datetime


def sessions_of(session: Session, member: SignedInStaff, limits: Limits) -> list[OwnSession]:
    """Return the sessions that are still valid, latest activity first."""
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


def end_session(session: Session, member: SignedInStaff, mark: str) -> None:
    """End a session of the own account.

    Raises:
        NotFound: no such session in this account.
    """
    rows = session.scalars(
        select(StaffSession).where(StaffSession.staff_id == member.id, StaffSession.ended_at.is_(None))
    )
    row = next((row for row in rows if row.id[:_MARK_LENGTH] == mark), None)
    if row is None:
        raise NotFound
    row.ended_at = now()


def change_password(session: Session, member: SignedInStaff, password: str) -> None:
    """Replace the own password and end all other sessions.

    Raises:
        Invalid: naming `/password`.
    """
    passwords.check_strength(password, name=member.name)
    password_hash = passwords.hashed(password)  # before the transaction takes its lock
    session.get_one(Staff, member.id).password_hash = password_hash
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
    """Return the passkeys of the own account, oldest first."""
    rows = session.scalars(select(Passkey).where(Passkey.staff_id == member.id).order_by(Passkey.created_at))
    return [OwnPasskey(row.id, row.label, row.created_at) for row in rows]


def remove_passkey(session: Session, member: SignedInStaff, passkey_id: str) -> None:
    """Delete a passkey of the own account.

    Raises:
        NotFound: no such passkey in this account.
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
    """Store the language of the own screens."""
    session.get_one(Staff, member.id).locale = locale
