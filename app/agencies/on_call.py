"""Who is on call at a moment: lines of the roster that cover it, with whoever stands in. Nobody else is rung."""

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
"""Duty at 112 → role of the accounts that are called while that duty has no roster at all."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody on call, and where they are reached."""

    contact_id: str | None = None
    staff_id: str | None = None
    phone: str | None = None
    email: str | None = None


def covers(line: OnCall, at: datetime) -> bool:
    """Tell whether a line of the roster covers a moment; equal times mean a whole day. Pure."""
    local = at.astimezone(WITA)
    minute = local.hour * 60 + local.minute
    today, yesterday = str(local.isoweekday()), str((local - timedelta(days=1)).isoweekday())
    if line.from_min < line.to_min:
        return today in line.days and line.from_min <= minute < line.to_min
    return (today in line.days and minute >= line.from_min) or (
        yesterday in line.days and minute < line.to_min
    )


def on_call(session: Session, agency: str | None, duty: str, at: datetime) -> list[Contact] | None:
    """Return who is on call for an agency, 112 when None; None where nobody has written a roster for it."""
    own = Contact.agency.is_(None) if agency is None else Contact.agency == agency
    lines = session.execute(
        select(OnCall, Contact)
        .join(Contact, Contact.id == OnCall.contact_id)
        .where(own, OnCall.duty == duty, Contact.removed_at.is_(None))
        .order_by(Contact.name, OnCall.id)
    ).all()
    if not lines:
        return None
    covering = {line.id: contact for line, contact in lines if covers(line, at)}
    covering |= dict(_stand_ins(session, list(covering), at))
    return list({contact.id: contact for contact in covering.values()}.values())


def reachable(session: Session, agency: str | None, duty: str, at: datetime) -> list[Reachable]:
    """Return who is called for a duty: the roster's, or without one every account of the role and the desk's phone."""
    found = on_call(session, agency, duty, at)
    if found is not None:
        return [Reachable(item.id, item.staff_id, item.phone, item.email) for item in found]
    accounts = select(Staff.id).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
    if agency is None:
        return [Reachable(staff_id=row) for row in session.scalars(accounts.where(Staff.role == ROLES[duty]))]
    accounts = accounts.where(Staff.role == "agency", Staff.agency == agency)
    desk = session.scalar(select(Agency.phone).where(Agency.code == agency))
    people = [Reachable(staff_id=row) for row in session.scalars(accounts)]
    return [*people, Reachable(phone=desk)] if desk else people


def _stand_ins(session: Session, lines: Sequence[str], at: datetime) -> list[tuple[str, Contact]]:
    """Return who stands in for which line; of two, the swap that was agreed last."""
    query = (
        select(Swap.on_call_id, Contact)
        .join(Contact, Contact.id == Swap.contact_id)
        .where(Swap.on_call_id.in_(lines), Swap.starts_at <= at, Swap.ends_at > at)
        .where(Contact.removed_at.is_(None))
        .order_by(Swap.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
