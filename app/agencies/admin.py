"""Change agencies, routing and telephone numbers; each change appends one event in its transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, DirectoryNumber, Routing
from app.core.errors import Conflict, Invalid, NotFound
from app.eventlog.log import record_event, staff_actor

_CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{1,24}")
NAME_MAX = 120
LONGEST_S = 86_400
"""Maximum of the time limits in the routing table: one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChange:
    """New values of a row of the routing table."""

    lead: str
    supports: Sequence[str]
    priority: int
    open_within_s: int
    accept_within_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyChange:
    """New values of an agency."""

    name: str
    short_name: str
    phone: str
    alternate: str
    active: bool


def set_route(session: Session, staff_id: str, kind: str, change: RouteChange) -> None:
    """Change the route of a kind; it applies to reports from now on.

    Raises:
        NotFound: no such kind.
        Invalid: naming each field that cannot be.
    """
    row = session.get(Routing, kind)
    if row is None:
        raise NotFound
    codes = set(session.scalars(select(Agency.code).where(Agency.active)))
    supports = [code for code in dict.fromkeys(change.supports) if code != change.lead]
    _raise_if_invalid(
        ("/lead", "unknown_agency", change.lead not in codes),
        ("/supports", "unknown_agency", not set(supports) <= codes),
        ("/priority", "unknown", change.priority not in {1, 2, 3}),
        ("/open_within_s", "seconds", not 5 <= change.open_within_s <= LONGEST_S),
        ("/accept_within_s", "seconds", not 5 <= change.accept_within_s <= LONGEST_S),
    )
    row.lead, row.supports, row.priority = change.lead, " ".join(supports), change.priority
    row.open_within_s, row.accept_within_s = change.open_within_s, change.accept_within_s
    _record(session, staff_id, "route_changed", {"kind": kind, "lead": row.lead, "supports": row.supports})


def set_agency(session: Session, staff_id: str, code: str, change: AgencyChange) -> None:
    """Change an agency; an agency that leads a kind stays active.

    Raises:
        NotFound: no such agency.
        Invalid: naming each field that cannot be.
    """
    row = session.get(Agency, code)
    if row is None:
        raise NotFound
    leads = session.scalar(select(func.count()).select_from(Routing).where(Routing.lead == code))
    _raise_if_invalid(
        *_agency_faults(session, code, change),
        ("/active", "leads_a_kind", not change.active and bool(leads)),
    )
    _write(row, change)
    _record(session, staff_id, "agency_changed", {"agency": code, "active": row.active})


def add_agency(session: Session, staff_id: str, code: str, change: AgencyChange) -> None:
    """Add an agency.

    Raises:
        Conflict: the code is taken.
        Invalid: naming each field that cannot be.
    """
    _raise_if_invalid(
        ("/code", "code_form", _CODE.fullmatch(code) is None),
        *_agency_faults(session, code, change),
    )
    if session.get(Agency, code):
        raise Conflict("code_taken")
    row = Agency(code=code, hours="24")
    _write(row, change)
    session.add(row)
    session.flush()
    _record(session, staff_id, "agency_added", {"agency": code})


def set_number(session: Session, staff_id: str, code: str, *, name: str, phone: str) -> None:
    """Change a telephone number of the directory, or add it at the end.

    Raises:
        Invalid: naming each field that cannot be.
    """
    name, phone = name.strip(), phone.strip()
    _raise_if_invalid(
        ("/code", "code_form", _CODE.fullmatch(code) is None),
        ("/name", "name_form", not 0 < len(name) <= NAME_MAX),
        ("/phone", "phone_form", _PHONE.fullmatch(phone) is None),
    )
    row = session.get(DirectoryNumber, code)
    if row is None:
        last = session.scalar(select(func.max(DirectoryNumber.place))) or 0
        session.add(DirectoryNumber(code=code, name=name, phone=phone, place=last + 1))
    else:
        row.name, row.phone = name, phone
    _record(session, staff_id, "number_changed", {"number": code})


def remove_number(session: Session, staff_id: str, code: str) -> None:
    """Remove a telephone number from the directory.

    Raises:
        NotFound: no such number.
        Conflict: `stays`; 112 itself cannot be removed.
    """
    row = session.get(DirectoryNumber, code)
    if row is None:
        raise NotFound
    if row.phone == "112":
        raise Conflict("stays")
    session.delete(row)
    _record(session, staff_id, "number_removed", {"number": code})


def _agency_faults(session: Session, code: str, change: AgencyChange) -> list[tuple[str, str, bool]]:
    alternate = change.alternate
    unknown = bool(alternate) and (alternate == code or session.get(Agency, alternate) is None)
    phone = change.phone.strip()
    return [
        ("/name", "name_form", not 0 < len(change.name.strip()) <= NAME_MAX),
        ("/short_name", "name_form", not 0 < len(change.short_name.strip()) <= 32),
        ("/phone", "phone_form", bool(phone) and _PHONE.fullmatch(phone) is None),
        ("/alternate", "unknown_agency", unknown),
    ]


def _write(row: Agency, change: AgencyChange) -> None:
    row.name, row.short_name = change.name.strip(), change.short_name.strip()
    row.phone, row.alternate = change.phone.strip() or None, change.alternate or None
    row.active = change.active


def _raise_if_invalid(*checks: tuple[str, str, bool]) -> None:
    faults = [(pointer, code) for pointer, code, wrong in checks if wrong]
    if faults:
        raise Invalid(faults)


def _record(session: Session, staff_id: str, name: str, data: dict[str, Any]) -> None:
    session.flush()
    record_event(session, staff_actor(staff_id), name, **data)
