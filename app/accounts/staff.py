"""Manage staff accounts: add, set a password, disable, reset a lost second factor, clear for silent cases."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import ROLES, Passkey, Staff, StaffSession
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import SYSTEM, record_event, staff_actor

CLEARABLE = ("polres", "uptdppa")
"""Agencies whose members may see cases of the silent channel; in the control room only operators may."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A line of the list of staff."""

    id: str
    name: str
    role: str
    agency: str | None
    second_factor: bool
    created_at: datetime
    disabled_at: datetime | None
    cleared: bool


def tidy_name(name: str) -> str:
    """Return the canonical spelling of a staff name (`Operator1 ` → `operator1`)."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def add_staff(  # noqa: PLR0913
    session: Session, name: str, role: str, agency: str | None, password: str, *, by: str | None = None
) -> str:
    """Add a member of staff and return the id. `by`: the administrator's id, None from the command line.

    Raises:
        Invalid: naming `/name`, `/role`, `/agency` or `/password`.
        Conflict: `name_taken`.
    """
    name = tidy_name(name)
    faults = [
        (pointer, code)
        for pointer, code, wrong in (
            ("/name", "name_form", _NAME.fullmatch(name) is None),
            ("/role", "unknown_role", role not in ROLES),
            ("/agency", "agency_needed", role == "agency" and not agency),
            ("/agency", "agency_not_for_role", role in ROLES and role != "agency" and bool(agency)),
            ("/agency", "unknown_agency", bool(agency) and not _agency_exists(session, agency)),
        )
        if wrong
    ]
    if faults:
        raise Invalid(faults)
    passwords.check_strength(password, name=name)
    if session.scalar(select(Staff.id).where(Staff.name == name)):
        raise Conflict("name_taken")
    row = Staff(
        id=new_id(),
        name=name,
        role=role,
        agency=agency or None,
        password_hash=passwords.hashed(password),
        locale="id",
        created_at=now(),
    )
    session.add(row)
    session.flush()
    record_staff_event(session, "staff_added", row.id, by=by)
    return row.id


def set_password(session: Session, name: str, password: str, *, by: str | None = None) -> None:
    """Set the password of a member of staff and end all sessions of the account.

    Raises:
        NotFound: no account has this name.
        Invalid: naming `/password`.
    """
    row = by_name(session, name)
    passwords.check_strength(password, name=row.name)
    row.password_hash = passwords.hashed(password)
    end_all_sessions(session, row.id)
    record_staff_event(session, "staff_password_set", row.id, by=by)


def disable(session: Session, name: str, *, by: str | None = None) -> None:
    """Disable an account and end its sessions at once; the row stays, because events refer to it."""
    row = by_name(session, name)
    row.disabled_at = row.disabled_at or now()
    end_all_sessions(session, row.id)
    record_staff_event(session, "staff_disabled", row.id, by=by)


def enable(session: Session, name: str, *, by: str | None = None) -> None:
    """Enable a disabled account."""
    row = by_name(session, name)
    row.disabled_at = None
    record_staff_event(session, "staff_enabled", row.id, by=by)


def reset_totp(session: Session, name: str, *, by: str | None = None) -> None:
    """Delete the TOTP secret and passkeys of an account; the next sign-in sets up a second factor again."""
    row = by_name(session, name)
    row.totp_secret = row.totp_confirmed_at = row.totp_last_step = None
    session.execute(delete(Passkey).where(Passkey.staff_id == row.id))
    end_all_sessions(session, row.id)
    record_staff_event(session, "staff_second_factor_reset", row.id, by=by)


def set_cleared(session: Session, name: str, *, cleared: bool, by: str | None = None) -> None:
    """Allow or forbid an account to see cases of the silent channel, from its next request on.

    Raises:
        NotFound: no account has this name.
        Invalid: naming `/role`; this role and agency may not see cases.
    """
    row = by_name(session, name)
    if cleared and not (row.role == "operator" or row.agency in CLEARABLE):
        raise Invalid([("/role", "not_clearable")])
    row.cleared = cleared
    record_staff_event(session, "staff_cleared" if cleared else "staff_uncleared", row.id, by=by)


def has_cleared_operator(session: Session) -> bool:
    """Return whether any operator may see silent cases; without one they reach no control room."""
    query = select(Staff.id).where(Staff.cleared, Staff.role == "operator", Staff.disabled_at.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def list_staff(session: Session) -> list[StaffRow]:
    """Return all accounts, sorted by role and name."""
    with_passkey = set(session.scalars(select(Passkey.staff_id)))
    return [
        StaffRow(
            row.id,
            row.name,
            row.role,
            row.agency,
            row.totp_confirmed_at is not None or row.id in with_passkey,
            row.created_at,
            row.disabled_at,
            row.cleared,
        )
        for row in session.scalars(select(Staff).order_by(Staff.role, Staff.name))
    ]


def find_by_name(session: Session, name: str) -> Staff | None:
    """Return the account of a name, None without one; `name` may be any text."""
    name = tidy_name(name)
    return session.scalar(select(Staff).where(Staff.name == name)) if _NAME.fullmatch(name) else None


def by_name(session: Session, name: str) -> Staff:
    """Return the account of a name.

    Raises:
        NotFound: no account has this name.
    """
    row = find_by_name(session, name)
    if row is None:
        raise NotFound("no_such_staff")
    return row


def end_all_sessions(session: Session, staff_id: str) -> None:
    """End all sessions of an account."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now())
    )


def _agency_exists(session: Session, code: str | None) -> bool:
    return (
        session.execute(text("SELECT 1 FROM agency WHERE code = :code"), {"code": code}).first() is not None
    )


def record_staff_event(session: Session, name: str, staff_id: str, *, by: str | None = None) -> None:
    """Append an event about an account; `by` is the acting member of staff, None from the command line."""
    record_event(session, staff_actor(by) if by else SYSTEM, name, staff=staff_id)
