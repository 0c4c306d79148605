"""List cases, view a case, and change its state for operators, police and UPTD PPA.

Every view and every state change is one entry of the case log.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.silent.access import POLICE, PPA, CaseAccess, Viewer, case_access_of, viewer_kind
from app.silent.case_log import NewLogEntry, append_log_entries, lock_case_log
from app.silent.crypto.master_key import MasterKey
from app.silent.dispatch_summary import DispatchSummary
from app.silent.encrypted_fields import summary_of, words_of
from app.silent.models import CaseAgency, CaseLogEntry, SilentCase

MOVES: Final = {
    "open": ({"received"}, "opened"),
    "forward": ({"opened"}, "forwarded"),
    "close": ({"opened", "forwarded"}, "closed"),
}
"""State changes of an operator: code → (from, to); the log entry is named by the state."""
STEPS: Final = {
    "accept": ({"notified", "declined"}, "accepted"),
    "en_route": ({"accepted"}, "en_route"),
    "on_scene": ({"accepted", "en_route"}, "on_scene"),
    "done": ({"on_scene"}, "done"),
    "decline": ({"notified", "accepted"}, "declined"),
}
"""Progress steps of an agency in a case: code, as of an assignment → (from, to)."""
AGENCY_OF_VIEWER: Final = {"police": POLICE, "counsellor": PPA, "on_case": PPA}


@dataclass(frozen=True, slots=True)
class Signal:
    """Hold one of the four short signals of the reporter."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """Hold a case as its page shows it; parts that the viewer may not see are absent."""

    case: SilentCase
    viewer: str
    block: DispatchSummary
    agencies: Sequence[CaseAgency]
    phone: str | None
    signal: Signal | None
    """The latest signal of the reporter."""
    stamp: str


def open_case_rows(session: Session, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the open cases of a viewer, most urgent first: state and times, nothing of the dispatch summary.

    Raises:
        NotFound: the viewer has no access to silent cases.
    """
    kind = viewer_kind(viewer)
    if kind is None:
        raise NotFound
    query = select(SilentCase).where(SilentCase.closed_at.is_(None))
    if kind == "police":
        query = query.join(CaseAgency, CaseAgency.case_id == SilentCase.id).where(CaseAgency.agency == POLICE)
    order = (SilentCase.priority, SilentCase.received_at, SilentCase.id)
    cases = session.scalars(
        query.order_by(*order)
    ).all()  # no limit: a flood of false cases must hide no real one
    agencies_by_case: dict[str, list[CaseAgency]] = {case.id: [] for case in cases}
    agencies = (
        select(CaseAgency)
        .where(CaseAgency.case_id.in_(list(agencies_by_case)))
        .order_by(CaseAgency.agency.desc())
    )
    for row in session.scalars(agencies):
        agencies_by_case[row.case_id].append(row)
    signals = _last_signals(session, list(agencies_by_case))
    return [
        _row(case, agencies_by_case[case.id]) | {"stamp": stamp(case, signals.get(case.id, 0))}
        for case in cases
    ]


def stamp(case: SilentCase, signal: int) -> str:
    """Return a tag that changes with the version of the case and with the reporter's last signal."""
    return f"{case.version}.{signal}"


def _last_signals(session: Session, ids: list[str]) -> dict[str, int]:
    query = (
        select(CaseLogEntry.case_id, func.max(CaseLogEntry.seq))
        .where(CaseLogEntry.case_id.in_(ids), CaseLogEntry.name == "signalled")
        .group_by(CaseLogEntry.case_id)
    )
    return {case_id: seq for case_id, seq in session.execute(query) if case_id}


def view_case(session: Session, master_key: MasterKey, viewer: Viewer, case_id: str) -> CaseView:
    """Return a case for display and log the viewer and the parts shown.

    Raises:
        NotFound: no such case, or no access.
    """
    lock_case_log(session)
    moment = now()
    access = case_access_of(session, viewer, case_id, moment, need="block")
    opened = _opened(session, master_key, access)
    parts = sorted(access.fields & {"block", "agencies"} | ({"words"} if opened.phone else set()))
    data = {"viewer": access.viewer, "parts": parts}
    append_log_entries(session, _log_entry("viewed", viewer, case_id, moment, data))
    return opened


