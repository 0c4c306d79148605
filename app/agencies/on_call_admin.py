"""Changing who is on call: contacts, lines of the roster, swaps. Each change is one event in its transaction.

Events hold ids and codes: names and numbers stay in the rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.agencies.models import DUTIES, Contact, OnCall, Swap
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.ids import is_id, new_id
from app.eventlog.log import record_event, staff_actor

_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL: Final = re.compile(r"[^\s@<>,;]{1,64}@[A-Za-z0-9.-]{1,190}")
_MINUTES: Final = range(1440)
LONGEST_SWAP: Final = timedelta(days=31)
ROOM_DUTIES: Final = DUTIES[:3]
AGENCY_DUTIES: Final = DUTIES[2:]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChange:
    """A contact as somebody wants it."""

    name: str
    phone: str
    email: str
    staff: str
    """Name of the account whose devices get pushes; may be empty."""


def set_contact(
    session: Session, staff_id: str, agency: str | None, contact_id: str | None, change: ContactChange
) -> str:
    """Add a contact of an agency (112 when None), or change it; return its id.

    Raises:
        NotFound: no such contact there.
        Invalid: naming each field that cannot be.
    """
    row = _contact(session, agency, contact_id) if contact_id else Contact(id=new_id(), agency=agency)
    name, email, account = change.name.strip(), change.email.strip(), change.staff.strip()
    phone = re.sub(r"[ ().-]", "", change.phone)
    phone = f"+62{phone[1:]}" if phone.startswith("0") else phone
    found = session.scalars(
        select(Staff).where(Staff.name == account, Staff.disabled_at.is_(None))
    ).one_or_none()
    foreign = found is not None and agency is not None and found.agency != agency
    _refuse(
        ("/name", "contact_name", not 0 < len(name) <= 80),
        ("/phone", "phone_form", bool(phone) and _PHONE.fullmatch(phone) is None),
        ("/email", "email_form", bool(email) and _EMAIL.fullmatch(email) is None),
        ("/staff", "unknown_account", bool(account) and (found is None or foreign)),
        ("/phone", "contact_unreachable", not (phone or email or account)),
    )
    row.name, row.phone, row.email = name, phone or None, email or None
    row.staff_id = found.id if found else None
    session.add(row)
    _record(session, staff_id, "contact_changed", agency, {"contact": row.id})
    return row.id


def remove_contact(session: Session, staff_id: str, agency: str | None, contact_id: str) -> None:
    """Take a contact off every roster; what was rung keeps its name.

    Raises:
        NotFound: no such contact there.
    """
    row = _contact(session, agency, contact_id)
    row.removed_at = now()
    session.execute(delete(OnCall).where(OnCall.contact_id == row.id))
    session.execute(delete(Swap).where(Swap.contact_id == row.id))
    _record(session, staff_id, "contact_removed", agency, {"contact": row.id})


def add_line(  # noqa: PLR0913  one word a field
    session: Session,
    staff_id: str,
    agency: str | None,
    *,
    contact_id: str,
    duty: str,
    days: str,
    from_min: int,
    to_min: int,
) -> str:
    """Put a contact on the roster; return the line's id.

    Raises:
        NotFound: no such contact there.
        Invalid: naming each field that cannot be.
    """
    row = _contact(session, agency, contact_id)
    chosen = "".join(sorted(set(days)))
    _refuse(
        ("/duty", "unknown", duty not in (ROOM_DUTIES if agency is None else AGENCY_DUTIES)),
        ("/days", "roster_days", not chosen or not set(chosen) <= set("1234567")),
        ("/from", "roster_hours", from_min not in _MINUTES or to_min not in _MINUTES),
    )
    line = OnCall(id=new_id(), contact_id=row.id, duty=duty, days=chosen, from_min=from_min, to_min=to_min)
    session.add(line)
    _record(session, staff_id, "on_call_changed", agency, {"line": line.id, "contact": row.id, "duty": duty})
    return line.id


def remove_line(session: Session, staff_id: str, agency: str | None, line_id: str) -> None:
    """Take a line off the roster.

    Raises:
        NotFound: no such line there.
    """
    line = _line(session, agency, line_id)
    facts = {"line": line.id, "contact": line.contact_id, "removed": True}
    session.delete(line)
    _record(session, staff_id, "on_call_changed", agency, facts)


def swap(  # noqa: PLR0913  one word a field
    session: Session,
    staff_id: str,
    agency: str | None,
    *,
    line_id: str,
    contact_id: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> str:
    """Let somebody stand in for a line between two moments; of two swaps the later one holds.

    Raises:
        NotFound: no such line or contact there.
        Invalid: moments that cannot be.
    """
    line, stand_in = _line(session, agency, line_id), _contact(session, agency, contact_id)
    if starts_at is None or ends_at is None or not timedelta(0) < ends_at - starts_at <= LONGEST_SWAP:
        raise Invalid([("/starts_at", "swap_span")])
    row = Swap(id=new_id(), on_call_id=line.id, contact_id=stand_in.id, starts_at=starts_at, ends_at=ends_at)
    session.add(row)
    facts = {"swap": row.id, "line": line.id, "contact": stand_in.id}
    _record(session, staff_id, "swapped", agency, facts)
    return row.id


def remove_swap(session: Session, staff_id: str, agency: str | None, swap_id: str) -> None:
    """Take a swap back.

    Raises:
        NotFound: no such swap there.
    """
    row = session.get(Swap, swap_id) if is_id(swap_id) else None
    if row is None:
        raise NotFound
    line = _line(session, agency, row.on_call_id)
    session.delete(row)
    _record(session, staff_id, "swapped", agency, {"swap": swap_id, "line": line.id, "removed": True})


def _contact(session: Session, agency: str | None, contact_id: str) -> Contact:
    row = session.get(Contact, contact_id) if is_id(contact_id) else None
    if row is None or row.agency != agency or row.removed_at is not None:
        raise NotFound
    return row


def _line(session: Session, agency: str | None, line_id: str) -> OnCall:
    line = session.get(OnCall, line_id) if is_id(line_id) else None
    if line is None:
        raise NotFound
    _contact(session, agency, line.contact_id)
    return line


def _refuse(*checks: tuple[str, str, bool]) -> None:
    faults = [(pointer, code) for pointer, code, wrong in checks if wrong]
    if faults:
        raise Invalid(faults)


def _record(session: Session, staff_id: str, name: str, agency: str | None, facts: dict[str, Any]) -> None:
    session.flush()
    facts |= {"agency": agency} if agency else {}
    record_event(session, staff_actor(staff_id), name, **facts)
