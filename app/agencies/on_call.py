"""Find the contacts on call at a moment: lines of the roster that cover it, replaced by their stand-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.agencies.models import Agency, Contact, OnCall, Swap
from app.core.clock import WITA

ROLES: Final[Mapping[str, str]] = {
    "operator": "operator",
    "supervisor": "supervisor",
    "head": "supervisor",
}
"""Duty at 112 → role of the accounts that are called while the duty has no roster."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """A contact or account on call, with its means of contact."""

    contact_id: str | None = None
    staff_id: str | None = None
    phone: str | None = None
    email: str | None = None


def covers(line: OnCall, at: datetime) -> bool:
    """Return whether a line of the roster covers a moment; equal times mean a whole day."""
    local = at.astimezone(WITA)
    minute = local.hour * 60 + local.minute
    today, yesterday = str(local.isoweekday()), str((local - timedelta(days=1)).isoweekday())
    if line.from_min < line.to_min:
        return today in line.days and line.from_min <= minute < line.to_min
    return (today in line.days and minute >= line.from_min) or (
        yesterday in line.days and minute < line.to_min
    )


def on_call(session: Session, agency: str | None, duty: str, at: datetime) -> list[Contact] | None:
    """Return the contacts on call for an agency (112 when None); None where the duty has no roster."""
    in_agency = Contact.agency.is_(None) if agency is None else Contact.agency == agency
    lines = session.execute(
        select(OnCall, Contact)
        .join(Contact, Contact.id == OnCall.contact_id)
        .where(in_agency, OnCall.duty == duty, Contact.removed_at.is_(None))
        .order_by(Contact.name, OnCall.id)
    ).all()
    if not lines:
        return None
    covering = {line.id: contact for line, contact in lines if covers(line, at)}
    covering |= dict(_stand_ins(session, list(covering), at))
    return list({contact.id: contact for contact in covering.values()}.values())


def reachable(session: Session, agency: str | None, duty: str, at: datetime) -> list[Reachable]:
    """Return who is called for a duty.

    These are the contacts of the roster; without a roster, every account of the role and the agency's telephone.
    """
    found = on_call(session, agency, duty, at)
    if found is not None:
        return [Reachable(item.id, item.staff_id, item.phone, item.email) for item in found]
    accounts = select(Staff.id).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
    if agency is None:
        return [Reachable(staff_id=row) for row in session.scalars(accounts.where(Staff.role == ROLES[duty]))]
    accounts = accounts.where(Staff.role == "agency", Staff.agency == agency)
    agency_phone = session.scalar(select(Agency.phone).where(Agency.code == agency))
    members = [Reachable(staff_id=row) for row in session.scalars(accounts)]
    return [*members, Reachable(phone=agency_phone)] if agency_phone else members


def _stand_ins(session: Session, lines: Sequence[str], at: datetime) -> list[tuple[str, Contact]]:
    """Return the stand-in of each line; of two swaps the later one holds."""
    query = (
        select(Swap.on_call_id, Contact)
        .join(Contact, Contact.id == Swap.contact_id)
        .where(Swap.on_call_id.in_(lines), Swap.starts_at <= at, Swap.ends_at > at)
        .where(Contact.removed_at.is_(None))
        .order_by(Swap.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
