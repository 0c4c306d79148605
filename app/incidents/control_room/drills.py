"""Start and end drills; a drill's reports run like real ones for the staff who take part."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.drills import Drill, DrillStaff, running
from app.accounts.models import Staff
from app.core.clock import now
from app.core.domain import KINDS, SILENT_KIND
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.ids import new_id
from app.eventlog.log import lock_head, record_event
from app.incidents.actor import Actor
from app.incidents.models import Incident
from app.reports.intake import Reception
from app.reports.report_draft import ReportDraft

MINUTES: Final = (30, 60, 120, 240, 480)
"""Permitted lengths of a drill, in minutes."""
NAME_MAX: Final = 80
WORDS_MAX: Final = 500
MAY: Final = frozenset({"supervisor", "administrator"})
REHEARSED_KINDS: Final = tuple(kind for kind in KINDS if kind != SILENT_KIND)
"""Kinds of a drill; the silent channel is excluded, because its cases are no incidents."""


def start_drill(session: Session, actor: Actor, *, name: str, minutes: int, staff: Collection[str]) -> Drill:
    """Start a drill.

    Raises:
        Forbidden: not for this role.
        Invalid: no name, a length outside `MINUTES`, or no active staff.
        Conflict: a drill is running.
    """
    _require_role(actor)
    known = select(Staff.id).where(Staff.id.in_(staff), Staff.disabled_at.is_(None))
    chosen = session.scalars(known).all()
    faults = {
        ("/name", "length"): 0 < len(name) <= NAME_MAX,
        ("/minutes", "number"): minutes in MINUTES,
        ("/staff", "missing"): bool(chosen),
    }
    if not all(faults.values()):
        raise Invalid([fault for fault, fine in faults.items() if not fine])
    lock_head(session)
    if running(session) is not None:
        raise Conflict("drill_runs")
    moment = now()
    drill = Drill(
        id=new_id(),
        name=name,
        starts_at=moment,
        ends_at=moment + timedelta(minutes=minutes),
        started_by=actor.id,
    )
    session.add(drill)
    session.flush()
    session.add_all(DrillStaff(drill_id=drill.id, staff_id=staff_id) for staff_id in chosen)
    _record_drill_event(session, actor, "start_drill", drill, {"minutes": minutes, "staff": len(chosen)})
    return drill


def stop_drill(session: Session, actor: Actor) -> None:
    """End the running drill, if any."""
    _require_role(actor)
    lock_head(session)
    drill = running(session)
    if drill is not None:
        drill.ended_at, drill.ended_by = now(), actor.id
        _record_drill_event(session, actor, "stop_drill", drill, {})


def report_drill_incident(reception: Reception, *, key: str, kind: str, words: str, landmark: str) -> None:
    """Submit a simulated report.

    Raises:
        Invalid: a kind that is not rehearsed, or too many words.
    """
    faults = {
        ("/kind", "unknown"): kind in REHEARSED_KINDS,
        ("/words", "length"): len(words) <= WORDS_MAX and len(landmark) <= WORDS_MAX,
    }
    if not all(faults.values()):
        raise Invalid([fault for fault, fine in faults.items() if not fine])
    body_hash = hashlib.sha256(f"{kind}|{words}|{landmark}".encode()).hexdigest()
    reception.receive(
        ReportDraft(
            key=key,
            body_hash=body_hash,
            kind=kind,
            description=words or None,
            landmark=landmark or None,
            channel="voice",
            simulation=True,
        )
    )


def is_rehearsed(session: Session, incident: Incident) -> bool:
    """Return whether an incident belongs to the running drill, which enables its escalation timers."""
    drill = running(session) if incident.simulation else None
    return drill is not None and incident.received_at >= drill.starts_at


def last(session: Session, count: int = 10) -> Sequence[Drill]:
    """Return the last drills, newest first."""
    return session.scalars(select(Drill).order_by(Drill.starts_at.desc()).limit(count)).all()


def _require_role(actor: Actor) -> None:
    if actor.role not in MAY:
        raise Forbidden


def _record_drill_event(
    session: Session, actor: Actor, name: str, drill: Drill, data: dict[str, Any]
) -> None:
    record_event(session, actor, name, drill=drill.id, **data)
