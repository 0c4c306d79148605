"""Grant emergency access (break glass) to the dispatch summary of a case.

A supervisor requests it, another person approves within ten minutes, and access lasts one hour. Every counsellor's
console raises an alarm, and every step is logged. The narrative stays sealed: no key of these people opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.clock import wita_span
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import is_id, new_id
from app.silent import case_number
from app.silent.case_log import lock_case_log
from app.silent.counsellor_case import Counsellor, record_case_event
from app.silent.models import EmergencyAccess, SilentCase

GLASS_REASONS: Final = ("life_at_risk", "nobody_answers", "court_order")
ANSWER_WITHIN: Final = timedelta(minutes=10)
LASTS: Final = timedelta(hours=1)
ALARM_FOR: Final = timedelta(hours=24)
"""Duration for which the counsellor console shows a request or an approved access."""


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """Describe one request, with names; `state` is waiting, lapsed, open or over."""

    id: str
    case_id: str
    number: int
    received_at: datetime
    reason: str
    requested_by: str
    asker: str
    requested_at: datetime
    agreer: str | None
    until: datetime | None
    state: str


def request_access(
    session: Session, counsellor: Counsellor, *, number: int, day: date, reason: str
) -> str | None:
    """Request access to the open case of a number and day; return None without a case, which is not revealed.

    Raises:
        Invalid: no such reason.
    """
    if reason not in GLASS_REASONS:
        raise Invalid([("/reason", "unknown")])
    query = case_number.cases_of_day(wita_span(day)[0]).where(
        SilentCase.number == number, SilentCase.closed_at.is_(None)
    )
    case_id = session.scalar(query)
    if case_id is None:
        return None
    access = EmergencyAccess(
        id=new_id(),
        case_id=case_id,
        requested_by=counsellor.staff_id,
        reason=reason,
        requested_at=counsellor.moment,
    )
    session.add(access)
    session.flush()
    record_case_event(session, counsellor, case_id, "glass_asked", glass=access.id, reason=reason)
    return access.id


def approve_access(session: Session, counsellor: Counsellor, glass_id: str) -> None:
    """Approve the request of another person.

    Raises:
        NotFound: there is no such request, or its case is closed.
        Conflict: the own request, too late, or approved already.
    """
    lock_case_log(session)
    row = session.get(EmergencyAccess, glass_id) if is_id(glass_id) else None
    case = session.get(SilentCase, row.case_id) if row is not None else None
    if row is None or case is None or case.closed_at is not None:
        raise NotFound
    if row.requested_by == counsellor.staff_id:
        raise Conflict("own_asking")
    if row.agreed_by is not None or counsellor.moment >= row.requested_at + ANSWER_WITHIN:
        raise Conflict("too_late")
    row.agreed_by, row.agreed_at, row.until = (
        counsellor.staff_id,
        counsellor.moment,
        counsellor.moment + LASTS,
    )
    record_case_event(session, counsellor, row.case_id, "glass_broken", glass=row.id, reason=row.reason)


def open_granted_case(session: Session, counsellor: Counsellor, glass_id: str) -> SilentCase:
    """Return the open case that an approved request gives access to, and log the view.

    Raises:
        NotFound: another person's request, not approved, expired, or a closed case.
    """
    row = session.get(EmergencyAccess, glass_id) if is_id(glass_id) else None
    case = session.get(SilentCase, row.case_id) if row is not None else None
    if row is None or case is None or row.requested_by != counsellor.staff_id or case.closed_at is not None:
        raise NotFound
    if row.until is None or counsellor.moment >= row.until:
        raise NotFound
    record_case_event(session, counsellor, case.id, "viewed", viewer="glass", glass=row.id)
    return case


def recent_requests(
    session: Session, moment: datetime, *, requested_by: str | None = None
) -> list[AccessRequest]:
    """Return the recent requests, newest first; with `requested_by` those of one person."""
    lately = (
        select(EmergencyAccess)
        .where(EmergencyAccess.requested_at > moment - ALARM_FOR)
        .order_by(EmergencyAccess.requested_at.desc())
    )
    if requested_by is not None:
        lately = lately.where(EmergencyAccess.requested_by == requested_by)
    found = session.scalars(lately).all()
    names = _names(session, found)
    query = select(SilentCase.id, SilentCase.number, SilentCase.received_at).where(
        SilentCase.id.in_([row.case_id for row in found]), SilentCase.closed_at.is_(None)
    )
    cases = {row.id: row for row in session.execute(query)}
    return [
        AccessRequest(
            row.id,
            row.case_id,
            cases[row.case_id].number,
            cases[row.case_id].received_at,
            row.reason,
            row.requested_by,
            names.get(row.requested_by, ""),
            row.requested_at,
            names.get(row.agreed_by or ""),
            row.until,
            _state(row, moment),
        )
        for row in found
        if row.case_id in cases
    ]


def _state(row: EmergencyAccess, moment: datetime) -> str:
    if row.until is not None:
        return "open" if moment < row.until else "over"
    return "waiting" if moment < row.requested_at + ANSWER_WITHIN else "lapsed"


def _names(session: Session, found: Sequence[EmergencyAccess]) -> dict[str, str]:
    people = {row.requested_by for row in found} | {row.agreed_by for row in found if row.agreed_by}
    return {row.id: row.name for row in session.scalars(select(Staff).where(Staff.id.in_(people)))}
