"""Change on-call rosters: contacts, lines, swaps; each change appends one event in its transaction.

Events hold ids and codes only; names and numbers stay in the rows.
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
    """New values of a contact."""

    name: str
    phone: str
    email: str
    staff: str
    """Name of the account whose devices receive pushes; may be empty."""


def set_contact(
    session: Session, staff_id: str, agency: str | None, contact_id: str | None, change: ContactChange
) -> str:
    """Add or change a contact of an agency (112 when None); return its id.

    Raises:
        NotFound: no such contact there.
        Invalid: naming each field that cannot be.
    """
    row = _find_contact(session, agency, contact_id) if contact_id else Contact(id=new_id(), agency=agency)
    name, email, account_name = change.name.strip(), change.email.strip(), change.staff.strip()
    phone = re.sub(r"[ ().-]", "", change.phone)
    phone = f"+62{phone[1:]}" if phone.startswith("0") else phone
    linked_account = session.scalars(
        select(Staff).where(Staff.name == account_name, Staff.disabled_at.is_(None))
    ).one_or_none()
    other_agency = linked_account is not None and agency is not None and linked_account.agency != agency
    _raise_if_invalid(
        ("/name", "contact_name", not 0 < len(name) <= 80),
        ("/phone", "phone_form", bool(phone) and _PHONE.fullmatch(phone) is None),
        ("/email", "email_form", bool(email) and _EMAIL.fullmatch(email) is None),
        ("/staff", "unknown_account", bool(account_name) and (linked_account is None or other_agency)),
        ("/phone", "contact_unreachable", not (phone or email or account_name)),
    )
    row.name, row.phone, row.email = name, phone or None, email or None
    row.staff_id = linked_account.id if linked_account else None
    session.add(row)
    _record(session, staff_id, "contact_changed", agency, {"contact": row.id})
    return row.id


def remove_contact(session: Session, staff_id: str, agency: str | None, contact_id: str) -> None:
    """Remove a contact from every roster; past calls keep its name.

    Raises:
        NotFound: no such contact there.
    """
    row = _find_contact(session, agency, contact_id)
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
    """Add a line for a contact to the roster; return the line's id.

    Raises:
        NotFound: no such contact there.
        Invalid: naming each field that cannot be.
    """
    row = _find_contact(session, agency, contact_id)
    chosen = "".join(sorted(set(days)))
    _raise_if_invalid(
        ("/duty", "unknown", duty not in (ROOM_DUTIES if agency is None else AGENCY_DUTIES)),
        ("/days", "roster_days", not chosen or not set(chosen) <= set("1234567")),
        ("/from", "roster_hours", from_min not in _MINUTES or to_min not in _MINUTES),
    )
    line = OnCall(id=new_id(), contact_id=row.id, duty=duty, days=chosen, from_min=from_min, to_min=to_min)
    session.add(line)
    _record(session, staff_id, "on_call_changed", agency, {"line": line.id, "contact": row.id, "duty": duty})
    return line.id


def remove_line(session: Session, staff_id: str, agency: str | None, line_id: str) -> None:
    """Remove a line from the roster.

    Raises:
        NotFound: no such line there.
    """
    line = _find_line(session, agency, line_id)
    data = {"line": line.id, "contact": line.contact_id, "removed": True}
    session.delete(line)
    _record(session, staff_id, "on_call_changed", agency, data)


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
    """Add a stand-in for a line between two moments and return its id; of two swaps the later one holds.

    Raises:
        NotFound: no such line or contact there.
        Invalid: `swap_span`; a moment is missing, or the span is not within 31 days.
    """
    line, stand_in = _find_line(session, agency, line_id), _find_contact(session, agency, contact_id)
    if starts_at is None or ends_at is None or not timedelta(0) < ends_at - starts_at <= LONGEST_SWAP:
        raise Invalid([("/starts_at", "swap_span")])
    row = Swap(id=new_id(), on_call_id=line.id, contact_id=stand_in.id, starts_at=starts_at, ends_at=ends_at)
    session.add(row)
    data = {"swap": row.id, "line": line.id, "contact": stand_in.id}
    _record(session, staff_id, "swapped", agency, data)
    return row.id


def remove_swap(session: Session, staff_id: str, agency: str | None, swap_id: str) -> None:
    """Remove a swap.

    Raises:
        NotFound: no such swap there.
    """
    row = session.get(Swap, swap_id) if is_id(swap_id) else None
    if row is None:
        raise NotFound
    line = _find_line(session, agency, row.on_call_id)
    session.delete(row)
    _record(session, staff_id, "swapped", agency, {"swap": swap_id, "line": line.id, "removed": True})


def _find_contact(session: Session, agency: str | None, contact_id: str) -> Contact:
    row = session.get(Contact, contact_id) if is_id(contact_id) else None
    if row is None or row.agency != agency or row.removed_at is not None:
        raise NotFound
    return row


def _find_line(session: Session, agency: str | None, line_id: str) -> OnCall:
    line = session.get(OnCall, line_id) if is_id(line_id) else None
    if line is None:
        raise NotFound
    _find_contact(session, agency, line.contact_id)
    return line


def _raise_if_invalid(*checks: tuple[str, str, bool]) -> None:
    faults = [(pointer, code) for pointer, code, wrong in checks if wrong]
    if faults:
        raise Invalid(faults)


def _record(session: Session, staff_id: str, name: str, agency: str | None, data: dict[str, Any]) -> None:
    session.flush()
    data |= {"agency": agency} if agency else {}
    record_event(session, staff_actor(staff_id), name, **data)