def apply_move(session: Session, viewer: Viewer, case_id: str, name: str, *, version: int) -> SilentCase:
    """Apply an operator's state change to a case.

    Raises:
        NotFound: no such case, or no access.
        Conflict: another person was first; `extra` holds actor, time and change.
    """
    lock_case_log(session)
    moment = now()
    access = case_access_of(session, viewer, case_id, moment)
    if access.viewer != "operator" or name not in MOVES:
        raise NotFound
    case, (before, after) = access.case, MOVES[name]
    if case.state not in before or case.version != version:
        raise _conflict(session, case)
    case.state, case.version = after, case.version + 1
    if after == "opened":
        case.opened_at, case.opened_by = moment, viewer.id
    elif after == "forwarded":
        case.forwarded_at = moment
    else:
        case.closed_at = moment
    session.flush()
    data = {"state": after, "version": case.version}
    append_log_entries(session, _log_entry(after, viewer, case_id, moment, data))
    return case


def apply_step(session: Session, viewer: Viewer, case_id: str, name: str) -> None:
    """Apply an agency's progress step to a case.

    Raises:
        NotFound: no such case, or another agency's.
        Conflict: a colleague was first.
    """
    lock_case_log(session)
    moment = now()
    access = case_access_of(session, viewer, case_id, moment)
    agency = AGENCY_OF_VIEWER.get(access.viewer)
    own = session.get(CaseAgency, (case_id, agency), populate_existing=True) if agency else None
    if own is None or name not in STEPS:
        raise NotFound
    before, after = STEPS[name]
    if own.state not in before:
        raise _conflict(session, access.case)
    own.state, own.staff_id, own.at = after, viewer.id, moment
    access.case.version += 1
    session.flush()
    data = {"agency": own.agency, "state": after, "version": access.case.version}
    append_log_entries(session, _log_entry("agency_" + after, viewer, case_id, moment, data))


def steps_from(own: CaseAgency | None) -> list[str]:
    """Return the steps that an agency may take now, in working order."""
    return [name for name, (before, _) in STEPS.items() if own is not None and own.state in before]


def _opened(session: Session, master_key: MasterKey, access: CaseAccess) -> CaseView:
    case = access.case
    agencies = select(CaseAgency).where(CaseAgency.case_id == case.id).order_by(CaseAgency.agency.desc())
    signals = select(CaseLogEntry).where(CaseLogEntry.case_id == case.id, CaseLogEntry.name == "signalled")
    last = session.scalars(signals.order_by(CaseLogEntry.seq.desc()).limit(1)).first()
    return CaseView(
        case,
        access.viewer,
        summary_of(master_key, case),
        session.scalars(agencies).all() if "agencies" in access.fields else [],
        words_of(master_key, case).get("phone") if "words" in access.fields else None,
        Signal(json.loads(last.data)["signal"], last.at) if last else None,
        stamp(case, last.seq if last else 0),
    )


def _row(case: SilentCase, agencies: list[CaseAgency]) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "state": case.state,
        "priority": case.priority,
        "version": case.version,
        "received_at": case.received_at.isoformat(),
        "opened_at": case.opened_at.isoformat() if case.opened_at else None,
        "forwarded_at": case.forwarded_at.isoformat() if case.forwarded_at else None,
        "simulation": case.simulation,
        "agencies": [{"agency": row.agency, "state": row.state} for row in agencies],
    }


def _log_entry(
    name: str, viewer: Viewer, case_id: str, moment: datetime, data: dict[str, Any]
) -> NewLogEntry:
    return NewLogEntry(name=name, at=moment, actor="staff", actor_id=viewer.id, case_id=case_id, data=data)


def _conflict(session: Session, case: SilentCase) -> Conflict:
    query = select(CaseLogEntry).where(
        CaseLogEntry.case_id == case.id, CaseLogEntry.actor == "staff", CaseLogEntry.name != "viewed"
    )
    last = session.scalars(query.order_by(CaseLogEntry.seq.desc()).limit(1)).first()
    if last is None or last.actor_id is None:
        return Conflict(state=case.state, version=case.version)
    who = session.get(Staff, last.actor_id)
    return Conflict(
        who=who.name if who else "",
        at=last.at.isoformat(),
        what=last.name,
        state=case.state,
        version=case.version,
    )
